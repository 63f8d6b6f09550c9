import Support

/// A limited number of starts per interval; the others come later, in the order in which they were asked for.
///
/// The generic cell rate algorithm (ITU-T I.371): one number, the theoretical arrival time, is all the state.
struct RateLimiterState: Sendable {
    private let interval: Duration
    private let burst: Duration
    private var arrival: Duration = .zero

    init(_ rate: ResourceLimits.Rate) {
        interval = rate.per / rate.count
        burst = rate.per - interval
    }

    /// A reserved start.
    struct Reservation: Sendable, Hashable {
        /// When it may happen, now or later.
        let start: Duration
        fileprivate let arrival: Duration
        fileprivate let previousArrival: Duration
    }

    /// Reserves the next start.
    ///
    /// - Parameter deadline: a start at this time or later is not reserved.
    /// - Returns: the reservation; `nil` when its start would be too late.
    mutating func reserve(at now: Duration, before deadline: Duration? = nil) -> Reservation? {
        let start = max(now, arrival - burst)
        if let deadline, start >= deadline { return nil }
        let previous = arrival
        arrival = max(arrival, now) + interval
        return Reservation(start: start, arrival: arrival, previousArrival: previous)
    }

    /// Gives an unused reservation back. Only the last one can be given back: the starts after it are promised already.
    mutating func giveBack(_ reservation: Reservation) {
        if arrival == reservation.arrival { arrival = reservation.previousArrival }
    }
}

/// A rate limiter that is shared.
final class RateLimiter: Sendable {
    private let state: Locked<RateLimiterState>

    init(_ rate: ResourceLimits.Rate) { state = Locked(RateLimiterState(rate)) }

    func reserve(at now: Duration, before deadline: Duration?) -> RateLimiterState.Reservation? {
        state.withLock { $0.reserve(at: now, before: deadline) }
    }

    func giveBack(_ reservation: RateLimiterState.Reservation) { state.withLock { $0.giveBack(reservation) } }
}
