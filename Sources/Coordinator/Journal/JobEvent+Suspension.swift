// What events say of attempts that wait for somebody.

extension JobEvent {
    /// An attempt gave back what it held, to go on later.
    public struct AttemptSuspended: Sendable, Hashable, Codable {
        /// What the agent needs to go on.
        public let state: JSONValue
        /// What it waits for, in words.
        public let reason: String
        /// How long it waits at most, in milliseconds; `nil` for as long as the job runs.
        public let timeoutMS: Double?
        /// What the attempt has used of the job's budget so far.
        public let usage: Contribution.Usage
        /// The weakest confinement of the programs that the attempt has run so far; `nil` where it has run none.
        public let sandbox: SandboxReport?

        enum CodingKeys: String, CodingKey {
            case state, reason, usage, sandbox
            case timeoutMS = "timeout_ms"
        }

        init(
            state: JSONValue, reason: String, timeoutMS: Double?, usage: Contribution.Usage,
            sandbox: SandboxReport? = nil
        ) {
            self.state = state
            self.reason = reason
            self.timeoutMS = timeoutMS
            self.usage = usage
            self.sandbox = sandbox
        }
    }

    /// Somebody answered what a suspended attempt waits for, or told the job something that is readable at
    /// `signals.<name>`.
    public struct SignalReceived: Sendable, Hashable, Codable {
        /// The answer.
        public let value: JSONValue
        /// The signal's name; `nil` for an answer to a suspended attempt.
        public let name: String?
        /// Who sent it; `nil` when it is not known, as for answers in code.
        public let by: String?

        init(value: JSONValue, name: String? = nil, by: String? = nil) {
            self.value = value
            self.name = name
            self.by = by
        }
    }

    /// A suspended attempt goes on: its agent is called again.
    public struct AttemptResumed: Sendable, Hashable, Codable {
        /// How long it was suspended this time, in milliseconds.
        public let suspendedMS: Double
        /// How long it waited for slots after that, in milliseconds.
        public let queueMS: Double
        /// How long it waited for its resource's rate, in milliseconds.
        public let rateMS: Double
        /// The version of the blackboard that the agent sees.
        public let viewVersion: Int
        /// What was reserved of the job's budget anew; `nil` for nothing.
        public let reservation: Contribution.Usage?

        enum CodingKeys: String, CodingKey {
            case suspendedMS = "suspended_ms"
            case queueMS = "queue_ms"
            case rateMS = "rate_ms"
            case viewVersion = "view_version"
            case reservation
        }
    }
}
