import Support
import Synchronization

/// So many starts per interval, the others later, in the order in which they came.
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

    /// A booked start.
    struct Reservation: Sendable, Hashable {
        /// When it may happen, now or later.
        let start: Duration
        fileprivate let arrival: Duration
        fileprivate let previousArrival: Duration
    }

    /// Books the next start.
    ///
    /// - Parameter deadline: a start that would come then or later is not booked.
    /// - Returns: the booking; `nil` when its start would be too late.
    mutating func reserve(at now: Duration, before deadline: Duration? = nil) -> Reservation? {
        let start = max(now, arrival - burst)
        if let deadline, start >= deadline { return nil }
        let previous = arrival
        arrival = max(arrival, now) + interval
        return Reservation(start: start, arrival: arrival, previousArrival: previous)
    }

    /// Gives a booking back that was not used. Only the last one can be: those after it were told their times.
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
