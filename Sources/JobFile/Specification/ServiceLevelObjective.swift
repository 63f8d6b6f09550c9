/// What an agent's users may expect, per 30 days.
public struct ServiceLevelObjective: Sendable, Hashable {
    /// The share of runs that succeed, above 0 and below 1.
    public var success: Double?
    /// The time within which 95 % of runs succeed.
    public var latencyP95: Duration?

    /// Sets an objective.
    public init(success: Double? = nil, latencyP95: Duration? = nil) {
        self.success = success
        self.latencyP95 = latencyP95
    }
}
