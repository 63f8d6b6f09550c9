#if Server
    import Coordinator
    import JobReport

    extension ListedJob {
        /// A job that no store keeps.
        init(_ record: JobRecord) {
            var result: JobResult?
            if case .ended(let ended) = record.state { result = ended }
            self.init(
                jobID: record.id, workflow: record.workflow, status: record.status, submittedAt: record.submittedAt,
                agents: record.agents, result: result)
        }
    }

    /// A job of the list as a document of its own: what is answered to who starts, ends or goes on with a job.
    struct AcceptedJob: Encodable {
        let row: ListedJob

        private enum CodingKeys: String, CodingKey { case schemaVersion = "schema_version" }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(1, forKey: .schemaVersion)
            try row.encode(to: encoder)
        }
    }
#endif
