/// Settings of a discovered agent that hold where a job says nothing; `nil` leaves a setting to the job's own defaults.
///
/// ```swift
/// let defaults = AgentDefaults(timeouts: TimeoutPolicy(attempt: .seconds(60)), retry: RetryPolicy(maxRetries: 2))
/// runtime.agents.register(.init("reviewer", capabilities: ["review"], defaults: defaults, agent: ReviewAgent()))
/// ```
public struct AgentDefaults: Sendable, Hashable {
    /// The paths it may read and write.
    public var role: Role?
    /// The time limits of its runs and attempts.
    public var timeouts: TimeoutPolicy?
    /// How failed attempts are repeated.
    public var retry: RetryPolicy?
    /// Its circuit breaker.
    public var breaker: BreakerPolicy?
    /// Whether an attempt may start while an abandoned one still runs.
    public var idempotent: Bool?

    /// Sets defaults; none by default.
    public init(
        role: Role? = nil, timeouts: TimeoutPolicy? = nil, retry: RetryPolicy? = nil, breaker: BreakerPolicy? = nil,
        idempotent: Bool? = nil
    ) {
        self.role = role
        self.timeouts = timeouts
        self.retry = retry
        self.breaker = breaker
        self.idempotent = idempotent
    }
}
