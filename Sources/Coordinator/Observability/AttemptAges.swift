import CoreMetrics
import Support

/// The attempts of one agent that run now, over all jobs of a runtime, and the gauge of the oldest one's age.
final class AttemptAge: Sendable {
    private let meter: any MeterHandler
    private let running = Locked<[any StartedAttempt]>([])

    init(meter: any MeterHandler) {
        self.meter = meter
        meter.set(0.0)
    }

    /// - Returns: whether it is the only attempt that runs.
    fileprivate func begin(_ attempt: any StartedAttempt) -> Bool {
        running.withLock { running in
            running.append(attempt)
            return running.count == 1
        }
    }

    fileprivate func end(_ attempt: any StartedAttempt, now: Duration) {
        running.withLock { running in
            if let index = running.firstIndex(where: { $0 === attempt }) { running.remove(at: index) }
            show(running, at: now)
        }
    }

    /// - Returns: whether any attempt runs.
    fileprivate func refresh(at now: Duration) -> Bool {
        running.withLock { running in
            if !running.isEmpty { show(running, at: now) }
            return !running.isEmpty
        }
    }

    private func show(_ running: [any StartedAttempt], at now: Duration) {
        meter.set(running.lazy.map(\.runningSince).min().map { (now - $0).inSeconds } ?? 0)
    }
}

/// Shows the age of each agent's oldest running attempt, by which a hung agent is noticed.
///
/// The metrics façade has no observable instruments, so the gauges are set once a second while any attempt runs. The
/// second is the system's, so that nothing of this sleeps on the clock of a test.
final class AttemptAges: Sendable {
    /// How often the gauges are set.
    static let interval: Duration = .seconds(1)

    private struct State {
        var running: [ObjectIdentifier: AttemptAge] = [:]
        var isTicking = false
    }

    private let state = Locked(State())
    private let timers: any TimerService
    private let threadTimers: ThreadTimerService

    init(timers: any TimerService, threadTimers: ThreadTimerService) {
        self.timers = timers
        self.threadTimers = threadTimers
    }

    /// An attempt began.
    func begin(_ age: AttemptAge, _ attempt: any StartedAttempt) {
        guard age.begin(attempt) else { return }
        let starts = state.withLock { state in
            state.running[ObjectIdentifier(age)] = age
            defer { state.isTicking = true }
            return !state.isTicking
        }
        if starts { tick() }
    }

    /// An attempt ended, and its code too.
    func end(_ age: AttemptAge, _ attempt: any StartedAttempt) { age.end(attempt, now: timers.now) }

    private func tick() {
        _ = threadTimers.schedule(at: threadTimers.now + Self.interval) { [weak self] in
            guard let self else { return }
            if refresh() { tick() }
        }
    }

    /// Sets the gauges to the current ages, and forgets the agents without a running attempt.
    ///
    /// - Returns: whether any attempt runs.
    @discardableResult
    func refresh() -> Bool {
        let now = timers.now
        return state.withLock { state in
            state.running = state.running.filter { $0.value.refresh(at: now) }
            state.isTicking = !state.running.isEmpty
            return state.isTicking
        }
    }
}
