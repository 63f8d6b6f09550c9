/// When a circuit breaker opens and closes.
///
/// ```swift
/// let breaker = BreakerPolicy(slowCallDuration: .seconds(20), slowCallRate: 0.5)
/// AgentTask("drafter", role: .drafter, breaker: breaker, agent: drafter)
/// ```
public struct BreakerPolicy: Sendable, Hashable {
    /// The share of failed calls, above 0 to 1, at which it opens.
    public var failureRate: Double
    /// The time over which calls are counted.
    public var window: Duration
    /// The least number of calls in the window before it may open.
    public var minimumCalls: Int
    /// A call that takes this long or longer is slow; `nil` to judge by failures alone.
    public var slowCallDuration: Duration?
    /// The share of slow calls, above 0 to 1, at which it opens.
    public var slowCallRate: Double
    /// How long it stays open the first time; doubles with each opening that follows a failed probe.
    public var openFor: Duration
    /// The longest it stays open.
    public var openCap: Duration
    /// Calls it lets through at one time while half-open.
    public var halfOpenProbes: Int
    /// Successful probes in a row that close it.
    public var successesToClose: Int

    /// Sets a policy: 50 % over 60 s with at least 10 calls, open 30 s doubling to 5 min, 1 probe at a
    /// time, 2 successes close, slow calls not judged.
    public init(
        failureRate: Double = 0.5, window: Duration = .seconds(60), minimumCalls: Int = 10,
        slowCallDuration: Duration? = nil, slowCallRate: Double = 1, openFor: Duration = .seconds(30),
        openCap: Duration = .seconds(300), halfOpenProbes: Int = 1, successesToClose: Int = 2
    ) {
        self.failureRate = min(1, max(0.01, failureRate))
        self.window = window
        self.minimumCalls = max(1, minimumCalls)
        self.slowCallDuration = slowCallDuration
        self.slowCallRate = min(1, max(0.01, slowCallRate))
        self.openFor = openFor
        self.openCap = max(openFor, openCap)
        self.halfOpenProbes = max(1, halfOpenProbes)
        self.successesToClose = max(1, successesToClose)
    }
}
