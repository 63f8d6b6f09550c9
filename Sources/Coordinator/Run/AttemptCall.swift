import ServiceContextModule
import Support

/// Is notified of what happens to an agent's code beside the outcome of the call.
protocol AttemptCallObserver: AnyObject, Sendable {
    /// A contribution came after the lease was closed.
    func lateWrite(_ contribution: Contribution)
    /// The attempt is finished while its code still runs; called before the outcome is delivered.
    func wasAbandoned()
    /// The code of an abandoned attempt ended; called after ``wasAbandoned()``.
    func abandonedCodeEnded()
}

/// The time of an agent's last heartbeat, and how long it may go without one.
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
    private struct State {
        var machine = AttemptStateMachine()
        var heartbeatTimer: TimerToken?
    }

    private let runtime: CoordinatorRuntime
    private let observer: any AttemptCallObserver
    private let result = OneShot<AttemptResult>()
    private let state = Locked(State())

    init(runtime: CoordinatorRuntime, observer: any AttemptCallObserver) {
        self.runtime = runtime
        self.observer = observer
    }

    /// Calls the agent and answers at the latest when the first deadline and the grace have passed.
    ///
    /// - Returns: how the attempt ended; with a contribution the lease is still open, for its commit.
    nonisolated(nonsending) func run(
        _ agent: any Agent, view: RoleView, attempt: AttemptContext, trace: ServiceContext,
        deadline: Limit?, heartbeat: Heartbeat?, cancellation: Cancellation
    ) async -> AttemptResult {
        let task = ServiceContext.withValue(trace) {
            AttemptContext.$current.withValue(attempt) { start(agent, view, attempt) }
        }
        let deadlineTimer = deadline.map { deadline in
            runtime.timers.schedule(at: deadline.due) { self.interrupt(task, deadline.interruption) }
        }
        if let heartbeat { watch(heartbeat, task, until: heartbeat.due) }
        let handler = cancellation.onCancel { self.interrupt(task, $0) }
        let result = await result.value
        cancellation.forget(handler)
        deadlineTimer?.cancel()
        state.withLock { $0.heartbeatTimer }?.cancel()
        return result
    }

    /// The task takes over what is bound where it is made: bound inside of it, each value would cost a change of executors.
    private func start(_ agent: any Agent, _ view: RoleView, _ attempt: AttemptContext) -> Task<Void, Never> {
        Task(executorPreference: runtime.executor) {
            let action = self.state.withLock { $0.machine.codeStarts() }
            guard case .callCode = action else { return self.finish(action, AttemptResult()) }
            var result = AttemptResult()
            do {
                result.contribution = try await agent.run(view, attempt)
            } catch let suspension as Suspension {
                result.suspension = suspension
            } catch {
                result.failure = self.runtime.classify(error)
                result.usedBeforeFailure = (error as? any ClassifiedError)?.usage
            }
            let wrote = result.contribution.map { $0.writeCount > 0 } ?? false
            self.finish(self.state.withLock { $0.machine.codeEnded(wrote: wrote) }, result)
        }
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
        // On the system's clock: code takes real time to end, whatever clock the job is on.
        let grace = runtime.threadTimers
        _ = grace.schedule(at: grace.now + runtime.configuration.cancellationGrace) {
            let interruption: Interruption? = self.state.withLock { state in
                guard case .finishAbandoned(let interruption) = state.machine.gracePassed() else { return nil }
                // Inside the lock, so that the end of the code cannot be counted before the abandonment.
                self.observer.wasAbandoned()
                return interruption
            }
            if let interruption { self.result.set(AttemptResult(failure: interruption.retryable, abandoned: true)) }
        }
        // Cancelling runs the agent's cancellation handlers, which may block: never on the thread of the timers.
        Task(executorPreference: runtime.executor) { task.cancel() }
    }

    /// Carries out the machine's action at the end of the code.
    private func finish(_ action: AttemptStateMachine.Action, _ returned: AttemptResult) {
        func reportLateWrite(_ late: Bool) {
            if late, let contribution = returned.contribution { observer.lateWrite(contribution) }
        }
        switch action {
        case .deliver: result.set(returned)
        case .finish(let interruption, let lateWrite):
            reportLateWrite(lateWrite)
            result.set(
                AttemptResult(
                    failure: interruption.retryable, abandoned: false, usedBeforeFailure: returned.usedBeforeFailure))
        case .codeEnded(let lateWrite):
            reportLateWrite(lateWrite)
            observer.abandonedCodeEnded()
        case .nothing, .callCode, .checkHeartbeat, .cancelCode, .finishAbandoned: break
        }
    }
}
