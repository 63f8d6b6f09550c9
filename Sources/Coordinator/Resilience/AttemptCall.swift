import Locks
import ServiceContextModule

/// Learns what happens to an agent's code beside the outcome of the call.
protocol AttemptCallObserver: AnyObject, Sendable {
    /// A contribution came after the lease was closed.
    func lateWrite(_ contribution: Contribution)
    /// The attempt is finished, its code still runs; comes before the outcome.
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
    enum Outcome: Sendable {
        /// The code ended in time; the lease is still open.
        case returned(Result<Contribution, any Error>)
        /// The attempt was ended from outside; the lease is closed.
        case interrupted(Interruption, abandoned: Bool)
    }

    private struct State {
        var machine = AttemptStateMachine()
        var heartbeatTimer: TimerToken?
    }

    private let runtime: CoordinatorRuntime
    private let observer: any AttemptCallObserver
    private let outcome = OneShot<Outcome>()
    private let state = Locked(State())

    init(runtime: CoordinatorRuntime, observer: any AttemptCallObserver) {
        self.runtime = runtime
        self.observer = observer
    }

    /// Calls the agent and answers at the latest when the first deadline and the grace have passed.
    nonisolated(nonsending) func run(
        _ agent: any Agent, view: RoleView, attempt: AttemptContext, trace: ServiceContext,
        deadline: Limit?, heartbeat: Heartbeat?, cancellation: Cancellation
    ) async -> Outcome {
        let task = Task(executorPreference: runtime.executor) {
            let action = self.state.withLock { $0.machine.codeStarts() }
            guard case .callCode = action else { return self.finish(action, .failure(CancellationError())) }
            let result: Result<Contribution, any Error>
            do {
                result = .success(
                    try await ServiceContext.withValue(trace) {
                        try await AttemptContext.$current.withValue(attempt) { try await agent.run(view, attempt) }
                    })
            } catch {
                result = .failure(error)
            }
            let wrote = (try? result.get()).map { !$0.paths.isEmpty } ?? false
            self.finish(self.state.withLock { $0.machine.codeEnded(wrote: wrote) }, result)
        }
        let deadlineTimer = deadline.map { deadline in
            runtime.timers.schedule(at: deadline.due) { self.interrupt(task, deadline.interruption) }
        }
        if let heartbeat { watch(heartbeat, task, until: heartbeat.due) }
        let handler = cancellation.onCancel { self.interrupt(task, $0) }
        let outcome = await outcome.value
        cancellation.forget(handler)
        deadlineTimer?.cancel()
        state.withLock { $0.heartbeatTimer }?.cancel()
        return outcome
    }

    private func watch(_ heartbeat: Heartbeat, _ task: Task<Void, Never>, until due: Duration) {
        let timer = runtime.timers.schedule(at: due) {
            let (now, due) = (self.runtime.now, heartbeat.due)
            let action = self.state.withLock {
                $0.machine.heartbeatChecked(at: now, due: due, limit: heartbeat.limit)
            }
            switch action {
            case .checkHeartbeat(let due): self.watch(heartbeat, task, until: due)
            case .cancelCode: self.cancel(task)
            case .nothing, .callCode, .deliver, .finish, .finishAbandoned, .codeEnded: break
            }
        }
        state.withLock { $0.heartbeatTimer = timer }
    }

    private func interrupt(_ task: Task<Void, Never>, _ interruption: Interruption) {
        guard case .cancelCode = state.withLock({ $0.machine.interrupted(interruption) }) else { return }
        cancel(task)
    }

    private func cancel(_ task: Task<Void, Never>) {
        // On the thread's clock: whether code ends at once is a fact of the machine, whatever clock the job is on.
        let grace = runtime.threadTimers
        _ = grace.schedule(at: grace.now + runtime.configuration.cancellationGrace) {
            let interruption: Interruption? = self.state.withLock { state in
                guard case .finishAbandoned(let interruption) = state.machine.gracePassed() else { return nil }
                // Inside the lock, so that the code's end cannot be counted before.
                self.observer.wasAbandoned()
                return interruption
            }
            if let interruption { self.outcome.set(.interrupted(interruption, abandoned: true)) }
        }
        // Cancelling runs the agent's cancellation handlers, which may block: never on the thread of the timers.
        Task(executorPreference: runtime.executor) { task.cancel() }
    }

    /// Obeys what the machine says to the end of the code.
    private func finish(_ action: AttemptStateMachine.Action, _ result: Result<Contribution, any Error>) {
        func reportLateWrite(_ late: Bool) {
            if late, let contribution = try? result.get() { observer.lateWrite(contribution) }
        }
        switch action {
        case .deliver: outcome.set(.returned(result))
        case .finish(let interruption, let lateWrite):
            reportLateWrite(lateWrite)
            outcome.set(.interrupted(interruption, abandoned: false))
        case .codeEnded(let lateWrite):
            reportLateWrite(lateWrite)
            observer.abandonedCodeEnded()
        case .nothing, .callCode, .checkHeartbeat, .cancelCode, .finishAbandoned: break
        }
    }
}
