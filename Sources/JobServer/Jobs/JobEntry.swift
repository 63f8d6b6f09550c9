#if Server
    import Coordinator
    import Support

    /// A job as an element of a list.
    struct JobEntry: Encodable {
        let jobID: String
        let workflow: String?
        let status: JobSummary.Status
        let submittedAt: Timestamp
        var startedAt: Timestamp?
        var endedAt: Timestamp?
        /// `nil` until it has ended.
        var durationMS: Double?
        let agents: [String]
        var resumptions = 0

        /// A job that no store keeps.
        init(_ record: JobRecord) {
            (jobID, workflow, status) = (record.id, record.workflow, record.status)
            (submittedAt, agents) = (record.submittedAt, record.agents)
            guard case .ended(let result) = record.state else { return }
            (startedAt, durationMS) = (result.startedAt, result.durationMS)
            endedAt = result.startedAt.advanced(by: .bounded(milliseconds: result.durationMS))
        }

        /// A job that a store keeps.
        ///
        /// - Parameter isOwned: whether it runs here: no other process writes to the store.
        init(_ summary: JobSummary, isOwned: Bool) {
            (jobID, workflow, status) = (summary.jobID, summary.workflow, summary.status(isOwned: isOwned))
            (submittedAt, startedAt, endedAt) = (summary.submittedAt, summary.startedAt, summary.endedAt)
            (durationMS, agents, resumptions) = (summary.durationMS, summary.agents, summary.resumptions)
        }

        enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case workflow, status, agents, resumptions
            case submittedAt = "submitted_at"
            case startedAt = "started_at"
            case endedAt = "ended_at"
            case durationMS = "duration_ms"
        }

        func encode(to encoder: any Encoder) throws {
            try encoder.encodeMembers(
                of: CodingKeys.self, (.jobID, jobID), (.workflow, workflow), (.status, status),
                (.submittedAt, submittedAt), (.startedAt, startedAt), (.endedAt, endedAt),
                (.durationMS, durationMS), (.agents, agents), (.resumptions, resumptions))
        }
    }

    /// The answer of `GET /v1/jobs`.
    struct JobList: Encodable {
        let schemaVersion = 1
        let jobs: [JobEntry]
        /// What `cursor=` gives for the next page; `nil` after the last.
        let next: String?

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case jobs, next
        }

        func encode(to encoder: any Encoder) throws {
            try encoder.encodeMembers(
                of: CodingKeys.self, (.schemaVersion, schemaVersion), (.jobs, jobs), (.next, next))
        }
    }

    /// A ``JobEntry`` as a document of its own: what is answered to who starts, ends or goes on with a job.
    struct AcceptedJob: Encodable {
        let row: JobEntry

        private enum CodingKeys: String, CodingKey { case schemaVersion = "schema_version" }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(1, forKey: .schemaVersion)
            try row.encode(to: encoder)
        }
    }
#endif
