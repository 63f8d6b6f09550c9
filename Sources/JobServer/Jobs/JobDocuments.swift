#if Server
    import Coordinator
    import JobReport
    import Support

    /// The state of a job that has no result, under the keys of the result.
    struct UnendedJob: Encodable {
        let schemaVersion = JobResult.currentSchemaVersion
        let jobID: String
        let workflow: String?
        let status: JobSummary.Status
        let submittedAt: Timestamp
        /// Why the job could not be started; `nil` if it was.
        var error: String?
        let agents: [AgentState]
        var metrics: JobMetrics?
        /// How often it was taken up again.
        var resumptions = 0

        /// A job that runs here.
        ///
        /// - Parameter kept: what the store knows of it; `nil` without a store.
        init(_ record: JobRecord, _ coordinator: JobCoordinator, kept: JobSummary?) {
            (jobID, workflow, submittedAt) = (record.id, record.workflow, record.submittedAt)
            status = kept?.status(isOwned: true) ?? record.status
            agents = coordinator.context.snapshot.states(of: record.agents)
            metrics = coordinator.metrics()
            resumptions = kept?.resumptions ?? 0
        }

        /// A job that could not be started.
        init(_ record: JobRecord, unstarted error: String) {
            (jobID, workflow, submittedAt) = (record.id, record.workflow, record.submittedAt)
            (status, agents, self.error) = (record.status, [], error)
        }

        /// A job that nobody runs.
        init(_ summary: JobSummary, _ blackboard: ContextSnapshot) {
            (jobID, workflow, submittedAt) = (summary.jobID, summary.workflow, summary.submittedAt)
            status = summary.status(isOwned: false)
            agents = blackboard.states(of: summary.agents)
            resumptions = summary.resumptions
        }

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case jobID = "job_id"
            case workflow, status, error, agents, metrics, resumptions
            case submittedAt = "submitted_at"
        }
    }

    /// The answer of `GET /v1/jobs/{id}/context`.
    struct ContextPart: Encodable {
        let jobID: String
        let version: Int
        /// When the blackboard came to be so: at the last event that it shows.
        let at: Timestamp
        /// The whole blackboard, or what is at the path that was asked for.
        let context: JSONValue

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case jobID = "job_id"
            case version, at, context
        }

        func encode(to encoder: any Encoder) throws {
            try encoder.encodeMembers(
                of: CodingKeys.self, (.schemaVersion, 1), (.jobID, jobID), (.version, version), (.at, at),
                (.context, context))
        }
    }

    /// An agent that job files may name.
    package struct AgentDescription: Sendable, Encodable {
        package let name: String
        package let version: String
        package let description: String
        package let capabilities: [String]
        /// The agent's origin: `shipped`, `code`, or a manifest's path.
        package let source: String

        package init(
            name: String, version: String, description: String, capabilities: [String] = [], source: String = "shipped"
        ) {
            self.source = source
            self.name = name
            self.version = version
            self.description = description
            self.capabilities = capabilities
        }
    }

    /// The answer of `GET /v1/agents`.
    struct AgentList: Encodable {
        let schemaVersion = 1
        let agents: [AgentDescription]

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case agents
        }
    }
#endif
