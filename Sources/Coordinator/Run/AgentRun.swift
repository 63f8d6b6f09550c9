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
    let identity: RunIdentity
    /// A key that is the same for every attempt of the run.
    let idempotencyKey: String
    private let ready: Duration
    private let waited = Atomic(false)
    private let queueWait = Locked(QueueWait())

    private struct QueueWait {
        /// The wait for slots; `nil` if the run never asked for any.
        var slots: Duration?
        var rate = Duration.zero
        /// How much of the wait for the rate was before earlier attempts.
        var announced = Duration.zero
        var isAnnounced = false
    }

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
        identity = RunIdentity(agent: step.task.name)
        idempotencyKey = identity.idempotencyKey(inJob: job.context.id)
        ready = runtime.now
        span = job.tracing.start(instruments.agentSpanName, below: jobSpan, at: runtime.timestamp(at: ready))
    }

    /// - Parameters:
    ///   - unmet: the outcome of a need that did not succeed, if there is one.
    ///   - replaces: the agent that this one runs for as a fallback.
    nonisolated(nonsending) func execute(unmet: AgentRunOutcome?, replaces: JobRun.Replacement) async -> AgentRunOutcome
    {
        var attempts = AttemptLoop.Attempts()
        var isNeutral = false
        if let interruption = job.cancellation.interruption {
            attempts.failure = interruption.failure
        } else if case .notNeeded = replaces {
            isNeutral = true
        } else if let unmet {
            attempts.failure = dependencyFailure(unmet)
            isNeutral = attempts.failure == nil
        } else if let condition = step.task.condition, !condition.holds(in: job.context.snapshot) {
            isNeutral = true
        } else {
            attempts = await runInSlots()
        }
        if let success = attempts.success {
            return record(RunEnding(success), attempts.records, isNeutral: isNeutral, fallbackOf: replaces.name)
        }
        let outcome = attempts.failure?.outcome ?? (isNeutral ? .skipped : .succeeded)
        let ending = ending(outcome, attempts.failure, at: job.runtime.now)
        // That it could not be kept changes nothing about it: the job has stopped, and will be resumed without it.
        _ = await job.context.keep(.agentFinished(ending.event), from: origin, at: timestamp(ending))
        return record(ending, attempts.records, isNeutral: isNeutral, fallbackOf: replaces.name)
    }

    /// The end of the run, with the times that its event, its span and its result share.
    func ending(_ outcome: AgentOutcome, _ failure: Failure?, at ended: Duration) -> RunEnding {
        let wait = queueWait.withLock { $0 }
        return RunEnding(
            outcome: outcome, failure: failure, ended: ended, queued: wait.slots.map { $0 + wait.rate },
            duration: ended - ready)
    }

    private func timestamp(_ ending: RunEnding) -> Timestamp { job.runtime.timestamp(at: ending.ended) }

    /// The origin of the run's own events.
    var origin: JobContext.Origin { JobContext.Origin(identity, trace: span.reference) }

    /// The failure of an agent whose need did not succeed; `nil` when a condition kept that need from running.
    private func dependencyFailure(_ unmet: AgentRunOutcome) -> Failure? {
        if unmet.isNeutral { return nil }
        return Failure(
            failureClass: .permanent, errorType: ErrorType.dependencyFailed,
            message: "it needs '\(unmet.result.name)', which ended as \(unmet.result.outcome.rawValue)",
            outcome: .skipped)
    }

    nonisolated(nonsending) private func runInSlots() async -> AttemptLoop.Attempts {
        let total = step.task.timeouts.total.map { Limit(due: ready + $0, interruption: .totalTimeout($0)) }
        if let refusal = await acquireSlots(total: total) {
            queueWait.withLock { $0.slots = job.runtime.now - ready }
            return AttemptLoop.Attempts(failure: refusal.failure)
        }
        // A run that never waited has a queue time of zero: the few microseconds until here are not spent in a queue.
        let wait = waited.load(ordering: .relaxed) ? job.runtime.now - ready : .zero
        queueWait.withLock { $0.slots = wait }
        let attempts = await AttemptLoop(self, total: total).run()
        if attempts.holdsSlots { releaseSlots() }
        return attempts
    }

    func releaseSlots() {
        job.runtime.slots.release()
        job.slots.release()
        resource?.slots?.release()
    }

    /// Takes the slots of a run again that was suspended, and counts the wait for them as queue time.
    ///
    /// - Returns: how long it waited; or why a slot was not given, and then none is held.
    nonisolated(nonsending) func acquireSlotsAgain(total: Limit?) async -> Result<Duration, Interruption> {
        let began = job.runtime.now
        waited.store(false, ordering: .relaxed)
        let refusal = await acquireSlots(total: total, isResumed: true)
        let wait = waited.load(ordering: .relaxed) ? job.runtime.now - began : .zero
        queueWait.withLock { $0.slots = ($0.slots ?? .zero) + wait }
        return refusal.map { .failure($0) } ?? .success(wait)
    }

    /// Adds a wait for a resource's rate, which counts as queue time too.
    func waitedForRate(_ duration: Duration) { queueWait.withLock { $0.rate += duration } }

    /// The waits for slots and for the rate since the attempt before.
    func takeQueueWaits() -> (slots: Duration, rate: Duration) {
        queueWait.withLock { wait in
            let isFirst = !wait.isAnnounced
            defer { (wait.isAnnounced, wait.announced) = (true, wait.rate) }
            return (isFirst ? wait.slots ?? .zero : .zero, wait.rate - wait.announced)
        }
    }

    /// The deadline of the wait for the first attempt.
    var queueDeadline: Limit? {
        step.task.timeouts.queue.map { Limit(due: ready + $0, interruption: .queueTimeout($0)) }
    }

    /// Acquires the slots in an order in which a run that waits for a busy resource holds no slot of its job, and a run
    /// that waits for a slot of its job holds none of the runtime's.
    ///
    /// - Parameter isResumed: whether the run was suspended. Then no queue is too long for it: what it has done so far,
    ///   and what somebody has answered, is not thrown away for want of room.
    /// - Returns: why a slot was not given; then none is held.
    nonisolated(nonsending) private func acquireSlots(total: Limit?, isResumed: Bool = false) async -> Interruption? {
        if let slots = resource?.slots, let refusal = await acquire(slots, total, isResumed) { return refusal }
        if let refusal = await acquire(job.slots, total, isResumed) {
            resource?.slots?.release()
            return refusal
        }
        guard let refusal = await acquire(job.runtime.slots, total, isResumed) else { return nil }
        job.slots.release()
        resource?.slots?.release()
        return refusal
    }

    nonisolated(nonsending) private func acquire(
        _ slots: Slots, _ total: Limit?, _ isResumed: Bool
    ) async -> Interruption? {
        if slots.tryAcquire() { return nil }
        if !waited.exchange(true, ordering: .relaxed) {
            job.context.post(
                .agentQueued(.init()), from: origin, at: job.runtime.timestamp(at: job.runtime.now))
        }
        job.instruments.queueSize.increment()
        defer { job.instruments.queueSize.decrement() }
        return await slots.acquire(
            deadline: isResumed ? total : .earlier(queueDeadline, total), timers: job.runtime.timers,
            cancellation: job.cancellation, mayExceedQueue: isResumed)
    }

    /// The only function that records a run's end: span, metrics, result.
    ///
    /// - Parameter isNeutral: whether a condition, not a failure, kept it from running.
    private func record(
        _ ending: RunEnding, _ attempts: [AttemptRecord], isNeutral: Bool, fallbackOf: String?
    ) -> AgentRunOutcome {
        let (outcome, failure) = (ending.outcome, ending.failure)
        let event = ending.event
        let failed = outcome != .succeeded && outcome != .skipped
        let result = AgentResult(
            name: step.task.name, role: step.task.role.name, required: step.task.required, outcome: outcome,
            errorType: event.errorType, error: event.error, fallbackOf: fallbackOf,
            startedAt: job.runtime.timestamp(at: ready), durationMS: event.durationMS, queueMS: event.queueMS,
            spanID: span.reference?.spanID, attempts: attempts)
        if ending.queued != nil { job.counts.queued(step.index, milliseconds: result.queueMS) }
        ServiceContext.withValue(span.context) {
            if let queued = ending.queued { instruments.queueDuration.record(queued.inSeconds) }
            instruments.recordRun(result)
        }
        span.end(
            attributes(result, queued: ending.queued ?? .zero), failure: failed ? failure : nil, at: timestamp(ending))
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
