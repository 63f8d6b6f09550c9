import Logging
import TelemetryCatalog
import Tracing

/// One attempt: its view, its call, and the one place where its end is recorded. How it commits stands beside.
final class SupervisedAttempt: Sendable {
    let run: AgentRun
    let number: Int
    let span: ActiveSpan
    private let started: Duration
    private let backoff: Duration
    private let deadline: Limit?
    private let heartbeat: Heartbeat?
    var job: JobRun { run.job }
    var step: JobPlan.Step { run.step }
    var runtime: CoordinatorRuntime { run.job.runtime }

    /// How an attempt ended.
    struct Ending {
        var outcome: AgentOutcome
        var failure: Failure?
        var abandoned = false
        /// What the agent said it used, if it came to that.
        var usage: Contribution.Usage?
    }

    /// - Parameter previous: the attempt before this one in its run.
    init(_ run: AgentRun, number: Int, total: Limit?, backoff: Duration, previous: ServiceContext?) {
        self.run = run
        self.number = number
        self.backoff = backoff
        let job = run.job
        let started = job.runtime.now
        self.started = started
        let timeouts = run.step.task.timeouts
        span = job.tracing.start(
            run.instruments.attemptSpanName, below: run.span, at: job.runtime.timestamp(at: started))
        if let previous { span.span.addLink(SpanLink(context: previous, attributes: [:])) }
        let attempt = timeouts.attempt.map { Limit(due: started + $0, interruption: .attemptTimeout($0)) }
        deadline = .earlier(attempt, .earlier(total, run.course.deadline))
        heartbeat = timeouts.idle.map { Heartbeat(limit: $0, at: started) }
    }

    nonisolated(nonsending) func execute() async -> (AttemptRecord, Failure?) {
        let snapshot = job.context.snapshot
        begin()
        let ending: Ending
        do {
            let view = try job.context.view(for: step.task.role, of: snapshot, from: origin) { [run] _ in
                run.instruments.accessDenied.increment()
            }
            ending = await call(view)
        } catch {
            ending = Ending(outcome: .failed, failure: runtime.classify(error))
        }
        job.ledger.settle(step.task.reservation, usage: ending.usage)
        // The age of abandoned code goes on until it ends: that is the agent that hangs.
        if !ending.abandoned { runtime.attemptAges.end(run.instruments.age, begunAt: started) }
        return (end(ending, version: snapshot.version), ending.failure)
    }

    private func begin() {
        let at = runtime.timestamp(at: started)
        job.ledger.attemptStarted(step.index, at: started)
        run.instruments.active.increment()
        runtime.attemptAges.begin(run.instruments.age, at: started)
        job.context.post(
            .attemptStarted(
                .init(
                    timeoutMS: step.task.timeouts.attempt?.inMilliseconds, backoffMS: backoff.inMilliseconds,
                    idempotencyKey: run.idempotencyKey)),
            from: origin, at: at)
        job.context.record(
            AgentState(name: step.task.name, phase: .running, attempt: number), at: at, trace: span.reference)
    }

    nonisolated(nonsending) private func call(_ view: RoleView) async -> Ending {
        let call = AttemptCall(runtime: runtime, observer: self)
        switch await call.run(
            step.task.agent, view: view, attempt: AttemptContext(self), trace: span.context, deadline: deadline,
            heartbeat: heartbeat, cancellation: job.cancellation)
        {
        case .interrupted(let interruption, let abandoned):
            return Ending(outcome: interruption.outcome, failure: interruption.retryable, abandoned: abandoned)
        case .returned(.failure(let error)):
            return Ending(outcome: .failed, failure: runtime.classify(error))
        case .returned(.success(let contribution)):
            // What writes nothing is a success without a commit.
            if contribution.paths.isEmpty { return Ending(outcome: .succeeded, usage: contribution.usage) }
            return await commit(contribution)
        }
    }

    /// The one recording point: span, metrics, ledger and event get the same duration and outcome.
    private func end(_ ending: Ending, version: Int) -> AttemptRecord {
        let ended = runtime.now
        let at = runtime.timestamp(at: ended)
        let record = AttemptRecord(
            number: number, outcome: ending.outcome, errorType: ending.failure?.errorType,
            error: ending.failure?.message, startedAt: runtime.timestamp(at: started),
            durationMS: (ended - started).inMilliseconds, backoffMS: backoff.inMilliseconds,
            spanID: span.reference?.spanID, abandoned: ending.abandoned)
        if ending.abandoned { span.span.addEvent(SpanEvent(name: EventName.attemptAbandoned, at: at)) }
        job.ledger.attemptEnded(step.index, record)
        run.instruments.active.decrement()
        ServiceContext.withValue(span.context) {
            run.instruments.recordAttempt(record)
            if let failure = ending.failure, ending.outcome == .failed {
                logger.warning(
                    "\(EventName.agentException)",
                    metadata: [
                        AttributeKey.exceptionType: "\(failure.errorType)",
                        AttributeKey.exceptionMessage: "\(failure.message)",
                    ])
            }
        }
        span.end(facts(ending, version: version), failure: ending.failure, at: at)
        job.context.post(.attemptFinished(record), from: origin, at: at)
        return record
    }

    private func facts(_ ending: Ending, version: Int) -> SpanFacts {
        var facts = Self.spanLayout.facts(
            .string(step.task.name), .int64(Int64(number)), .double(backoff.inSeconds), .int64(Int64(version)),
            .bool(ending.abandoned), .string(ending.outcome.rawValue))
        if let timeout = step.task.timeouts.attempt { facts[AttributeKey.attemptTimeout] = .double(timeout.inSeconds) }
        if let failure = ending.failure { facts[AttributeKey.errorType] = .string(failure.errorType) }
        return facts
    }

    private static let spanLayout = SpanLayout(
        AttributeKey.agentName, AttributeKey.attemptNumber, AttributeKey.attemptBackoff, AttributeKey.contextVersion,
        AttributeKey.attemptAbandoned, AttributeKey.outcome)

    var origin: JobContext.Origin {
        JobContext.Origin(agent: step.task.name, attempt: number, trace: span.reference)
    }

    func post(_ payload: JobEvent.Payload) {
        job.context.post(payload, from: origin, at: runtime.timestamp(at: runtime.now))
    }
}

extension SupervisedAttempt: RunningAttempt {
    var jobID: String { job.context.id }
    var agent: String { step.task.name }
    var idempotencyKey: String { run.idempotencyKey }
    var traceHeaders: [String: String] { span.headers }
    var remaining: Duration? { deadline.map { max(.zero, $0.due - runtime.now) } }

    var logger: Logger {
        var logger = job.logger
        logger[metadataKey: AttributeKey.agentName] = "\(step.task.name)"
        logger[metadataKey: AttributeKey.attemptNumber] = "\(number)"
        return logger
    }

    func showProgress(_ message: String?) {
        heartbeat?.beat(at: runtime.now)
        if let message { post(.progress(.init(message: message))) }
    }
}

extension SupervisedAttempt: AttemptCallObserver {
    func lateWrite(_ contribution: Contribution) {
        job.ledger.lateWrite()
        run.instruments.lateWrites.increment()
        post(
            .lateWrite(
                .init(
                    paths: contribution.paths,
                    message: "the attempt had been settled before it returned; nothing was written")))
    }

    func wasAbandoned() {
        run.instruments.abandoned.increment()
        job.ledger.abandonedBegan(step.index, attempt: number, at: runtime.now)
    }

    func abandonedCodeEnded() {
        let overrun = job.ledger.abandonedEnded(step.index, attempt: number, at: runtime.now)
        run.instruments.abandoned.decrement()
        runtime.attemptAges.end(run.instruments.age, begunAt: started)
        post(.attemptCodeEnded(.init(overrunMS: overrun.inMilliseconds)))
    }
}
