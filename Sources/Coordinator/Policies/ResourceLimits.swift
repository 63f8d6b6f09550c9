/// Something agents share, such as a model's endpoint.
///
/// ```swift
/// let model = ResourceLimits(concurrency: 4, rate: .init(count: 30, per: .seconds(60)))
/// let runtime = CoordinatorRuntime(.init(resources: ["model": model]))
/// ```
public struct ResourceLimits: Sendable, Hashable {
    /// Runs that may use it at once, each over its attempts and pauses; `nil` for no limit.
    public var concurrency: Int?
    /// Attempts that may start per interval; `nil` for no limit.
    public var rate: Rate?
    /// Its circuit breaker.
    public var breaker: BreakerPolicy?

    /// A number of starts per interval.
    ///
    /// ```swift
    /// let thirtyAMinute = ResourceLimits.Rate(count: 30, per: .seconds(60))
    /// ```
    public struct Rate: Sendable, Hashable {
        /// Starts per interval; 1 or more.
        public var count: Int
        /// The interval.
        public var per: Duration

        /// Sets a rate.
        public init(count: Int, per: Duration) {
            self.count = max(1, count)
            self.per = per
        }
    }

    /// Describes a resource.
    public init(concurrency: Int? = nil, rate: Rate? = nil, breaker: BreakerPolicy? = nil) {
        self.concurrency = concurrency
        self.rate = rate
        self.breaker = breaker
    }
}

extension ResourceLimits: CustomStringConvertible {
    /// The limits as text, such as `{concurrency: 4, rate: 60 per 60 s}`.
    public var description: String {
        let parts = [
            concurrency.map { "concurrency: \($0)" }, rate.map { "rate: \($0.count) per \(Interruption.text($0.per))" },
            breaker.map { "breaker: \($0.failureRate * 100) % of at least \($0.minimumCalls) calls" },
        ].compactMap(\.self)
        return "{\(parts.joined(separator: ", "))}"
    }
}
