/// When a circuit breaker opens and closes.
public struct BreakerPolicy: Sendable, Hashable {
    /// The share of failed calls, above 0 to 1, at which it opens.
    public var failureRate: Double
    /// The time over which calls are counted.
    public var window: Duration
    /// The least number of calls in the window before it may open.
    public var minimumCalls: Int
    /// How long it stays open the first time; doubles with each opening that follows a failed probe.
    public var openFor: Duration
    /// The longest it stays open.
    public var openCap: Duration
    /// Successful probes in a row that close it.
    public var successesToClose: Int

    /// Sets a policy: 50 % over 60 s with at least 10 calls, open 30 s doubling to 5 min, 2 successes close.
    public init(
        failureRate: Double = 0.5, window: Duration = .seconds(60), minimumCalls: Int = 10,
        openFor: Duration = .seconds(30), openCap: Duration = .seconds(300), successesToClose: Int = 2
    ) {
        self.failureRate = min(1, max(0.01, failureRate))
        self.window = window
        self.minimumCalls = max(1, minimumCalls)
        self.openFor = openFor
        self.openCap = max(openFor, openCap)
        self.successesToClose = max(1, successesToClose)
    }
}
