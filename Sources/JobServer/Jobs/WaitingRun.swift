#if Server
    import Coordinator
    import Support

    /// A run that waits for a person, as `GET /v1/approvals` shows it.
    struct WaitingRun: Encodable {
        private let job: JobRecord
        private let run: SuspendedRun

        /// Since when it has waited.
        var since: Timestamp { run.since }

        init(_ run: SuspendedRun, of job: JobRecord) {
            self.job = job
            self.run = run
        }

        /// What it waits for: an answer, or that somebody says what an attempt has done.
        private enum Kind: String, Encodable {
            case suspended
            case inDoubt = "in_doubt"
        }

        private var kind: Kind {
            switch run.kind {
            case .suspended: .suspended
            case .inDoubt: .inDoubt
            }
        }

        /// Where to POST the answer.
        private var answer: String {
            let agent = PathSegment.escaped(run.run.agent)
            return kind == .inDoubt
                ? "/v1/jobs/\(job.id)/resolve/\(agent)" : "/v1/jobs/\(job.id)/approvals/\(agent)"
        }

        enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case workflow, agent, round, item, attempt, kind, reason, since, state, answer
        }

        func encode(to encoder: any Encoder) throws {
            try encoder.encodeMembers(
                of: CodingKeys.self, (.jobID, job.id), (.workflow, job.workflow), (.agent, run.run.agent),
                (.round, run.run.round), (.item, run.run.item), (.attempt, run.attempt), (.kind, kind),
                (.reason, run.reason), (.since, run.since), (.state, run.state), (.answer, answer))
        }
    }

    /// The answer of `GET /v1/approvals`.
    struct WaitingList: Encodable {
        let schemaVersion = 1
        /// The runs that have waited longest, the oldest first.
        let approvals: [WaitingRun]
        /// How many wait in all.
        let total: Int

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case approvals, total
        }
    }

    /// One part of a path.
    enum PathSegment {
        /// A text as a part of a path: whatever has a meaning there is written in hex digits.
        static func escaped(_ text: String) -> String {
            text.utf8.map { byte in
                switch UInt8(byte) {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    String(UnicodeScalar(byte))
                default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
                }
            }.joined()
        }

        /// A part of a path as text; `nil` for a percent sign without two hex digits.
        static func unescaped(_ text: String) -> String? {
            var bytes: [UInt8] = []
            var rest = text.utf8[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "%") else {
                    bytes.append(byte)
                    continue
                }
                guard rest.count >= 2, rest.first != UInt8(ascii: "+"),
                    let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
#endif
