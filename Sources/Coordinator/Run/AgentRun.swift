import Support
import Synchronization
import TelemetryCatalog
import Tracing

/// One agent's run in a job from the moment its needs are met: condition, slots, attempts, outcome.
final class AgentRun: Sendable {
    let job: JobRun
    let step: JobPlan.Step
    let timeFrame: JobRun.TimeFrame
    let span: StartedSpan
    let instruments: AgentInstruments
    let resource: SharedResource?
    /// The agent's own breaker, then its resource's.
    let breakers: [CircuitBreaker]
    private let ready: Duration
    private let waited = Atomic(false)
    private let rateWait = Locked(Duration.zero)

    /// A key that is the same for every attempt of the run.
    var idempotencyKey: String { "\(job.context.id)/\(step.task.name)" }

    init(_ job: JobRun, step: JobPlan.Step, timeFrame: JobRun.TimeFrame, jobSpan: StartedSpan) {
        self.job = job
        self.step = step
        self.timeFrame = timeFrame
        let runtime = job.runtime
        instruments = job.agentInstruments[step.index]
        resource = step.task.resource.flatMap { runtime.resource($0) }
        var breakers = [runtime.breaker(for: .agent(step.task.name), policy: step.task.breaker, factory: job.factory)]
        if let name = step.task.resource, let policy = resource?.breakerPolicy {
            breakers.append(runtime.breaker(for: .resource(name), policy: policy, factory: job.factory))
        }
        self.breakers = breakers
        ready = runtime.now
        span = job.tracing.start(instruments.agentSpanName, below: jobSpan, at: runtime.timestamp(at: ready))
    }

    /// - Parameters:
    ///   - unmet: the outcome of a need that did not succeed, if there is one.
    ///   - replaces: the agent that this one runs for as a fallback.
    nonisolated(nonsending) func execute(unmet: AgentRunOutcome?, replaces: JobRun.Replacement) async -> AgentRunOutcome
    {
        var attempts: [AttemptRecord] = []
        var failure: Failure?
        var isNeutral = false
        var queued: Duration?
        if let interruption = job.cancellation.interruption {
            failure = interruption.failure
        } else if case .notNeeded = replaces {
            isNeutral = true
        } else if let unmet {
            failure = dependencyFailure(unmet)
            isNeutral = failure == nil
        } else if let condition = step.task.condition, !condition.holds(in: job.context.snapshot) {
            isNeutral = true
        } else {
            (attempts, failure, queued) = await runInSlots()
        }
        return finish(attempts, failure, isNeutral: isNeutral, queued: queued, fallbackOf: replaces.name)
    }

    /// The failure of an agent whose need did not succeed; `nil` when a condition kept that need from running.
    private func dependencyFailure(_ unmet: AgentRunOutcome) -> Failure? {
        if unmet.isNeutral { return nil }
        return Failure(
            failureClass: .permanent, errorType: ErrorType.dependencyFailed,
            message: "it needs '\(unmet.result.name)', which ended as \(unmet.result.outcome.rawValue)",
            outcome: .skipped)
    }

    nonisolated(nonsending) private func runInSlots() async -> ([AttemptRecord], Failure?, queued: Duration) {
        let total = step.task.timeouts.total.map { Limit(due: ready + $0, interruption: .totalTimeout($0)) }
        if let refusal = await acquireSlots(total: total) {
            return ([], refusal.failure, job.runtime.now - ready)
        }
        // A run that never waited has a queue time of zero: the few microseconds until here are not spent in a queue.
        let queued = waited.load(ordering: .relaxed) ? job.runtime.now - ready : .zero
        let (attempts, failure) = await AttemptLoop(self, total: total).run()
        job.runtime.slots.release()
        job.slots.release()
        resource?.slots?.release()
        return (attempts, failure, queued + rateWait.withLock { $0 })
    }

    /// Adds a wait for a resource's rate, which counts as queue time too.
    func waitedForRate(_ duration: Duration) { rateWait.withLock { $0 += duration } }

    /// The deadline of the wait for the first attempt.
    var queueDeadline: Limit? {
        step.task.timeouts.queue.map { Limit(due: ready + $0, interruption: .queueTimeout($0)) }
    }

    /// Acquires the slots in an order in which a run that waits for a busy resource holds no slot of its job, and a run
    /// that waits for a slot of its job holds none of the runtime's.
    ///
    /// - Returns: why a slot was not given; then none is held.
    nonisolated(nonsending) private func acquireSlots(total: Limit?) async -> Interruption? {
        if let slots = resource?.slots, let refusal = await acquire(slots, total: total) { return refusal }
        if let refusal = await acquire(job.slots, total: total) {
            resource?.slots?.release()
            return refusal
        }
        guard let refusal = await acquire(job.runtime.slots, total: total) else { return nil }
        job.slots.release()
        resource?.slots?.release()
        return refusal
    }

    nonisolated(nonsending) private func acquire(_ slots: Slots, total: Limit?) async -> Interruption? {
        if slots.tryAcquire() { return nil }
        if !waited.exchange(true, ordering: .relaxed) { post(AgentState(name: step.task.name, phase: .queued)) }
        job.instruments.queueSize.increment()
        defer { job.instruments.queueSize.decrement() }
        return await slots.acquire(
            deadline: .earlier(queueDeadline, total), timers: job.runtime.timers, cancellation: job.cancellation)
    }

    func post(_ state: AgentState) {
        job.context.record(state, at: job.runtime.timestamp(at: job.runtime.now), trace: span.reference)
    }

    /// The only function that records a run's end: span, metrics, blackboard, event.
    ///
    /// - Parameters:
    ///   - isNeutral: whether a condition, not a failure, kept it from running.
    ///   - wait: how long it waited for its slots; `nil` if it never asked for any.
    private func finish(
        _ attempts: [AttemptRecord], _ failure: Failure?, isNeutral: Bool, queued wait: Duration?, fallbackOf: String?
    ) -> AgentRunOutcome {
        let outcome = failure?.outcome ?? (isNeutral ? .skipped : .succeeded)
        let queued = wait ?? .zero
        let ended = job.runtime.now
        let at = job.runtime.timestamp(at: ended)
        let failed = outcome != .succeeded && outcome != .skipped
        let result = AgentResult(
            name: step.task.name, role: step.task.role.name, required: step.task.required, outcome: outcome,
            errorType: failure?.errorType, error: failure?.message, fallbackOf: fallbackOf,
            startedAt: job.runtime.timestamp(at: ready),
            durationMS: (ended - ready).inMilliseconds, queueMS: queued.inMilliseconds,
            spanID: span.reference?.spanID, attempts: attempts)
        if wait != nil { job.counts.queued(step.index, milliseconds: result.queueMS) }
        ServiceContext.withValue(span.context) {
            if let wait { instruments.queueDuration.record(wait.inSeconds) }
            instruments.recordRun(result)
        }
        span.end(attributes(result, queued: queued), failure: failed ? failure : nil, at: at)
        job.context.record(
            AgentState(
                name: step.task.name, phase: .init(outcome), attempt: attempts.count,
                errorType: failure?.errorType, message: failure?.message),
            at: at, trace: span.reference)
        job.context.post(
            .agentFinished(
                .init(
                    outcome: outcome, errorType: result.errorType, error: result.error,
                    durationMS: result.durationMS, queueMS: result.queueMS)),
            from: .init(agent: step.task.name, trace: span.reference), at: at)
        return AgentRunOutcome(
            result: result, isNeutral: isNeutral, callsForFallback: failure?.callsForFallback ?? false)
    }

    private func attributes(_ result: AgentResult, queued: Duration) -> SpanAttributeValues {
        var attributes = Self.spanLayout.attributes(
            .string(SpanName.agent), .string(step.task.name), .string(step.task.role.name),
            .int64(Int64(result.attempts.count)), .double(queued.inSeconds), .string(result.outcome.rawValue))
        if let errorType = result.errorType { attributes[AttributeKey.errorType] = .string(errorType) }
        return attributes
    }

    private static let spanLayout = SpanLayout(
        AttributeKey.operationName, AttributeKey.agentName, AttributeKey.agentRole, AttributeKey.attemptCount,
        AttributeKey.queueDuration, AttributeKey.outcome)
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
