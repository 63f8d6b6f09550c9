/// What bounds a job.
public struct JobLimits: Sendable, Hashable {
    /// Agents that may run at once; the others wait in order.
    public var concurrency: Int
    /// The whole job's time; `nil` for no limit. Agents that have not ended by then end as `timeout`.
    public var timeout: Duration?
    /// What attempts may consume together.
    public var budget: Budget
    /// Whether the first failure of a required agent cancels the others.
    public var failFast: Bool
    /// How many agents must succeed for the job to, instead of all required ones.
    public var quorum: Int?

    /// Agents that run at once unless said otherwise.
    public static let defaultConcurrency = 1000

    /// Sets limits.
    public init(
        concurrency: Int = JobLimits.defaultConcurrency, timeout: Duration? = nil, budget: Budget = Budget(),
        failFast: Bool = false, quorum: Int? = nil
    ) {
        self.concurrency = max(1, concurrency)
        self.timeout = timeout
        self.budget = budget
        self.failFast = failFast
        self.quorum = quorum
    }

    /// What attempts may consume together; `nil` for no limit.
    public struct Budget: Sendable, Hashable {
        /// Tokens sent and produced.
        public var tokens: Int?
        /// US dollars.
        public var costUSD: Double?
        /// Attempts, retries included.
        public var attempts: Int?

        /// Sets a budget; without limits by default.
        public init(tokens: Int? = nil, costUSD: Double? = nil, attempts: Int? = nil) {
            self.tokens = tokens
            self.costUSD = costUSD
            self.attempts = attempts
        }
    }
}
