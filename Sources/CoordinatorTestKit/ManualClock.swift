import Support

/// A clock that stands still until it is advanced, and shows the deadlines of its sleepers.
///
/// ```swift
/// let clock = ManualClock()
/// let job = Job(task: "Review", runtime: CoordinatorRuntime(clock: clock)) { … }
/// async let result = job.run()
/// await clock.waitForSleeper(until: .seconds(60))
/// clock.advance(by: .seconds(60))
/// ```
public final class ManualClock: Clock, Sendable {
    /// A time on the clock, counted from when it was made.
    public struct Instant: InstantProtocol {
        /// Time since the clock was made.
        public let offset: Duration

        /// The instant some time later.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        /// The time until another instant.
        public func duration(to other: Instant) -> Duration { other.offset - offset }
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let deadline: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration = .zero
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var observers: [(until: @Sendable ([Duration]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Locked(State())

    /// Makes a clock that stands at zero.
    public init() {}

    public var now: Instant { Instant(offset: state.withLock { $0.now }) }
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// The deadlines of the current sleepers, earliest first, counted from when the clock was made.
    public var deadlines: [Duration] { state.withLock { $0.sleepers.values.map(\.deadline).sorted() } }

    /// Sleeps until the clock was advanced to the deadline.
    ///
    /// - Throws: `CancellationError` when the task is cancelled; no other sleeper is touched.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline.offset <= state.now { return .success(()) }
                    state.sleepers[id] = Sleeper(deadline: deadline.offset, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) } else { notifyObservers() }
            }
        } onCancel: {
            let sleeper: Sleeper? = state.withLock { state in
                guard let sleeper = state.sleepers.removeValue(forKey: id) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves the time forward and wakes, in order, every sleeper whose deadline has come.
    public func advance(by duration: Duration) {
        let due: [Sleeper] = state.withLock { state in
            state.now += duration
            let now = state.now
            let due = state.sleepers.filter { $0.value.deadline <= now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.value)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until a task sleeps on the clock with a deadline exactly this long after the clock was made.
    public func waitForSleeper(until deadline: Duration) async { await wait { $0.contains(deadline) } }

    /// Waits until at least this many tasks sleep on the clock.
    public func waitForSleepers(_ count: Int) async { await wait { $0.count >= count } }

    private func wait(until condition: @escaping @Sendable ([Duration]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let met = state.withLock { state in
                if condition(state.sleepers.values.map(\.deadline)) { return true }
                state.observers.append((condition, continuation))
                return false
            }
            if met { continuation.resume() }
        }
    }

    private func notifyObservers() {
        let met: [CheckedContinuation<Void, Never>] = state.withLock { state in
            let deadlines = state.sleepers.values.map(\.deadline)
            let met = state.observers.filter { $0.until(deadlines) }.map(\.continuation)
            state.observers.removeAll { $0.until(deadlines) }
            return met
        }
        for observer in met { observer.resume() }
    }
}
