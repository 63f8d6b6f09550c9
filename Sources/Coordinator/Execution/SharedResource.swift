/// What several agents, possibly of several jobs, use together: its slots, its rate, its breaker.
final class SharedResource: Sendable {
    let slots: Slots?
    let rate: RateLimiter?
    let breakerPolicy: BreakerPolicy?

    init(_ spec: ResourceSpec, queueLimit: Int) {
        slots = spec.concurrency.map { Slots($0, queueLimit: queueLimit) }
        rate = spec.rate.map { RateLimiter($0) }
        breakerPolicy = spec.breaker
    }
}
