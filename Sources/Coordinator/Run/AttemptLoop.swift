import Logging
import TelemetryCatalog
import Tracing

/// The attempts of one run: budget, call, commit, record, pause, again.
struct AttemptLoop: Sendable {
    let run: AgentRun
    let total: Limit?
    var job: JobRun { run.job }
    var step: JobPlan.Step { run.step }
    var runtime: CoordinatorRuntime { run.job.runtime }

    init(_ run: AgentRun, total: Limit?) {
        self.run = run
        self.total = total
    }

    /// The attempts of a run, and what they came to.
    struct Attempts: Sendable {
        var records: [AttemptRecord] = []
        /// Why the run failed; `nil` for a success.
        var failure: Failure?
        /// How the run ended, if that is kept already.
        var ending: RunEnding?
        /// Whether the run still holds its slots; it does not when its last attempt gave them back.
        var holdsSlots = true
    }

    /// - Parameter past: what became of the run so far, if it had begun before its process ended.
    nonisolated(nonsending) func run(after past: TakenUpRun? = nil) async -> Attempts {
        var attempts = past?.records ?? []
        var previous = past?.previous
        var backoff = past?.backoff ?? .zero
        var last = past?.last
        let gate = AttemptGate(run: run)
        var suspended = past?.suspended
        while true {
            var held: AttemptGate.Pass?
            if let waits = suspended.take() {
                let end = await execute(suspended: waits, gate, &held)
                attempts.append(end.record)
                previous = waits.attempt.span.context
                last = end.failure
                switch await next(after: end, gate, held, attempts) {
                case .ended(let ended): return ended
                case .again(let pause): backoff = pause
                }
                continue
            }
            switch await gate.enter(total: total, queue: attempts.isEmpty ? run.queueDeadline : nil) {
            case .success(let pass): held = pass
            case .failure(let refusal):
                return Attempts(records: attempts, failure: rejected(after: last, refusal))
            }
            // A slot that a cancelled run gives back may reach a waiting run before the cancellation does.
            if let interruption = job.cancellation.interruption {
                gate.giveBack(held)
                return Attempts(records: attempts, failure: interruption.failure)
            }
            if let spent = job.counts.reserveAttempt(
                job.limits.budget, step.task.reservation, elapsed: runtime.now - run.timeFrame.started)
            {
                gate.giveBack(held)
                let outcome: AgentOutcome = attempts.isEmpty ? .rejected : .failed
                return Attempts(records: attempts, failure: budgetFailure(spent, outcome))
            }
            // A retry is counted when it starts, so that counter, result and spans agree even if a planned retry never
            // starts.
            if let last { run.instruments.recordRetry(errorType: last.errorType) }
            let attempt = SupervisedAttempt(
                run, number: attempts.count + 1, total: total, backoff: backoff, previous: previous)
            let end = await execute(attempt, gate, &held)
            attempts.append(end.record)
            previous = attempt.span.context
            last = end.failure
            switch await next(after: end, gate, held, attempts) {
            case .ended(let ended): return ended
            case .again(let pause): backoff = pause
            }
        }
    }

    /// What follows an attempt.
    private enum Next: Sendable {
        case ended(Attempts)
        /// Another attempt, after this pause, which has passed.
        case again(Duration)
    }

    nonisolated(nonsending) private func next(
        after end: AttemptEnd, _ gate: AttemptGate, _ held: AttemptGate.Pass?, _ attempts: [AttemptRecord]
    ) async -> Next {
        if let held { gate.leave(held, end.record, end.failure) }
        guard let failure = end.failure, let pause = pause(after: end.record, failure, attempts) else {
            return .ended(
                Attempts(
                    records: attempts, failure: end.failure.map(finally), ending: end.runEnding,
                    holdsSlots: held != nil))
        }
        // A breaker that will still be open after the pause rejects the run now, without a useless wait.
        if let refusal = gate.refusal(after: pause) {
            return .ended(Attempts(records: attempts, failure: rejected(after: end.failure, refusal)))
        }
        if let interruption = await wait(pause, failure, number: end.record.number) {
            return .ended(Attempts(records: attempts, failure: interruption.failure))
        }
        return .again(pause)
    }

    /// A run that was never called is rejected; one that failed before ends with that failure, and calls for its
    /// fallback all the same.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func rejected(after last: Failure?, _ refusal: Failure) -> Failure {
        guard refusal.outcome == .rejected, let last else { return refusal }
        return Failure(
            failureClass: .permanent, errorType: last.errorType,
            message: "\(last.message); not tried again: \(refusal.message)", outcome: last.outcome,
            isRejectedRetry: true)
    }

    /// How long to wait before another attempt; `nil` when there will be none.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func pause(after record: AttemptRecord, _ failure: Failure, _ attempts: [AttemptRecord]) -> Duration? {
        guard failure.failureClass != .permanent, job.cancellation.interruption == nil,
            !(record.abandoned && !step.task.idempotent), run.openCalls == nil,
            runtime.retryBudget?.allowsRetry ?? true
        else { return nil }
        let number = run.past == nil ? record.number : record.number - Self.uncounted(attempts)
        guard number <= step.task.retry.maxRetries else {
            if step.task.retry.maxRetries > 0 { run.instruments.recordExhausted(errorType: failure.errorType) }
            return nil
        }
        var retryAfter: Duration?
        if case .throttled(let hint) = failure.failureClass { retryAfter = hint }
        if let retryAfter, retryAfter > RetryPolicy.longestRetryAfter { return nil }
        let pause = step.task.retry.delay(
            beforeRetry: max(1, number), retryAfter: retryAfter,
            uniform: runtime.uniform(for: run.idempotencyKey, retry: record.number))
        // A pause that outlasts the deadline can only end in a timeout; the real failure says more, and at once.
        if let deadline = Limit.earlier(total, run.timeFrame.deadline), runtime.now + pause >= deadline.due {
            return nil
        }
        return pause
    }

    /// The failure, with the reason why nobody tries again although that might help: a call has begun of which nobody knows
    /// what it has done, or the other side asked to wait longer than anybody does.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func finally(_ failure: Failure) -> Failure {
        if let open = run.openCalls, failure.failureClass != .permanent {
            return failure.with(open.whyNotAgain)
        }
        guard case .throttled(let asked?) = failure.failureClass, asked > RetryPolicy.longestRetryAfter else {
            return failure
        }
        let longest = Interruption.text(RetryPolicy.longestRetryAfter)
        return Failure(
            failureClass: failure.failureClass, errorType: failure.errorType,
            message: "\(failure.message); not tried again: it asks to wait \(Interruption.text(asked)), and at most "
                + "\(longest) are waited", outcome: failure.outcome)
    }

    nonisolated(nonsending) private func wait(_ pause: Duration, _ failure: Failure, number: Int) async -> Interruption?
    {
        job.context.post(
            .retryScheduled(
                .init(delayMS: pause.inMilliseconds, errorType: failure.errorType, error: failure.message)),
            from: .init(run.identity, attempt: number, trace: run.span.reference),
            at: runtime.timestamp(at: runtime.now))
        ServiceContext.withValue(run.span.context) {
            job.logger.info(
                "\(EventName.retryScheduled)",
                metadata: [
                    AttributeKey.agentName: "\(step.task.name)", AttributeKey.errorType: "\(failure.errorType)",
                    AttributeKey.attemptBackoff: "\(pause.inSeconds)",
                ])
        }
        return await job.pause(until: runtime.now + pause)
    }

    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func budgetFailure(_ message: String, _ outcome: AgentOutcome) -> Failure {
        Failure(failureClass: .permanent, errorType: ErrorType.budgetExceeded, message: message, outcome: outcome)
    }
}
