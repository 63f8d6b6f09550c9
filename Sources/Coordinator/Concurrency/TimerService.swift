import Support

/// One source of time for a runtime: durations since it started, and actions at such durations.
protocol TimerService: Sendable {
    /// Time since the service started.
    var now: Duration { get }
    /// Runs an action once when the time has come; at once when it has passed.
    func schedule(at due: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken
}

/// A scheduled action.
struct TimerToken: Sendable {
    fileprivate protocol Owner: AnyObject, Sendable {
        func cancel(_ deadline: Deadline)
    }

    fileprivate let deadline: Deadline
    fileprivate let owner: any Owner

    /// Removes the action if it has not run.
    func cancel() { owner.cancel(deadline) }
}

/// Timers on a thread of their own, on the monotonic clock: due however busy or blocked every other thread is.
///
/// It is our own code, since a sleeping task needs a thread of Swift's pool to wake on, and agents may be blocking all
/// of them.
final class ThreadTimerService: TimerService {
    private let core = Core()
    private let started = Locked(false)

    deinit { core.stop() }

    var now: Duration { Duration(nanoseconds: MonotonicClock.now - core.origin) }

    func schedule(at due: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        start()
        return TimerToken(deadline: core.add(due: due.nanoseconds, action), owner: core)
    }

    private func start() {
        started.withLock { started in
            // If no thread can be started now, the next call tries again.
            if !started { started = DetachedThread.start { [core] in core.run() } == 0 }
        }
    }

    private final class Core: TimerToken.Owner, @unchecked Sendable {  // `var`s are only touched inside `condition`.
        let origin = MonotonicClock.now
        private let condition = ThreadCondition()
        private var list = DeadlineList()
        private var stopped = false

        func add(due: Int64, _ action: @escaping @Sendable () -> Void) -> Deadline {
            condition.withLock {
                let isNext = list.nextDue().map { due < $0 } ?? true
                defer { if isNext { condition.signal() } }
                return list.add(due: due, action)
            }
        }

        func cancel(_ deadline: Deadline) {
            // Released outside the lock, since the action may hold the last reference to many objects.
            _ = condition.withLock { list.cancel(deadline) }
        }

        func stop() {
            condition.withLock {
                stopped = true
                condition.signal()
            }
        }

        func run() {
            while true {
                let due: [@Sendable () -> Void]? = condition.withLock {
                    if stopped { return nil }
                    let due = list.takeDue(at: MonotonicClock.now - origin)
                    if due.isEmpty {
                        condition.wait(
                            until: list.nextDue().map { $0.addingReportingOverflow(origin) }
                                .map { $0.overflow ? .max : $0.partialValue })
                    }
                    return due
                }
                guard let due else { return }
                for action in due { action() }
            }
        }
    }
}

/// Timers on any clock, for tests: one task sleeps until the earliest is due.
final class ClockTimerService<C: Clock>: TimerService, TimerToken.Owner where C.Duration == Duration {
    private struct State {
        var list = DeadlineList()
        var sleeper: Task<Void, Never>?
        var sleepingUntil: Int64?
    }

    private let clock: C
    private let origin: C.Instant
    private let state = Locked(State())

    init(_ clock: C) {
        self.clock = clock
        origin = clock.now
    }

    deinit { state.withLock { $0.sleeper?.cancel() } }

    var now: Duration { origin.duration(to: clock.now) }

    func schedule(at due: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        let deadline = state.withLock { state in
            defer { sleep(&state) }
            return state.list.add(due: due.nanoseconds, action)
        }
        return TimerToken(deadline: deadline, owner: self)
    }

    fileprivate func cancel(_ deadline: Deadline) {
        _ = state.withLock { state in
            defer { sleepOnlyAsLongAsNeeded(&state) }
            return state.list.cancel(deadline)
        }
    }

    /// Lets nobody who advances the clock to the next deadline see a sleeper for one that was cancelled.
    private func sleepOnlyAsLongAsNeeded(_ state: inout State) {
        guard state.sleepingUntil != nil, state.list.nextDue() != state.sleepingUntil else { return }
        Self.wake(&state)
        sleep(&state)
    }

    private static func wake(_ state: inout State) {
        state.sleeper?.cancel()
        state.sleeper = nil
        state.sleepingUntil = nil
    }

    private func sleep(_ state: inout State) {
        guard let due = state.list.nextDue(), state.sleepingUntil.map({ due < $0 }) ?? true else { return }
        Self.wake(&state)
        state.sleepingUntil = due
        state.sleeper = Task { [weak self, clock, origin] in
            guard (try? await clock.sleep(until: origin.advanced(by: .nanoseconds(due)), tolerance: nil)) != nil
            else { return }
            self?.runDue(sleptUntil: due)
        }
    }

    private func runDue(sleptUntil due: Int64) {
        let actions = state.withLock { state in
            guard state.sleepingUntil == due else { return [@Sendable () -> Void]() }
            state.sleeper = nil
            state.sleepingUntil = nil
            defer { sleep(&state) }
            return state.list.takeDue(at: max(due, now.nanoseconds))
        }
        for action in actions { action() }
    }
}
