import Support

/// Checks while jobs run that Swift's cooperative pool still runs tasks.
///
/// An agent that blocks inside a `Task {}` of its own holds one of the pool's few threads. The coordinator's caller
/// most likely waits for the result on that pool, so it cannot notice by itself that the result does not arrive.
final class PoolWatch: Sendable {
    /// How long the pool may take to answer, and how often it is asked.
    static let interval: Duration = .milliseconds(500)

    private struct State {
        var jobs = 0
        var ticking = false
        var isAsked = false
    }

    private let state = Locked(State())
    private let timers: ThreadTimerService
    private let onStarved: @Sendable (Bool) -> Void

    init(timers: ThreadTimerService, onStarved: @escaping @Sendable (Bool) -> Void) {
        self.timers = timers
        self.onStarved = onStarved
    }

    func jobStarted() {
        let starts = state.withLock { state in
            state.jobs += 1
            defer { state.ticking = true }
            return !state.ticking
        }
        if starts { tick() }
    }

    func jobEnded() { state.withLock { $0.jobs -= 1 } }

    private func tick() {
        // The token is not kept: the watch ends by itself with the last tick after the last job.
        _ = timers.schedule(at: timers.now + Self.interval) { [weak self] in self?.ask() }
    }

    private func ask() {
        let (wasAnswered, goesOn) = state.withLock { state in
            let wasAnswered = !state.isAsked
            // After the last job the watch goes on until the pool answers: otherwise the gauge would stay at 1.
            state.ticking = state.jobs > 0 || !wasAnswered
            state.isAsked = state.ticking
            return (wasAnswered, state.ticking)
        }
        onStarved(!wasAnswered)
        guard goesOn else { return }
        if wasAnswered {
            // Detached, since the task must run on the pool that is checked, not on the caller's executor. Weak, since a pool
            // that hangs may never run it, and a runtime must be able to end all the same.
            Task.detached { [weak self] in self?.state.withLock { $0.isAsked = false } }
        }
        tick()
    }
}
