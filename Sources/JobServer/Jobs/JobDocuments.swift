#if Server
    import Coordinator
    import Support

    /// A job as an element of a list.
    struct JobSummary: Encodable {
        private let record: JobRecord

        init(_ record: JobRecord) { self.record = record }

        /// `nil` while it runs.
        private var durationMS: Double? {
            if case .ended(let result) = record.state { result.durationMS } else { nil }
        }

        enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case workflow, status, agents
            case submittedAt = "submitted_at"
            case durationMS = "duration_ms"
        }

        func encode(to encoder: any Encoder) throws {
            try encoder.encodeMembers(
                of: CodingKeys.self, (.jobID, record.id), (.workflow, record.workflow), (.status, record.status),
                (.submittedAt, record.submittedAt), (.durationMS, durationMS), (.agents, record.agents))
        }
    }

    /// The answer of `GET /v1/jobs`.
    struct JobList: Encodable {
        let schemaVersion = 1
        let jobs: [JobSummary]

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case jobs
        }
    }

    /// The answer of `POST /v1/jobs` and of a cancellation: a ``JobSummary`` as a document of its own.
    struct SubmittedJob: Encodable {
        private let summary: JobSummary

        init(_ record: JobRecord) { summary = JobSummary(record) }

        private enum CodingKeys: String, CodingKey { case schemaVersion = "schema_version" }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(1, forKey: .schemaVersion)
            try summary.encode(to: encoder)
        }
    }

    /// The state of a job that has no result yet, under the keys of the result.
    struct RunningJob: Encodable {
        let schemaVersion = JobResult.currentSchemaVersion
        let jobID: String
        let workflow: String
        let status: String
        let submittedAt: Timestamp
        /// Why the job could not be started; `nil` if it was.
        let error: String?
        let agents: [AgentState]
        let metrics: JobMetrics?

        init(_ record: JobRecord, _ coordinator: JobCoordinator) {
            self.init(record, agents: Self.states(of: record, in: coordinator.context), coordinator.metrics(), nil)
        }

        init(_ record: JobRecord, unstarted error: String) {
            self.init(record, agents: [], nil, error)
        }

        private init(_ record: JobRecord, agents: [AgentState], _ metrics: JobMetrics?, _ error: String?) {
            jobID = record.id
            workflow = record.workflow
            status = record.status
            submittedAt = record.submittedAt
            self.agents = agents
            self.metrics = metrics
            self.error = error
        }

        /// The agents' states on the blackboard; an agent without one is waiting.
        private static func states(of record: JobRecord, in context: JobContext) -> [AgentState] {
            let snapshot = context.snapshot
            return record.agents.map { name in
                (try? snapshot.value(for: ContextKey<AgentState>(ContextPath(segments: ["agents", name]))))
                    ?? AgentState(name: name, phase: .waiting)
            }
        }

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case jobID = "job_id"
            case workflow, status, error, agents, metrics
            case submittedAt = "submitted_at"
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
