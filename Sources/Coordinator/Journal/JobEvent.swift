/// One thing that happened in a job: the same in `events.jsonl`, a journal and a live stream.
public struct JobEvent: Sendable, Hashable {
    /// The version of this envelope.
    public static let schemaVersion = 1

    /// The event's number in its job, from 1, without gaps.
    public let sequence: Int
    /// When it happened; never before the event before it.
    public let at: Timestamp
    /// The job.
    public let jobID: String
    /// The blackboard's version after the event.
    public let version: Int
    /// The agent concerned, if one is.
    public let agent: String?
    /// The attempt's number, if one is concerned.
    public let attempt: Int?
    /// The trace, 32 hex digits, if tracing was on.
    public let traceID: String?
    /// The span, 16 hex digits, if tracing was on.
    public let spanID: String?
    /// What happened.
    public let payload: Payload

    /// What happened, by type.
    public enum Payload: Sendable, Hashable {
        case jobStarted(JobStarted)
        case agentStateChanged(AgentState)
        case attemptStarted(AttemptStarted)
        case attemptFinished(AttemptRecord)
        case attemptCodeEnded(CodeEnded)
        case progress(Message)
        case retryScheduled(RetryScheduled)
        case contextCommitted(ContextCommitted)
        case contextConflict(ContextConflict)
        case lateWrite(Paths)
        case accessDenied(Paths)
        case breakerStateChanged(BreakerStateChanged)
        case agentFinished(AgentFinished)
        case jobFinished(JobFinished)
    }
}

// MARK: Payloads

extension JobEvent {
    /// The job began; holds the blackboard it began with.
    public struct JobStarted: Sendable, Hashable, Codable {
        /// The low-cardinality workflow name.
        public let workflow: String
        /// The registered agents, in order.
        public let agents: [RegisteredAgent]
        /// The blackboard at version 0.
        public let context: JSONValue
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

    /// A call to an agent began.
    public struct AttemptStarted: Sendable, Hashable, Codable {
        /// The attempt's timeout in milliseconds, if it has one.
        public let timeoutMS: Double?
        /// The pause before it, in milliseconds.
        public let backoffMS: Double
        /// The run's key, the same for every attempt.
        public let idempotencyKey: String

        enum CodingKeys: String, CodingKey {
            case timeoutMS = "timeout_ms"
            case backoffMS = "backoff_ms"
            case idempotencyKey = "idempotency_key"
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

        enum CodingKeys: String, CodingKey {
            case delayMS = "delay_ms"
            case errorType = "error_type"
        }
    }

    /// A contribution was merged.
    public struct ContextCommitted: Sendable, Hashable, Codable {
        /// The contribution that was merged.
        public let contribution: Contribution
        /// The writer's stage, which orders the fold.
        public let stage: Int
        /// The writer's position within its stage.
        public let registration: Int
    }

    /// Two writers conflicted on a field that allows one; both values are kept here.
    public struct ContextConflict: Sendable, Hashable, Codable {
        /// The paths of the conflict.
        public let paths: [ContextPath]
        /// The values on the blackboard, by path.
        public let kept: JSONObject
        /// The agents that wrote them.
        public let writers: [String]
        /// The contribution that was refused.
        public let refused: Contribution
        /// The reason for the refusal, in words.
        public let message: String
    }

    /// The paths that a refusal concerns.
    public struct Paths: Sendable, Hashable, Codable {
        /// The paths.
        public let paths: [ContextPath]
        /// The reason for the refusal, in words.
        public let message: String
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

        enum CodingKeys: String, CodingKey {
            case outcome, error
            case errorType = "error_type"
            case durationMS = "duration_ms"
            case queueMS = "queue_ms"
        }
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
