import Synchronization
import TelemetryCatalog
import Tracing

/// One agent's run in a job: needs, condition, slot, attempts, outcome.
final class AgentRun: Sendable {
    let job: JobRun
    let step: JobPlan.Step
    let jobStarted: Duration
    let jobSpan: JobTracing.ActiveSpan
    var task: AgentTask { step.task }
    var instruments: AgentInstruments { job.agentInstruments[step.index] }
    var resource: SharedResource? { task.resource.flatMap { job.runtime.resources[$0] } }
    private let waited = Atomic(false)
    private let ready = Mutex(Duration.zero)
    private let rateWait = Mutex(Duration.zero)
    /// The agent's own breaker, then its resource's.
    let breakers: [CircuitBreaker]

    /// The same for every attempt of the run.
    var idempotencyKey: String { "\(job.context.id)/\(task.name)" }

    /// How the attempts of a run ended.
    struct Ending: Sendable {
        var outcome: AgentOutcome
        var failure: Failure?
        var attempts: [AttemptRecord] = []
        var isNeutral = false
    }

    init(_ job: JobRun, step: JobPlan.Step, jobStarted: Duration, jobSpan: JobTracing.ActiveSpan) {
        self.job = job
        self.step = step
        self.jobStarted = jobStarted
        self.jobSpan = jobSpan
        let task = step.task
        let runtime = job.runtime
        var breakers = [runtime.breaker(for: .agent(task.name), policy: task.breaker, factory: job.factory)]
        if let name = task.resource, let policy = runtime.resources[name]?.breakerPolicy {
            breakers.append(runtime.breaker(for: .resource(name), policy: policy, factory: job.factory))
        }
        self.breakers = breakers
    }

    func execute() async -> AgentSettlement {
        var unmet: AgentSettlement?
        for need in step.needs {
            let settlement = await job.settlement(of: need)
            if settlement.result.outcome != .succeeded, unmet == nil { unmet = settlement }
        }
        let standsInFor = await job.agentToStandInFor(step)
        let ready = job.runtime.now
        let span = job.tracing.start(
            "\(SpanName.agent) \(task.name)", context: jobSpan.context, at: job.runtime.timestamp(at: ready))
        var queued: Duration = .zero
        let ending: Ending
        if let interruption = job.cancellation.interruption {
            ending = Ending(outcome: interruption.outcome, failure: interruption.failure)
        } else if case .notNeeded = standsInFor {
            ending = Ending(outcome: .skipped, isNeutral: true)
        } else if let unmet {
            ending = skipped(unmet)
        } else if let condition = task.condition, !condition.holds(in: job.context.snapshot) {
            ending = Ending(outcome: .skipped, isNeutral: true)
        } else {
            (ending, queued) = await runInSlot(ready: ready, span: span)
        }
        return finish(ending, span: span, ready: ready, queued: queued, fallbackOf: standsInFor.name)
    }

    private func skipped(_ unmet: AgentSettlement) -> Ending {
        if unmet.isNeutral { return Ending(outcome: .skipped, isNeutral: true) }
        let message = "it needs '\(unmet.result.name)', which ended as \(unmet.result.outcome.rawValue)"
        return Ending(
            outcome: .skipped,
            failure: Failure(failureClass: .permanent, errorType: ErrorType.dependencyFailed, message: message))
    }

    private func runInSlot(ready: Duration, span: JobTracing.ActiveSpan) async -> (Ending, queued: Duration) {
        self.ready.withLock { $0 = ready }
        let total = task.timeouts.total.map { (due: ready + $0, interruption: Interruption.totalTimeout($0)) }
        var held: [Slots] = []
        // What is shared least widely is waited for last: who waits for a busy resource holds no place in its job, and
        // who waits for a place in its job holds none of the runtime's.
        defer { for slots in held.reversed() { slots.release() } }
        for slots in [resource?.slots, job.slots, job.runtime.slots].compactMap({ $0 }) {
            if let refusal = await acquire(slots, total: total, span: span) {
                let queued = job.runtime.now - ready
                recordQueue(queued, span)
                return (Ending(outcome: refusal.outcome, failure: refusal.failure), queued)
            }
            held.append(slots)
        }
        // A run that never waited was not queued: the few microseconds in between are none of the queue's.
        let queued = waited.load(ordering: .relaxed) ? job.runtime.now - ready : .zero
        let ending = await AttemptLoop(self, span: span, total: total).run()
        let waiting = queued + rateWait.withLock { $0 }
        recordQueue(waiting, span)
        return (ending, waiting)
    }

    /// The wait for a resource's rate is queue wait too.
    func waitedForRate(_ duration: Duration) { rateWait.withLock { $0 += duration } }

    /// Until when the run may wait for its first attempt.
    var queueDeadline: AttemptGate.Deadline? {
        task.timeouts.queue.map { (due: ready.withLock { $0 } + $0, interruption: Interruption.queueTimeout($0)) }
    }

    private func acquire(
        _ slots: Slots, total: (due: Duration, interruption: Interruption)?,
        span: JobTracing.ActiveSpan
    ) async -> Interruption? {
        if slots.tryAcquire() { return nil }
        if !waited.exchange(true, ordering: .relaxed) { post(AgentState(name: task.name, phase: .queued), span) }
        job.instruments.queueSize.increment()
        defer { job.instruments.queueSize.decrement() }
        return await slots.acquire(
            deadline: [queueDeadline, total].compactMap { $0 }.min { $0.due < $1.due },
            timers: job.runtime.timers, cancellation: job.cancellation)
    }

    private func recordQueue(_ queued: Duration, _ span: JobTracing.ActiveSpan) {
        job.ledger.queued(task.name, milliseconds: queued.inMilliseconds)
        ServiceContext.withValue(span.context) { instruments.queueDuration.record(queued.inSeconds) }
    }

    func post(_ state: AgentState, _ span: JobTracing.ActiveSpan) {
        job.context.record(state, at: job.runtime.timestamp(at: job.runtime.now), trace: span.reference)
    }

    /// The one place where a run's end is recorded: span, metrics, blackboard, event.
    private func finish(
        _ ending: Ending, span: JobTracing.ActiveSpan, ready: Duration, queued: Duration, fallbackOf: String?
    ) -> AgentSettlement {
        let ended = job.runtime.now
        let at = job.runtime.timestamp(at: ended)
        let failed = ending.outcome != .succeeded && ending.outcome != .skipped
        let result = AgentResult(
            name: task.name, role: task.role.name, required: task.required, outcome: ending.outcome,
            errorType: ending.failure?.errorType,
            error: ending.failure?.message, fallbackOf: fallbackOf, startedAt: job.runtime.timestamp(at: ready),
            durationMS: (ended - ready).inMilliseconds, queueMS: queued.inMilliseconds,
            spanID: span.reference?.spanID, attempts: ending.attempts)
        var attributes: SpanAttributes = [
            AttributeKey.operationName: .string(SpanName.agent), AttributeKey.agentName: .string(task.name),
            AttributeKey.agentRole: .string(task.role.name),
            AttributeKey.attemptCount: .int64(Int64(ending.attempts.count)),
            AttributeKey.queueDuration: .double(queued.inSeconds),
            AttributeKey.outcome: .string(ending.outcome.rawValue),
        ]
        if let failure = ending.failure { attributes[AttributeKey.errorType] = failure.errorType }
        ServiceContext.withValue(span.context) { instruments.recordRun(result) }
        span.end(attributes, failure: failed ? ending.failure : nil, at: at)
        job.context.record(
            AgentState(
                name: task.name, phase: .init(ending.outcome), attempt: ending.attempts.count,
                errorType: ending.failure?.errorType, message: ending.failure?.message),
            at: at, trace: span.reference)
        job.context.post(
            .agentFinished(
                .init(
                    outcome: ending.outcome, errorType: result.errorType, error: result.error,
                    durationMS: result.durationMS, queueMS: result.queueMS)),
            from: .init(agent: task.name, trace: span.reference), at: at)
        return AgentSettlement(result: result, required: task.required, isNeutral: ending.isNeutral)
    }
}

extension AgentState.Phase {
    init(_ outcome: AgentOutcome) {
        self =
            switch outcome {
            case .succeeded: .succeeded
            case .failed: .failed
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .rejected: .rejected
            case .skipped: .skipped
            }
    }
}
