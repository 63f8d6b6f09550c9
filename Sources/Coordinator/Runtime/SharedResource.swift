/// A resource that several agents, possibly of several jobs, use together: its slots, its rate, its breaker.
final class SharedResource: Sendable {
    let spec: ResourceLimits
    let slots: Slots?
    let rate: RateLimiter?
    var breakerPolicy: BreakerPolicy? { spec.breaker }

    init(_ spec: ResourceLimits, queueLimit: Int) {
        self.spec = spec
        slots = spec.concurrency.map { Slots($0, queueLimit: queueLimit) }
        rate = spec.rate.map { RateLimiter($0) }
    }
}
