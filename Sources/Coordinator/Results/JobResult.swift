import TelemetryCatalog

/// The result of a job: the outcome of every agent, whatever it was. Its JSON is `result.json`.
///
/// ```swift
/// let result = try await job.run()
/// print(result.status, try result.value(for: words), result["reviewer"]?.outcome ?? .skipped)
/// ```
public struct JobResult: Sendable, Hashable, Codable {
    /// The version of `result.json`.
    public static let currentSchemaVersion = 1

    /// The version of this document.
    public var schemaVersion = JobResult.currentSchemaVersion
    /// The job's id.
    public var jobID: String
    /// The low-cardinality workflow name.
    public var workflow: String
    /// How the job ended.
    public var status: JobStatus
    /// Why it ended as `failed` or `cancelled`: the `error.type` on its span and metrics, `condition_unmet` when
    /// ``JobLimits/require`` did not hold; `nil` for a job that succeeded, be it in part.
    public var errorType: String?
    /// The same in words.
    public var error: String?
    /// The job's trace, 32 hex digits; `nil` without a tracing backend.
    public var traceID: String?
    /// When it started.
    public var startedAt: Timestamp
    /// How long it took, in milliseconds.
    public var durationMS: Double
    /// Every agent in registration order.
    public var agents: [AgentResult]
    /// How the job's repeats ended, in the order of their registration.
    public var repeats: [RepeatResult]
    /// How often the job was taken up again after its process had ended or given it up; 0 for most.
    public var resumptions: Int
    /// The figures of the job, the same as on the metrics.
    public var metrics: JobMetrics
    /// The values that agents wrote below `artifacts`, by name.
    public var artifacts: JSONObject
    var blackboard = FinalBlackboard()

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case jobID = "job_id"
        case workflow, status, error
        case errorType = "error_type"
        case traceID = "trace_id"
        case startedAt = "started_at"
        case durationMS = "duration_ms"
        case agents, repeats, resumptions, metrics, artifacts
    }

    /// What the job required and did not hold, in words; `nil` unless that is why it failed.
    package var unmetCondition: String? { errorType == ErrorType.conditionUnmet ? error ?? "" : nil }

    /// The result of the agent with this name.
    public subscript(agent: String) -> AgentResult? { agents.first { $0.name == agent } }

    /// Describes a job's end.
    public init(
        jobID: String, workflow: String, status: JobStatus, errorType: String? = nil, error: String? = nil,
        traceID: String?, startedAt: Timestamp, durationMS: Double, agents: [AgentResult], metrics: JobMetrics,
        artifacts: JSONObject, repeats: [RepeatResult] = [], resumptions: Int = 0
    ) {
        self.jobID = jobID
        self.workflow = workflow
        self.status = status
        self.errorType = errorType
        self.error = error
        self.traceID = traceID
        self.startedAt = startedAt
        self.durationMS = durationMS
        self.agents = agents
        self.metrics = metrics
        self.artifacts = artifacts
        self.repeats = repeats
        self.resumptions = resumptions
    }
}

/// The result of one agent's run.
///
/// ```swift
/// if let reviewer = result["reviewer"], reviewer.outcome == .failed { print(reviewer.error ?? "") }
/// ```
public struct AgentResult: Sendable, Hashable, Codable {
    /// The agent's name.
    public var name: String
    /// The role's name.
    public var role: String
    /// Whether the job's status depends on it.
    public var required: Bool
    /// How the run ended.
    public var outcome: AgentOutcome
    /// The failure's `error.type`; `nil` for a success.
    public var errorType: String?
    /// The failure in words; `nil` for a success.
    public var error: String?
    /// The agent that this one replaced, if it ran as a fallback.
    public var fallbackOf: String?
    /// When its needs were met, for its first round if it has several; `nil` if they never were.
    public var startedAt: Timestamp?
    /// The time from when its needs were met to its end, in milliseconds: the duration of the agent's span, and of an agent
    /// of a repeat the time from its first round's start to its last one's end.
    public var durationMS: Double
    /// The time it waited for a slot, in milliseconds; that of all its rounds and of all its items together.
    public var queueMS: Double
    /// The agent's span, 16 hex digits; that of its last round.
    public var spanID: String?
    /// Its attempts in order, over all rounds of a repeat; none for an agent that is run for each element of a list.
    public var attempts: [AttemptRecord]
    /// Its runs for the elements of its list, in their order; over all rounds of a repeat, round after round.
    public var items: [ItemResult]

    enum CodingKeys: String, CodingKey {
        case name, role, required, outcome, error, attempts, items
        case errorType = "error_type"
        case fallbackOf = "fallback_of"
        case startedAt = "started_at"
        case durationMS = "duration_ms"
        case queueMS = "queue_ms"
        case spanID = "span_id"
    }

    /// Describes a run's end.
    public init(
        name: String, role: String, required: Bool = true, outcome: AgentOutcome, errorType: String? = nil,
        error: String? = nil,
        fallbackOf: String? = nil, startedAt: Timestamp? = nil, durationMS: Double = 0, queueMS: Double = 0,
        spanID: String? = nil, attempts: [AttemptRecord] = [], items: [ItemResult] = []
    ) {
        self.name = name
        self.role = role
        self.required = required
        self.outcome = outcome
        self.errorType = errorType
        self.error = error
        self.fallbackOf = fallbackOf
        self.startedAt = startedAt
        self.durationMS = durationMS
        self.queueMS = queueMS
        self.spanID = spanID
        self.attempts = attempts
        self.items = items
    }
}

/// One call that reached an agent.
///
/// ```swift
/// for attempt in result["reviewer"]?.attempts ?? [] { print(attempt.number, attempt.outcome, attempt.durationMS) }
/// ```
public struct AttemptRecord: Sendable, Hashable, Codable {
    /// The attempt's number, from 1; each round of a repeat counts anew.
    public var number: Int
    /// The round of the agent's repeat, from 1; `nil` outside of one.
    public var round: Int?
    /// How it ended.
    public var outcome: AgentOutcome
    /// The failure's `error.type`; `nil` for a success.
    public var errorType: String?
    /// The failure in words; `nil` for a success.
    public var error: String?
    /// When it started.
    public var startedAt: Timestamp
    /// The time from its start to its end, in milliseconds: the duration of the attempt's span.
    public var durationMS: Double
    /// The pause before it, in milliseconds.
    public var backoffMS: Double
    /// The attempt's span, 16 hex digits; `nil` without a tracing backend.
    public var spanID: String?
    /// Whether its code was still running when the attempt ended.
    public var abandoned: Bool
    /// What it counts as having used of the job's budget: what it reported or its calls used, its reservation where
    /// neither is known; `nil` in logs and results of before.
    public var usage: Contribution.Usage?
    /// How much of its time its commit took, up to the hand-over, in milliseconds; `nil` in logs and results of before.
    public var commitMS: Double?
    /// How much of its time it waited until its start was kept, in milliseconds: 0 but for agents that are not
    /// idempotent; `nil` in logs and results of before.
    public var storeMS: Double?
    /// How much of its time it was suspended, the wait for slots after that included, in milliseconds; `nil` in logs and
    /// results of before.
    public var suspendedMS: Double?
    /// How the programs were confined that it ran: the weakest of what its agent reported by
    /// ``AttemptContext/ran(_:writtenBy:)`` before it finished; `nil` where it reported none, or its process ended before
    /// that was kept.
    public var sandbox: SandboxReport?

    enum CodingKeys: String, CodingKey {
        case number, round, outcome, error, abandoned, usage, sandbox
        case commitMS = "commit_ms"
        case storeMS = "store_ms"
        case suspendedMS = "suspended_ms"
        case errorType = "error_type"
        case startedAt = "started_at"
        case durationMS = "duration_ms"
        case backoffMS = "backoff_ms"
        case spanID = "span_id"
    }

    /// Describes an attempt's end.
    public init(
        number: Int, outcome: AgentOutcome, errorType: String? = nil, error: String? = nil, startedAt: Timestamp,
        durationMS: Double, backoffMS: Double = 0, spanID: String? = nil, abandoned: Bool = false,
        usage: Contribution.Usage? = nil, commitMS: Double? = nil, storeMS: Double? = nil,
        suspendedMS: Double? = nil, round: Int? = nil, sandbox: SandboxReport? = nil
    ) {
        self.number = number
        self.round = round
        self.outcome = outcome
        self.errorType = errorType
        self.error = error
        self.startedAt = startedAt
        self.durationMS = durationMS
        self.backoffMS = backoffMS
        self.spanID = spanID
        self.abandoned = abandoned
        self.usage = usage
        self.commitMS = commitMS
        self.storeMS = storeMS
        self.suspendedMS = suspendedMS
        self.sandbox = sandbox
    }
}
