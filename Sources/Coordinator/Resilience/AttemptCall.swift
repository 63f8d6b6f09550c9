import ServiceContextModule
import Synchronization

/// Runs an agent's code once under its deadlines, obeying ``AttemptStateMachine``.
final class AttemptCall: Sendable {
    /// How the call went, from the driver's side.
    enum Verdict: Sendable {
        /// The code ended in time; the lease is still open.
        case returned(Result<Contribution, any Error>)
        /// The attempt was ended from outside; the lease is closed.
        case interrupted(Interruption, abandoned: Bool)
    }

    /// What happens beside the verdict.
    struct Hooks: Sendable {
        /// A contribution came after the lease was closed.
        var onLateWrite: @Sendable (Contribution) -> Void
        /// The attempt is settled, its code still runs; comes before the verdict.
        var onAbandoned: @Sendable () -> Void
        /// The code of an abandoned attempt ended; comes after ``onAbandoned``.
        var onAbandonedEnd: @Sendable () -> Void
    }

    private struct State {
        var machine = AttemptStateMachine()
        var task: Task<Void, Never>?
        var mustCancel = false
        var lastBeat: Duration = .zero
        var timers: [TimerToken] = []
    }

    private let runtime: CoordinatorRuntime
    private let hooks: Hooks
    private let verdict = OneShot<Verdict>()
    private let state = Mutex(State())

    init(runtime: CoordinatorRuntime, hooks: Hooks) {
        self.runtime = runtime
        self.hooks = hooks
    }

    /// Calls the agent and answers at the latest when the first deadline and the grace have passed.
    func run(
        _ agent: any Agent, view: RoleView, attempt: AttemptContext, trace: ServiceContext,
        deadline: (due: Duration, interruption: Interruption)?, idle: Duration?, cancellation: Cancellation
    ) async -> Verdict {
        state.withLock { $0.lastBeat = runtime.now }
        let task = Task(executorPreference: runtime.executor) {
            let result: Result<Contribution, any Error>
            do {
                result = .success(
                    try await ServiceContext.withValue(trace) { try await agent.run(view, attempt) })
            } catch {
                result = .failure(error)
            }
            self.codeEnded(result)
        }
        let mustCancel = state.withLock { state in
            state.task = task
            return state.mustCancel
        }
        if mustCancel { Task(executorPreference: runtime.executor) { task.cancel() } }
        if let deadline { keep(runtime.timers.schedule(at: deadline.due) { self.interrupt(deadline.interruption) }) }
        if let idle { watchIdle(idle) }
        let forget = cancellation.onCancel { self.interrupt($0) }
        let verdict = await verdict.value
        forget()
        for timer in state.withLock({ $0.timers }) { timer.cancel() }
        return verdict
    }

    /// The agent gave a sign of life.
    func beat() { state.withLock { $0.lastBeat = runtime.now } }

    private func keep(_ timer: TimerToken) { state.withLock { $0.timers.append(timer) } }

    private func watchIdle(_ idle: Duration) {
        let due = state.withLock { $0.lastBeat + idle }
        keep(
            runtime.timers.schedule(at: due) {
                let silent = self.runtime.now - self.state.withLock { $0.lastBeat }
                if silent >= idle { self.interrupt(.idle(idle)) } else { self.watchIdle(idle) }
            })
    }

    private func interrupt(_ interruption: Interruption) {
        guard case .cancelCode = state.withLock({ $0.machine.interrupted(interruption) }) else { return }
        let task = state.withLock { state in
            state.mustCancel = true
            return state.task
        }
        // On the thread's clock: whether code ends at once is a fact of the machine, whatever clock the job is on.
        let grace = runtime.threadTimers
        _ = grace.schedule(at: grace.now + runtime.configuration.cancellationGrace) {
            let interruption: Interruption? = self.state.withLock { state in
                guard case .settleAbandoned(let interruption) = state.machine.gracePassed() else { return nil }
                // Inside the lock, so that the code's end cannot be counted before.
                self.hooks.onAbandoned()
                return interruption
            }
            if let interruption { self.verdict.set(.interrupted(interruption, abandoned: true)) }
        }
        // Cancelling runs the agent's cancellation handlers, which may block: never on the thread of the timers.
        if let task { Task(executorPreference: runtime.executor) { task.cancel() } }
    }

    private func codeEnded(_ result: Result<Contribution, any Error>) {
        let contribution = try? result.get()
        let wrote = contribution.map { !$0.paths.isEmpty } ?? false
        func reportLateWrite(_ late: Bool) {
            if late, let contribution { hooks.onLateWrite(contribution) }
        }
        switch state.withLock({ $0.machine.codeEnded(wrote: wrote) }) {
        case .deliver: verdict.set(.returned(result))
        case .settle(let interruption, let lateWrite):
            reportLateWrite(lateWrite)
            verdict.set(.interrupted(interruption, abandoned: false))
        case .codeEnded(let lateWrite):
            reportLateWrite(lateWrite)
            hooks.onAbandonedEnd()
        case .nothing, .cancelCode, .settleAbandoned: break
        }
    }
}
