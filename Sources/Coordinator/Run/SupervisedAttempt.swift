import Logging
import Support
import Synchronization
import TelemetryCatalog
import Tracing

/// One attempt: its view, its call, and the one function that records its end. Its commit is in a file of its own.
final class SupervisedAttempt: Sendable {
    let run: AgentRun
    let number: Int
    let span: StartedSpan
    let started: Duration
    /// When it started, by the wall clock; before this process, where another one called it first.
    let startedAt: Timestamp
    private let backoff: Duration
    let deadline: Limit?
    private let heartbeat: Heartbeat?
    private let counted = Atomic(false)
    /// What stands around the call of the agent; `nil` for nothing.
    private let interception: Interception?
    /// How it goes on; `nil` unless it was suspended.
    let goesOn: AttemptResumption?
    /// How long it has been suspended in all, until it was called again.
    let suspended: Duration
    /// The programs that it has run; unset for one that has run none, as most do.
    let programs = AtomicLazyReference<ConfinedPrograms>()
    var job: JobRun { run.job }
    var step: JobPlan.Step { run.step }
    var runtime: CoordinatorRuntime { run.job.runtime }

    /// - Parameter previous: the attempt before this one in its run.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    init(_ run: AgentRun, number: Int, total: Limit?, backoff: Duration, previous: ServiceContext?) {
        self.run = run
        self.number = number
        self.backoff = backoff
        let job = run.job
        let started = job.runtime.now
        self.started = started
        startedAt = job.runtime.timestamp(at: started)
        span = job.tracing.start(run.instruments.attemptSpanName, below: run.span, at: startedAt)
        if let previous { span.span.addLink(SpanLink(context: previous, attributes: [:])) }
        deadline = Self.deadline(of: run, from: started, total: total)
        heartbeat = Self.heartbeat(of: run, at: started)
        interception = job.interceptors.around(run.step.task.agent)
        goesOn = nil
        suspended = .zero
    }

    /// The same attempt after a suspension, for another call of its agent: its clocks have stood still.
    init(_ earlier: SuspendedAttempt, total: Limit?, goesOn: AttemptResumption) {
        let before = earlier.attempt
        (run, number, span, started, backoff) = (before.run, before.number, before.span, before.started, before.backoff)
        startedAt = before.startedAt
        let now = run.job.runtime.now
        let suspended = before.suspended + (now - earlier.since)
        deadline = Self.deadline(of: run, from: started + suspended, total: total)
        heartbeat = Self.heartbeat(of: run, at: now)
        interception = run.job.interceptors.around(run.step.task.agent)
        self.goesOn = goesOn
        self.suspended = suspended
        if let ran = before.programs.load() { _ = programs.storeIfNil(ran) }
        span.span.addEvent(SpanEvent(name: EventName.attemptResumed, at: run.job.runtime.timestamp(at: now)))
    }

    /// An attempt that another process began and did not end.
    init(_ open: RunHistory.OpenAttempt, of run: AgentRun, total: Limit?) {
        self.run = run
        number = open.number
        backoff = .bounded(milliseconds: open.start.backoffMS)
        started = run.timeFrame.started + open.started
        startedAt = open.startedAt
        suspended = .bounded(milliseconds: open.suspendedMS)
        span = run.job.tracing.start(run.instruments.attemptSpanName, below: run.span, at: startedAt)
        // Its agent is called no more: what is left is said by others, in a time of their own.
        deadline = .earlier(total, run.timeFrame.deadline)
        heartbeat = nil
        interception = nil
        goesOn = nil
        if let sandbox = open.sandbox { _ = programs.storeIfNil(ConfinedPrograms(sandbox)) }
    }

    private static func deadline(of run: AgentRun, from start: Duration, total: Limit?) -> Limit? {
        let attempt = run.step.task.timeouts.attempt.map { Limit(due: start + $0, interruption: .attemptTimeout($0)) }
        return .earlier(attempt, .earlier(total, run.timeFrame.deadline))
    }

    private static func heartbeat(of run: AgentRun, at instant: Duration) -> Heartbeat? {
        run.step.task.timeouts.idle.map { Heartbeat(limit: $0, at: instant) }
    }

    nonisolated(nonsending) func execute() async -> AttemptExit {
        let snapshot = job.context.snapshot.limited(to: step.task.role)
        let version = snapshot.version
        let began = goesOn == nil ? started : runtime.now
        var result = AttemptResult()
        let start = begin(viewVersion: version)
        let stop = if let start { await refusal(of: start) } else { nil as Interruption? }
        let stored = waitsForStart ? runtime.now - began : .zero
        do {
            if let stop { throw stop }
            let view = try job.context.view(for: step.task.role, of: snapshot, element: run.element, from: origin) {
                [run] _ in
                run.instruments.accessDenied.increment()
            }
            result = await call(view)
        } catch {
            result.failure = (error as? Interruption)?.retryable ?? runtime.classify(error)
        }
        if let fault = result.contribution?.usage.fault {
            // Figures beyond all measure say nothing about what was used: the reservation counts instead.
            result.failure = Failure(failureClass: .transient, errorType: ErrorType.invalidOutput, message: fault)
            result.contribution = nil
        }
        if let fault = result.suspension?.fault {
            result.failure = Failure(failureClass: .permanent, errorType: ErrorType.invalidOutput, message: fault)
            result.suspension = nil
        }
        if let fault = result.usedBeforeFailure?.fault {
            result.failure = result.failure?.with("what it used is not counted: \(fault)")
            result.usedBeforeFailure = nil
        }
        // An agent that was not called has used nothing of what was reserved for it.
        let used =
            stop.map { _ in Contribution.Usage() } ?? result.contribution?.usage ?? result.suspension?.usage
            ?? result.usedBeforeFailure
        let usage = job.counts.release(self, step.task.reservation, used: used, kept: endConversation())
        var figures = Figures(usage: usage, stored: stored)
        if let earlier = goesOn?.figures { figures = earlier + figures }
        if let suspension = result.suspension { return .suspended(suspend(suspension, figures)) }
        if let contribution = result.contribution {
            // A contribution that writes nothing is a success without a commit.
            let handedOver =
                contribution.writeCount > 0
                ? await commit(contribution, figures, version) : succeed(figures, viewVersion: version)
            switch handedOver {
            case .success(let success):
                if success.keeping.isDone { return .ended(end(success, isRunning: true)) }
                leave()
                return .handedOver(success)
            case .failure(let refusal):
                result.failure = refusal.failure
                figures.commit = refusal.commit
            }
        }
        return .ended(end(result, figures, version: version))
    }

    /// Records an attempt that did not succeed.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func end(_ result: AttemptResult, _ figures: Figures, version: Int) -> AttemptEnd {
        let ended = runtime.now
        let record = record(result, ended: ended, figures)
        finish(result, record, at: runtime.timestamp(at: ended), version: version)
        return AttemptEnd(record: record, failure: result.failure)
    }

    /// What an attempt's record holds beside its outcome and its times.
    struct Figures: Sendable {
        let usage: Contribution.Usage
        /// The wait until the attempt's start was kept.
        let stored: Duration
        /// How long its commit took.
        var commit = Duration.zero

        static func + (left: Figures, right: Figures) -> Figures {
            Figures(usage: left.usage + right.usage, stored: left.stored + right.stored, commit: right.commit)
        }
    }

    /// - Returns: what the call waits for; `nil` if it need not wait until its start is kept.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func begin(viewVersion: Int) -> Keeping? {
        job.counts.attemptStarted(step.index, self)
        run.instruments.active.increment()
        runtime.attemptAges.begin(run.instruments.age, self)
        let waits = run.takeQueueWaits()
        if let goesOn {
            let event = resumed(goesOn, viewVersion: viewVersion, rate: waits.rate)
            return announce(.attemptResumed(event), at: runtime.now)
        }
        let reservation = step.task.reservation
        let start = JobEvent.AttemptStarted(
            timeoutMS: step.task.timeouts.attempt?.inMilliseconds, backoffMS: backoff.inMilliseconds,
            idempotencyKey: run.idempotencyKey, viewVersion: viewVersion,
            reservation: reservation == Contribution.Usage() ? nil : reservation,
            queueMS: waits.slots.inMilliseconds, rateMS: waits.rate.inMilliseconds)
        return announce(.attemptStarted(start), at: started)
    }

    /// Whether the call waits until its start is kept: an agent that must not do the same work twice is called once its
    /// start is known for good. Otherwise nobody could tell after a crash whether it had been called.
    private var waitsForStart: Bool { !step.task.idempotent && job.context.connection != nil }

    private func announce(_ payload: JobEvent.Payload, at instant: Duration) -> Keeping? {
        let at = runtime.timestamp(at: instant)
        if waitsForStart { return job.context.handOver(payload, from: origin, at: at) }
        job.context.post(payload, from: origin, at: at)
        return nil
    }

    /// - Returns: why the agent may not be called: its start could not be kept.
    nonisolated(nonsending) private func refusal(of keeping: Keeping) async -> Interruption? {
        let timer = deadline.map { limit in
            runtime.timers.schedule(at: limit.due) { keeping.giveUp(limit.interruption) }
        }
        let handler = job.cancellation.onCancel { keeping.giveUp($0) }
        let refusal = await keeping.refusal()
        timer?.cancel()
        job.cancellation.forget(handler)
        if let refusal = refusal ?? job.cancellation.interruption { return refusal }
        let now = runtime.now
        if let deadline, now >= deadline.due { return deadline.interruption }
        // The agent has not been asked for a sign of life before.
        heartbeat?.beat(at: now)
        return nil
    }

    nonisolated(nonsending) private func call(_ view: RoleView) async -> AttemptResult {
        await AttemptCall(runtime: runtime, observer: self).run(
            interception ?? step.task.agent, view: view, attempt: AttemptContext(self), trace: span.context,
            deadline: deadline,
            heartbeat: heartbeat, cancellation: job.cancellation)
    }

    /// The attempt as its event, its result and its span show it.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func record(
        _ result: AttemptResult, ended: Duration, _ figures: Figures, suspended: Duration? = nil
    ) -> AttemptRecord {
        AttemptRecord(
            number: number, outcome: result.outcome, errorType: result.failure?.errorType,
            error: result.failure?.message, startedAt: startedAt,
            durationMS: (ended - started).inMilliseconds, backoffMS: backoff.inMilliseconds,
            spanID: span.reference?.spanID, abandoned: result.abandoned, usage: figures.usage,
            commitMS: figures.commit.inMilliseconds, storeMS: figures.stored.inMilliseconds,
            suspendedMS: (suspended ?? self.suspended).inMilliseconds, round: run.identity.round, sandbox: sandbox)
    }

    /// The one recording point: span, metrics, counts and event get the same duration and outcome.
    ///
    /// - Parameter isRunning: false for an attempt that gave back what it held before.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func finish(
        _ result: AttemptResult, _ record: AttemptRecord, at: Timestamp, version: Int, isRunning: Bool = true
    ) {
        // An abandoned attempt keeps its age until its code ends: its agent is the one that hangs.
        if isRunning, !result.abandoned { runtime.attemptAges.end(run.instruments.age, self) }
        if result.abandoned { span.span.addEvent(SpanEvent(name: EventName.attemptAbandoned, at: at)) }
        job.counts.attemptEnded(step.index, self, record, wasRunning: isRunning)
        if isRunning { run.instruments.active.decrement() }
        ServiceContext.withValue(span.context) {
            run.instruments.recordAttempt(record)
            if let failure = result.failure, result.outcome == .failed {
                logger.warning(
                    "\(EventName.agentException)",
                    metadata: [
                        AttributeKey.exceptionType: "\(failure.errorType)",
                        AttributeKey.exceptionMessage: "\(failure.message)",
                    ])
            }
        }
        span.end(attributes(result, record, version: version), failure: result.failure, at: at)
        // The end of a success was kept together with what it wrote.
        if result.failure != nil { job.context.post(.attemptFinished(record), from: origin, at: at) }
    }

    private func attributes(_ result: AttemptResult, _ record: AttemptRecord, version: Int) -> SpanAttributeValues {
        var attributes = Self.spanLayout.attributes(
            .string(step.task.name), .int64(Int64(number)), .double(backoff.inSeconds), .int64(Int64(version)),
            .bool(result.abandoned), .string(result.outcome.rawValue))
        if let timeout = step.task.timeouts.attempt {
            attributes[AttributeKey.attemptTimeout] = .double(timeout.inSeconds)
        }
        if let failure = result.failure { attributes[AttributeKey.errorType] = .string(failure.errorType) }
        if let sandbox = record.sandbox { attributes[AttributeKey.sandboxLevel] = .string(sandbox.level.rawValue) }
        interception?.add(to: &attributes)
        return attributes
    }

    private static let spanLayout = SpanLayout(
        AttributeKey.agentName, AttributeKey.attemptNumber, AttributeKey.attemptBackoff, AttributeKey.contextVersion,
        AttributeKey.attemptAbandoned, AttributeKey.outcome)

    var origin: JobContext.Origin {
        JobContext.Origin(run.identity, attempt: number, trace: span.reference)
    }

    func post(_ payload: JobEvent.Payload) {
        job.context.post(payload, from: origin, at: runtime.timestamp(at: runtime.now))
    }
}

extension SupervisedAttempt: StartedAttempt {
    var runningSince: Duration { started + suspended }
    var isCounted: Bool {
        get { counted.load(ordering: .relaxed) }
        set { counted.store(newValue, ordering: .relaxed) }
    }
}

extension SupervisedAttempt: RunningAttempt {
    var item: AttemptItem? { run.item }
    var round: Int? { run.identity.round }
    var jobID: String { job.context.id }
    var agent: String { step.task.name }
    var idempotencyKey: String { run.idempotencyKey }
    var resumption: Resumption? { goesOn?.resumption }
    var traceHeaders: [String: String] { span.headers }
    var remaining: Duration? { deadline.map { ($0.due - runtime.now).bounded } }

    var logger: Logger {
        var logger = job.logger
        logger[metadataKey: AttributeKey.agentName] = "\(step.task.name)"
        logger[metadataKey: AttributeKey.attemptNumber] = "\(number)"
        if let item { logger[metadataKey: AttributeKey.itemIndex] = "\(item.index)" }
        if let round { logger[metadataKey: AttributeKey.round] = "\(round)" }
        return logger
    }

    func reserve(_ most: Contribution.Usage) throws(AgentError) -> UsageReservation {
        if let fault = most.fault { throw AgentError(.permanent, errorType: ErrorType.invalidOutput, fault) }
        switch job.counts.reserveCall(of: self, most, job.limits.budget, held: step.task.reservation) {
        case .success(let number):
            // Holds the attempt: calls are told apart by it, also when they are settled after its end.
            return UsageReservation { [counts = job.counts] in counts.settleCall(number, of: self, used: $0) }
        case .failure(let refusal):
            throw AgentError(.permanent, errorType: ErrorType.budgetExceeded, refusal.reason)
        }
    }

    func showProgress(_ message: String?) {
        heartbeat?.beat(at: runtime.now)
        if let message { job.context.postProgress(message, from: origin, at: runtime.timestamp(at: runtime.now)) }
    }
}
