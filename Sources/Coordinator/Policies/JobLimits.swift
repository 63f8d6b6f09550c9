/// The limits of a job.
///
/// ```swift
/// let limits = JobLimits(concurrency: 16, timeout: .seconds(600), require: .exists("artifacts.patch"))
/// let job = Job(task: "Fix the parser", limits: limits) { … }
/// ```
public struct JobLimits: Sendable, Hashable {
    /// Agents that may run at once; the others wait in order.
    public var concurrency: Int
    /// The whole job's time; `nil` for no limit. Agents that have not ended by then end as `timeout`.
    public var timeout: Duration?
    /// The budget of all attempts together.
    public var budget: Budget
    /// Whether the first failure of a required agent cancels the others.
    public var failFast: Bool
    /// How many agents must succeed for the job to, instead of all required ones. Once they have, the others are
    /// cancelled, unless there is a ``quorumDeadline``.
    public var quorum: Int?
    /// With a quorum: all agents may use this time, successes beyond the quorum are kept, and agents that have not
    /// ended by then end as `timeout`. `nil` to end the job at the quorum.
    public var quorumDeadline: Duration?
    /// What must hold on the blackboard when every agent has ended; `nil` for nothing.
    ///
    /// Agents report what they find as values, and a finding is no failure: a validator whose tests are red has done its
    /// work. A job that would have succeeded, or succeeded in part, is `failed` with the error `condition_unmet` when this
    /// does not hold; what its agents wrote is kept. A job that was cancelled or that failed by its agents keeps that
    /// status and error, whether or not the condition holds. A value that is missing, as that of an agent that failed,
    /// was skipped or was cancelled at the quorum, equals nothing but null.
    ///
    /// ```swift
    /// JobLimits(require: .equals("artifacts.validation.passed", true))
    /// ```
    public var require: Condition?

    /// Agents that run at once unless said otherwise.
    public static let defaultConcurrency = 1000

    /// Sets limits.
    public init(
        concurrency: Int = JobLimits.defaultConcurrency, timeout: Duration? = nil, budget: Budget = Budget(),
        failFast: Bool = false, quorum: Int? = nil, quorumDeadline: Duration? = nil, require: Condition? = nil
    ) {
        self.concurrency = max(1, concurrency)
        self.timeout = timeout
        self.budget = budget
        self.failFast = failFast
        self.quorum = quorum
        self.quorumDeadline = quorumDeadline
        self.require = require
    }

    /// The most that attempts may consume together; `nil` for no limit.
    ///
    /// The consumption that an agent announces (``AgentTask/reservation``) is reserved before each attempt starts; a
    /// run whose attempt is not covered ends as `budget_exceeded`.
    ///
    /// ```swift
    /// let limits = JobLimits(budget: .init(tokens: 100_000, costUSD: 2))
    /// ```
    public struct Budget: Sendable, Hashable {
        /// Tokens sent and produced.
        public var tokens: Int?
        /// US dollars.
        public var costUSD: Double?
        /// Attempts, retries included.
        public var attempts: Int?
        /// Time since the job's start, after which no attempt starts. Running attempts go on; see
        /// ``JobLimits/timeout`` for a limit that ends them.
        public var wallTime: Duration?

        /// Sets a budget; without limits by default.
        public init(tokens: Int? = nil, costUSD: Double? = nil, attempts: Int? = nil, wallTime: Duration? = nil) {
            self.tokens = tokens
            self.costUSD = costUSD
            self.attempts = attempts
            self.wallTime = wallTime
        }
    }
}
