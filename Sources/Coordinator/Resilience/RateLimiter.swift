import Synchronization

/// So many starts per interval, the others later, in the order in which they came.
///
/// The generic cell rate algorithm (ITU-T I.371): one number, the theoretical arrival time, is all the state.
struct RateLimiterState: Sendable {
    private let interval: Duration
    private let burst: Duration
    private var arrival: Duration = .zero

    init(_ rate: ResourceSpec.Rate) {
        interval = rate.per / rate.count
        burst = rate.per - interval
    }

    /// Books the next start.
    ///
    /// - Parameter deadline: a start that would come then or later is not booked.
    /// - Returns: when it may happen, now or later; `nil` when that is too late.
    mutating func reserve(at now: Duration, before deadline: Duration? = nil) -> Duration? {
        let start = max(now, arrival - burst)
        if let deadline, start >= deadline { return nil }
        arrival = max(arrival, now) + interval
        return start
    }
}

/// A rate limiter that is shared.
final class RateLimiter: Sendable {
    private let state: Mutex<RateLimiterState>

    init(_ rate: ResourceSpec.Rate) { state = Mutex(RateLimiterState(rate)) }

    func reserve(at now: Duration, before deadline: Duration?) -> Duration? {
        state.withLock { $0.reserve(at: now, before: deadline) }
    }
}
