import Support

/// Asks Swift's cooperative pool for a sign of life while jobs run.
///
/// An agent that blocks inside a `Task {}` of its own holds one of the pool's few threads, and whoever called the
/// coordinator most likely waits there for the result: nobody else could tell that it does not come.
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
        // The token is dropped: the last tick after the last job ends the watch.
        _ = timers.schedule(at: timers.now + Self.interval) { [weak self] in self?.ask() }
    }

    private func ask() {
        let (wasAnswered, goesOn) = state.withLock { state in
            let wasAnswered = !state.isAsked
            // Until it answers, the job's end does not end the watch: the gauge would stay up.
            state.ticking = state.jobs > 0 || !wasAnswered
            state.isAsked = state.ticking
            return (wasAnswered, state.ticking)
        }
        onStarved(!wasAnswered)
        guard goesOn else { return }
        if wasAnswered {
            // Detached: it must run on the pool that is asked, not on the caller's executor, and belongs to nobody.
            Task.detached { [weak self] in self?.state.withLock { $0.isAsked = false } }
        }
        tick()
    }
}
