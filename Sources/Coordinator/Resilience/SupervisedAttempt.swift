import Logging
import TelemetryCatalog
import Tracing

/// One attempt: its view, its call, its commit, and the one place where its end is recorded.
struct SupervisedAttempt: Sendable {
    private let run: AgentRun
    private let total: (due: Duration, interruption: Interruption)?
    private let parent: JobTracing.ActiveSpan
    private let number: Int
    private let backoff: Duration
    private let previous: ServiceContext?
    private var job: JobRun { run.job }
    private var task: AgentTask { run.task }
    private var runtime: CoordinatorRuntime { run.job.runtime }

    init(_ loop: AttemptLoop, number: Int, backoff: Duration, previous: ServiceContext?) {
        run = loop.run
        total = loop.total
        parent = loop.span
        self.number = number
        self.backoff = backoff
        self.previous = previous
    }

    private struct Ending {
        var outcome: AgentOutcome
        var failure: Failure?
        var abandoned = false
        /// What the agent said it used, if it came to that.
        var usage: Contribution.Usage?
    }

    func run() async -> (AttemptRecord, Failure?, ServiceContext) {
        let started = runtime.now
        let span = job.tracing.start(
            "\(SpanName.attempt) \(task.name)", context: parent.context, at: runtime.timestamp(at: started))
        if let previous { span.span.addLink(SpanLink(context: previous, attributes: [:])) }
        let snapshot = job.context.snapshot
        begin(span, at: started)
        let age = runtime.attemptAges.begin(of: task.name, meter: run.instruments.oldestAge)
        let ending: Ending
        do {
            ending = try await call(snapshot, span: span, started: started, age: age)
        } catch {
            ending = Ending(outcome: .failed, failure: runtime.classify(error))
        }
        job.ledger.settle(task.reservation, usage: ending.usage)
        // The age of abandoned code goes on until it ends: that is the agent that hangs.
        if !ending.abandoned { runtime.attemptAges.end(age, of: task.name) }
        let record = end(ending, span: span, started: started, version: snapshot.version)
        return (record, ending.failure, span.context)
    }

    private func begin(_ span: JobTracing.ActiveSpan, at started: Duration) {
        let at = runtime.timestamp(at: started)
        job.ledger.attemptStarted(task.name, at: started)
        run.instruments.active.increment()
        job.context.post(
            .attemptStarted(
                .init(
                    timeoutMS: task.timeouts.attempt?.inMilliseconds, backoffMS: backoff.inMilliseconds,
                    idempotencyKey: idempotencyKey)),
            from: origin(span), at: at)
        job.context.record(
            AgentState(name: task.name, phase: .running, attempt: number), at: at, trace: span.reference)
    }

    private func call(
        _ snapshot: ContextSnapshot, span: JobTracing.ActiveSpan, started: Duration, age: Int
    ) async throws -> Ending {
        let view = try job.context.view(for: task.role, of: snapshot, from: origin(span)) { [run] _ in
            run.instruments.accessDenied.increment()
        }
        let deadline = deadline(started)
        let call = AttemptCall(runtime: runtime, hooks: hooks(span, age: age))
        let context = AttemptContext(
            jobID: job.context.id, agent: task.name, number: number, idempotencyKey: idempotencyKey, logger: logger,
            traceHeaders: span.headers,
            timeLeft: { [runtime] in deadline.map { max(.zero, $0.due - runtime.now) } },
            onProgress: { [job, task, number, runtime] message in
                call.beat()
                guard let message else { return }
                job.context.post(
                    .progress(.init(message: message)),
                    from: .init(agent: task.name, attempt: number, trace: span.reference),
                    at: runtime.timestamp(at: runtime.now))
            })
        switch await call.run(
            task.agent, view: view, attempt: context, trace: span.context, deadline: deadline,
            idle: task.timeouts.idle, cancellation: job.cancellation)
        {
        case .interrupted(let interruption, let abandoned):
            return Ending(outcome: interruption.outcome, failure: interruption.retryable, abandoned: abandoned)
        case .returned(.failure(let error)):
            return Ending(outcome: .failed, failure: runtime.classify(error))
        case .returned(.success(let contribution)):
            return await commit(contribution, span: span)
        }
    }

    /// The nearest of the attempt's, the run's and the job's deadline.
    private func deadline(_ started: Duration) -> (due: Duration, interruption: Interruption)? {
        let attempt = task.timeouts.attempt.map { (due: started + $0, interruption: Interruption.attemptTimeout($0)) }
        let whole = job.limits.timeout.map { (due: run.jobStarted + $0, interruption: Interruption.jobTimeout($0)) }
        return [attempt, total, whole].compactMap { $0 }.min { $0.due < $1.due }
    }

    private func hooks(_ span: JobTracing.ActiveSpan, age: Int) -> AttemptCall.Hooks {
        AttemptCall.Hooks(
            onLateWrite: { [run, job, runtime, number] contribution in
                job.ledger.lateWrite()
                run.instruments.lateWrites.increment()
                job.context.post(
                    .lateWrite(
                        .init(
                            paths: contribution.paths,
                            message: "the attempt had been settled before it returned; nothing was written")),
                    from: .init(agent: run.task.name, attempt: number, trace: span.reference),
                    at: runtime.timestamp(at: runtime.now))
            },
            onAbandoned: { [run, job, runtime, number] in
                run.instruments.abandoned.increment()
                job.ledger.abandonedBegan(run.task.name, attempt: number, at: runtime.now)
            },
            onAbandonedEnd: { [run, job, runtime, number] in
                let overrun = job.ledger.abandonedEnded(run.task.name, attempt: number, at: runtime.now)
                run.instruments.abandoned.decrement()
                runtime.attemptAges.end(age, of: run.task.name)
                job.context.post(
                    .attemptCodeEnded(.init(overrunMS: overrun.inMilliseconds)),
                    from: .init(agent: run.task.name, attempt: number, trace: span.reference),
                    at: runtime.timestamp(at: runtime.now))
            })
    }

    private func commit(_ contribution: Contribution, span: JobTracing.ActiveSpan) async -> Ending {
        // What writes nothing is a success without a commit.
        if contribution.paths.isEmpty {
            return Ending(outcome: .succeeded, usage: contribution.usage)
        }
        let commitSpan = job.tracing.start(
            SpanName.commit, context: span.context, at: runtime.timestamp(at: runtime.now))
        let order = WriteOrder(stage: run.step.stage, registration: run.step.index)
        let result: String
        var attributes: SpanAttributes = [:]
        var ending = Ending(outcome: .succeeded, usage: contribution.usage)
        do {
            let receipt = try await job.context.commit(
                contribution, by: task.role, order: order, from: origin(span),
                at: runtime.timestamp(at: runtime.now), timers: runtime.timers)
            result = CommitResultName.applied
            job.ledger.committed()
            attributes = [
                AttributeKey.contextVersionFrom: .int64(Int64(receipt.from)),
                AttributeKey.contextVersionTo: .int64(Int64(receipt.to)),
                AttributeKey.contextChangedKeys: .int64(Int64(receipt.changed)),
            ]
        } catch {
            let refusal = error as? ContextError
            result = refusal?.code == .conflict ? CommitResultName.conflict : CommitResultName.rejected
            ending.outcome = .failed
            ending.failure = failure(of: error, isConflict: refusal?.code == .conflict)
            reportRefusal(refusal, contribution, span)
        }
        run.instruments.recordCommit(result)
        attributes[AttributeKey.contextCommitResult] = result
        if let failure = ending.failure { attributes[AttributeKey.errorType] = failure.errorType }
        commitSpan.end(attributes, failure: ending.failure, at: runtime.timestamp(at: runtime.now))
        return ending
    }

    private func failure(of error: any Error, isConflict: Bool) -> Failure {
        let failure = runtime.classify(error)
        guard isConflict, task.onConflict == .fail else { return failure }
        return Failure(failureClass: .permanent, errorType: failure.errorType, message: failure.message)
    }

    private func reportRefusal(_ refusal: ContextError?, _ contribution: Contribution, _ span: JobTracing.ActiveSpan) {
        let at = runtime.timestamp(at: runtime.now)
        switch refusal?.code {
        case .accessDenied:
            run.instruments.accessDenied.increment()
            job.context.post(
                .accessDenied(.init(paths: refusal?.paths ?? [], message: refusal?.message ?? "")),
                from: origin(span), at: at)
        case .conflict:
            job.context.postConflict(refusal, contribution, from: origin(span), at: at)
            ServiceContext.withValue(span.context) {
                logger.warning(
                    "\(EventName.contextConflict)", metadata: ["message": "\(refusal?.message ?? "")"])
            }
        default: break
        }
    }

    /// The one recording point: span, metrics, ledger and event get the same duration and outcome.
    private func end(
        _ ending: Ending, span: JobTracing.ActiveSpan, started: Duration, version: Int
    ) -> AttemptRecord {
        let ended = runtime.now
        let at = runtime.timestamp(at: ended)
        let record = AttemptRecord(
            number: number, outcome: ending.outcome, errorType: ending.failure?.errorType,
            error: ending.failure?.message, startedAt: runtime.timestamp(at: started),
            durationMS: (ended - started).inMilliseconds, backoffMS: backoff.inMilliseconds,
            spanID: span.reference?.spanID, abandoned: ending.abandoned)
        var attributes: SpanAttributes = [
            AttributeKey.agentName: .string(task.name), AttributeKey.attemptNumber: .int64(Int64(number)),
            AttributeKey.attemptBackoff: .double(backoff.inSeconds),
            AttributeKey.contextVersion: .int64(Int64(version)),
            AttributeKey.attemptAbandoned: .bool(ending.abandoned),
            AttributeKey.outcome: .string(ending.outcome.rawValue),
        ]
        if let limit = task.timeouts.attempt { attributes[AttributeKey.attemptTimeout] = limit.inSeconds }
        if let failure = ending.failure { attributes[AttributeKey.errorType] = failure.errorType }
        if ending.abandoned {
            span.span.addEvent(SpanEvent(name: EventName.attemptAbandoned, at: at))
        }
        job.ledger.attemptEnded(task.name, record)
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
        span.end(attributes, failure: ending.failure, at: at)
        job.context.post(.attemptFinished(record), from: origin(span), at: at)
        return record
    }

    private var idempotencyKey: String { run.idempotencyKey }

    private var logger: Logger {
        var logger = job.logger
        logger[metadataKey: AttributeKey.agentName] = "\(task.name)"
        logger[metadataKey: AttributeKey.attemptNumber] = "\(number)"
        return logger
    }

    private func origin(_ span: JobTracing.ActiveSpan) -> JobContext.Origin {
        JobContext.Origin(agent: task.name, attempt: number, trace: span.reference)
    }
}
