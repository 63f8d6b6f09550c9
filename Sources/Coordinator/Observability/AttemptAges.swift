import Metrics
import Synchronization

/// Shows the age of each agent's oldest running attempt, over all jobs of a runtime: what tells a hung agent.
///
/// The metrics façade has no observed instruments, so the gauges are set once a second while anything runs: a second
/// of the machine's, so that nothing of this sleeps on the clock of a test.
final class AttemptAges: Sendable {
    /// How often the gauges are set.
    static let interval: Duration = .seconds(1)

    private struct State {
        var agents: [String: Agent] = [:]
        var lastID = 0
        var ticking = false
    }

    fileprivate struct Agent {
        let meter: Meter
        var started: [Int: Duration] = [:]
    }

    private let state = Mutex(State())
    private let timers: any TimerService
    private let threadTimers: ThreadTimerService

    init(timers: any TimerService, threadTimers: ThreadTimerService) {
        self.timers = timers
        self.threadTimers = threadTimers
    }

    /// An attempt began.
    ///
    /// - Returns: what to hand to ``end(_:of:)``.
    func begin(of agent: String, meter: Meter) -> Int {
        let now = timers.now
        let (id, starts) = state.withLock { state in
            state.lastID += 1
            state.agents[agent, default: Agent(meter: meter)].started[state.lastID] = now
            defer { state.ticking = true }
            return (state.lastID, !state.ticking)
        }
        if starts { tick() }
        return id
    }

    /// An attempt was settled.
    func end(_ id: Int, of agent: String) {
        let now = timers.now
        state.withLock { state in
            state.agents[agent]?.started[id] = nil
            state.agents[agent]?.show(at: now)
            if state.agents[agent]?.started.isEmpty == true { state.agents[agent] = nil }
        }
    }

    private func tick() {
        _ = threadTimers.schedule(at: threadTimers.now + Self.interval) { [weak self] in
            guard let self else { return }
            refresh()
            let goesOn = state.withLock { state in
                state.ticking = !state.agents.isEmpty
                return state.ticking
            }
            if goesOn { tick() }
        }
    }

    /// Sets the gauges to the ages as they are now.
    func refresh() {
        let now = timers.now
        state.withLock { state in
            for agent in state.agents.values { agent.show(at: now) }
        }
    }
}

extension AttemptAges.Agent {
    fileprivate func show(at now: Duration) {
        meter.set(started.values.min().map { (now - $0).inSeconds } ?? 0)
    }
}
