import Support

/// What a check of a whole store came to: what `coordinator verify --output json` prints.
package struct StoreVerificationDocument: Sendable, Hashable, Encodable {
    /// What cannot be trusted first.
    package struct Fault: Sendable, Hashable, Encodable {
        /// The job concerned; `nil` where no one job is.
        package let jobID: String?
        /// The number of the event; `nil` where none is concerned.
        package let sequence: Int?
        package let reason: String

        package init(jobID: String?, sequence: Int?, reason: String) {
            self.jobID = jobID
            self.sequence = sequence
            self.reason = reason
        }

        private enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case sequence = "seq"
            case reason
        }

        package func encode(to encoder: any Encoder) throws {
            try encoder.encodeMembers(
                of: CodingKeys.self, (.jobID, jobID), (.sequence, sequence), (.reason, reason))
        }
    }

    /// The version of the document.
    package static let currentSchemaVersion = 1

    package let jobs: Int
    package let events: Int
    package let firstBad: Fault?

    package init(jobs: Int, events: Int, firstBad: Fault?) {
        self.jobs = jobs
        self.events = events
        self.firstBad = firstBad
    }

    /// The verdict in a sentence or two.
    package var text: String {
        let counts = "\(Counted.text(jobs, "job")) and \(Counted.text(events, "event"))"
        guard let firstBad else { return "\(counts) were checked, and all are as they were written.\n" }
        return Sentences.ended(ForeignText.line(firstBad.reason)) + " \(counts) before it are as they were written.\n"
    }

    private enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case jobs, events
        case firstBad = "first_bad"
    }

    package func encode(to encoder: any Encoder) throws {
        try encoder.encodeMembers(
            of: CodingKeys.self, (.schemaVersion, Self.currentSchemaVersion), (.jobs, jobs), (.events, events),
            (.firstBad, firstBad))
    }
}
