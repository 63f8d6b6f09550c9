// What events say of agents' runs and of their attempts.

extension JobEvent {
    /// An agent's run waits for a slot.
    public struct AgentQueued: Sendable, Hashable, Codable {}

    /// A call to an agent began.
    public struct AttemptStarted: Sendable, Hashable, Codable {
        /// The attempt's timeout in milliseconds, if it has one.
        public let timeoutMS: Double?
        /// The pause before it, in milliseconds.
        public let backoffMS: Double
        /// The run's key, the same for every attempt.
        public let idempotencyKey: String
        /// The version of the blackboard that the agent sees; `nil` when it is not known, in logs of version 1.
        public let viewVersion: Int?
        /// What was reserved of the job's budget; `nil` for nothing.
        public let reservation: Contribution.Usage?
        /// How long the run waited for its slots before this attempt, in milliseconds; `nil` in logs of version 1.
        public let queueMS: Double?
        /// How long the attempt waited for its resource's rate, in milliseconds; `nil` in logs of version 1.
        public let rateMS: Double?

        enum CodingKeys: String, CodingKey {
            case timeoutMS = "timeout_ms"
            case backoffMS = "backoff_ms"
            case idempotencyKey = "idempotency_key"
            case viewVersion = "view_version"
            case reservation
            case queueMS = "queue_ms"
            case rateMS = "rate_ms"
        }

        init(
            timeoutMS: Double?, backoffMS: Double, idempotencyKey: String, viewVersion: Int? = nil,
            reservation: Contribution.Usage? = nil, queueMS: Double? = nil, rateMS: Double? = nil
        ) {
            self.timeoutMS = timeoutMS
            self.backoffMS = backoffMS
            self.idempotencyKey = idempotencyKey
            self.viewVersion = viewVersion
            self.reservation = reservation
            self.queueMS = queueMS
            self.rateMS = rateMS
        }
    }

    /// The code of an abandoned attempt ended after all.
    public struct CodeEnded: Sendable, Hashable, Codable {
        /// How long it ran on after the attempt had ended, in milliseconds.
        public let overrunMS: Double

        enum CodingKeys: String, CodingKey { case overrunMS = "overrun_ms" }
    }

    /// An agent's message about its progress.
    public struct Message: Sendable, Hashable, Codable {
        /// The text.
        public let message: String
    }

    /// Another attempt will follow.
    public struct RetryScheduled: Sendable, Hashable, Codable {
        /// The pause before it, in milliseconds.
        public let delayMS: Double
        /// The failure that caused it.
        public let errorType: String
        /// The failure in words; `nil` in logs of version 1.
        public let error: String?

        enum CodingKeys: String, CodingKey {
            case delayMS = "delay_ms"
            case errorType = "error_type"
            case error
        }
    }

    /// An agent's run ended.
    public struct AgentFinished: Sendable, Hashable, Codable {
        /// How the run ended.
        public let outcome: AgentOutcome
        /// The failure's `error.type`.
        public let errorType: String?
        /// The failure in words.
        public let error: String?
        /// The time from when it was ready to its end, in milliseconds.
        public let durationMS: Double
        /// The time it waited for a slot, in milliseconds.
        public let queueMS: Double
        /// Whether the agent's fallback is to run although the outcome is not `rejected`: a retry was rejected. `nil` if not.
        public let rejectedRetry: Bool?

        enum CodingKeys: String, CodingKey {
            case outcome, error
            case errorType = "error_type"
            case durationMS = "duration_ms"
            case queueMS = "queue_ms"
            case rejectedRetry = "rejected_retry"
        }

        init(
            outcome: AgentOutcome, errorType: String?, error: String?, durationMS: Double, queueMS: Double,
            rejectedRetry: Bool? = nil
        ) {
            self.outcome = outcome
            self.errorType = errorType
            self.error = error
            self.durationMS = durationMS
            self.queueMS = queueMS
            self.rejectedRetry = rejectedRetry
        }
    }
}
