// What events say of a job as a whole.

extension JobEvent {
    /// The job was taken: what it consists of, so that it can be told later what ran.
    public struct JobSubmitted: Sendable, Hashable, Codable {
        /// The job as its author described it; `nil` for a job made in code.
        public let specification: JSONValue?
        /// The declared fields of the blackboard with their merge rules.
        public let fields: [DeclaredField]
        /// What the job's agents are made of.
        public let definitions: [PinnedDefinition]
        /// The working tree that the agents work on, if there is one.
        public let workspace: WorkspaceState?
        /// The W3C `traceparent` of whoever submitted the job, if it came with one.
        public let traceparent: String?
    }

    /// A declared field of the blackboard.
    public struct DeclaredField: Sendable, Hashable, Codable {
        /// The paths that the rule governs.
        public let pattern: ContextPattern
        /// The merge rule's name: one of ``MergeRule/named``, or that of a reducer in code.
        public let merge: String
    }

    /// The job began; holds the blackboard it began with.
    public struct JobStarted: Sendable, Hashable {
        /// The low-cardinality workflow name.
        public let workflow: String
        /// The registered agents, in order.
        public let agents: [RegisteredAgent]
        /// The registered repeats, in order.
        public let repeats: [RegisteredRepeat]
        /// The blackboard that the job begins with.
        public let context: JSONValue

        init(workflow: String, agents: [RegisteredAgent], repeats: [RegisteredRepeat] = [], context: JSONValue) {
            self.workflow = workflow
            self.agents = agents
            self.repeats = repeats
            self.context = context
        }
    }

    /// One registered agent, as the plan has it.
    public struct RegisteredAgent: Sendable, Hashable, Codable {
        /// The agent's name.
        public let name: String
        /// The role's name.
        public let role: String
        /// The agents that must succeed first.
        public let needs: [String]
        /// The number of agents before it on the longest chain of needs.
        public let stage: Int
        /// Whether the job's status depends on it.
        public let required: Bool
    }

    /// A circuit breaker of the runtime changed its state through this job.
    public struct BreakerStateChanged: Sendable, Hashable, Codable {
        /// The agent it guards, if it guards one.
        public let agent: String?
        /// The resource it guards, if it guards one.
        public let resource: String?
        /// The state before: `closed`, `open`, `half_open`.
        public let from: String
        /// The state after.
        public let to: String
    }

    /// The job ended.
    public struct JobFinished: Sendable, Hashable, Codable {
        /// How the job ended.
        public let status: JobStatus
        /// From start to end, in milliseconds.
        public let durationMS: Double
        /// Why it ended as `failed` or `cancelled`: the `error.type`; `nil` otherwise.
        public let errorType: String?
        /// The same in words.
        public let error: String?

        enum CodingKeys: String, CodingKey {
            case status, error
            case durationMS = "duration_ms"
            case errorType = "error_type"
        }
    }
}
