import Locks
import ServiceContextModule

/// Learns what happens to an agent's code beside the verdict.
protocol AttemptCallObserver: AnyObject, Sendable {
    /// A contribution came after the lease was closed.
    func lateWrite(_ contribution: Contribution)
    /// The attempt is settled, its code still runs; comes before the verdict.
    func wasAbandoned()
    /// The code of an abandoned attempt ended; comes after ``wasAbandoned()``.
    func abandonedCodeEnded()
}

/// When an agent last gave a sign of life, and how long it may go without.
final class Heartbeat: Sendable {
    let limit: Duration
    private let last: Locked<Duration>

    init(limit: Duration, at instant: Duration) {
        self.limit = limit
        last = Locked(instant)
    }

    var due: Duration { last.withLock { $0 } + limit }

    func beat(at instant: Duration) { last.withLock { $0 = instant } }
}

/// Runs an agent's code once under its deadlines, obeying ``AttemptStateMachine``.
final class AttemptCall: Sendable {
    /// How the call went, from the driver's side.
    enum Verdict: Sendable {
        /// The code ended in time; the lease is still open.
        case returned(Result<Contribution, any Error>)
        /// The attempt was ended from outside; the lease is closed.
        case interrupted(Interruption, abandoned: Bool)
    }

    private struct State {
        var machine = AttemptStateMachine()
        var task: Task<Void, Never>?
        var mustCancel = false
        var deadlineTimer: TimerToken?
        var idleTimer: TimerToken?
    }

    private let runtime: CoordinatorRuntime
    private let observer: any AttemptCallObserver
    private let verdict = OneShot<Verdict>()
    private let state = Locked(State())

    init(runtime: CoordinatorRuntime, observer: any AttemptCallObserver) {
        self.runtime = runtime
        self.observer = observer
    }

    /// Calls the agent and answers at the latest when the first deadline and the grace have passed.
    nonisolated(nonsending) func run(
        _ agent: any Agent, view: RoleView, attempt: AttemptContext, trace: ServiceContext,
        deadline: Limit?, heartbeat: Heartbeat?, cancellation: Cancellation
    ) async -> Verdict {
        let task = Task(executorPreference: runtime.executor) {
            // Who got no thread before the deadline is not called after it: the run may be over, or repeated already.
            if self.state.withLock({ $0.mustCancel }) {
                self.codeEnded(.failure(CancellationError()))
                return
            }
            let result: Result<Contribution, any Error>
            do {
                result = .success(
                    try await ServiceContext.withValue(trace) {
                        try await AttemptContext.$current.withValue(attempt) { try await agent.run(view, attempt) }
                    })
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
        if let deadline {
            let timer = runtime.timers.schedule(at: deadline.due) { self.interrupt(deadline.interruption) }
            state.withLock { $0.deadlineTimer = timer }
        }
        if let heartbeat { watch(heartbeat) }
        let handler = cancellation.onCancel { self.interrupt($0) }
        let verdict = await verdict.value
        cancellation.forget(handler)
        let timers = state.withLock { ($0.deadlineTimer, $0.idleTimer) }
        timers.0?.cancel()
        timers.1?.cancel()
        return verdict
    }

    private func watch(_ heartbeat: Heartbeat) {
        let timer = runtime.timers.schedule(at: heartbeat.due) {
            if self.runtime.now >= heartbeat.due {
                self.interrupt(.idle(heartbeat.limit))
            } else {
                self.watch(heartbeat)
            }
        }
        state.withLock { $0.idleTimer = timer }
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
                self.observer.wasAbandoned()
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
            if late, let contribution { observer.lateWrite(contribution) }
        }
        switch state.withLock({ $0.machine.codeEnded(wrote: wrote) }) {
        case .deliver: verdict.set(.returned(result))
        case .settle(let interruption, let lateWrite):
            reportLateWrite(lateWrite)
            verdict.set(.interrupted(interruption, abandoned: false))
        case .codeEnded(let lateWrite):
            reportLateWrite(lateWrite)
            observer.abandonedCodeEnded()
        case .nothing, .cancelCode, .settleAbandoned: break
        }
    }
}
