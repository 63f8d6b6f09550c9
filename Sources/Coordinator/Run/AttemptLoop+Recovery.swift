import Support
import TelemetryCatalog
import Tracing

// What happens first to a run that had begun before its process ended.

extension AttemptLoop {
    /// What has become of a run so far.
    enum TakenUp: Sendable {
        case ended(Attempts)
        case goesOn(TakenUpRun)
    }

    /// Ends the attempt that was open, or lets it wait on, or waits until somebody says what it has done. Holds no slots.
    nonisolated(nonsending) func takeUp(_ past: RunHistory) async -> TakenUp {
        var records = past.attempts
        var last: Failure?
        var previous: ServiceContext?
        var holdsPlace = true
        if let open = past.open {
            let attempt = SupervisedAttempt(open, of: run, total: total)
            let isInDoubt = past.isInDoubt(idempotent: step.task.idempotent)
            if let wait = open.wait ?? (isInDoubt ? nil : open.answered) {
                return .goesOn(TakenUpRun(records: records, suspended: suspended(attempt, open, wait)))
            }
            var end: AttemptEnd?
            if isInDoubt {
                run.place?.giveUp()
                holdsPlace = false
                switch await resolved(attempt, open, past.openCalls, after: records) {
                case .ended(let how): end = how
                case .handedOver(let success): end = await attempt.settle(success)
                case .goesOn:
                    // Somebody had answered it before, and is not asked again.
                    if let wait = open.answered {
                        return .goesOn(TakenUpRun(records: records, suspended: suspended(attempt, open, wait)))
                    }
                }
            }
            let ended = end ?? attempt.end(open, lost(open, after: records))
            records.append(ended.record)
            guard let failure = ended.failure else {
                return .ended(Attempts(records: records, ending: ended.runEnding, holdsSlots: false))
            }
            guard failure.failureClass != .permanent || failure.errorType == ErrorType.interrupted else {
                return .ended(Attempts(records: records, failure: failure, holdsSlots: false))
            }
            (last, previous) = (failure, attempt.span.context)
        } else if let record = records.last {
            last = Failure(
                failureClass: .transient, errorType: record.errorType ?? ErrorType.other, message: record.error ?? "",
                outcome: record.outcome)
            // An attempt that was the last one has ended its run, unless the process ended before that was kept.
            if past.retryDue == nil, let over = over(record, records, past.openCalls) {
                return .ended(Attempts(records: records, failure: over, holdsSlots: false))
            }
        }
        if let due = past.retryDue, let interruption = await pause(until: due) {
            return .ended(Attempts(records: records, failure: interruption.failure, holdsSlots: false))
        }
        return .goesOn(
            TakenUpRun(
                records: records, last: last, previous: previous,
                backoff: past.retryDue == nil ? .zero : .bounded(milliseconds: past.retryDelayMS),
                holdsPlace: holdsPlace))
    }

    /// How many of these attempts ended without a fault of their agent, so that they are no retries.
    static func uncounted(_ records: [AttemptRecord]) -> Int {
        records.count(where: \.wasCutOff)
    }

    /// Why an attempt ended whose process did.
    private func lost(_ open: RunHistory.OpenAttempt, after records: [AttemptRecord]) -> Failure {
        if job.history?.wasGivenUp == true {
            return Failure(
                failureClass: .transient, errorType: ErrorType.interrupted,
                message: "the job was given up while the attempt ran; it counts as no retry", outcome: .cancelled)
        }
        let crashes = records.count(where: \.hasCrashed) + 1
        let limit = step.task.maxRecoveries
        let what = "the process ended while the attempt ran"
        guard crashes > limit else {
            return Failure(failureClass: .transient, errorType: ErrorType.processCrash, message: what)
        }
        return Failure(
            failureClass: .permanent, errorType: ErrorType.processCrash,
            message: "\(what); that was attempt \(crashes) of the run that ended so, and \(limit) may be taken up "
                + "again (max_recoveries)")
    }

    /// Why no attempt follows this one, whose failure is all that is kept.
    private func over(_ record: AttemptRecord, _ records: [AttemptRecord], _ calls: OpenCalls) -> Failure? {
        let crashes = records.count(where: \.hasCrashed)
        let isLast =
            record.wasCutOff
            ? crashes > step.task.maxRecoveries
            : record.number - Self.uncounted(records) > step.task.retry.maxRetries || record.outcome == .cancelled
        // Nobody had decided to call an agent again that may not be repeated, and what somebody said stands.
        guard
            isLast || !step.task.idempotent && !record.wasCutOff || record.errorType == ErrorType.inDoubt
                || !calls.isEmpty
        else { return nil }
        let failure = Failure(
            failureClass: .permanent, errorType: record.errorType ?? ErrorType.other, message: record.error ?? "",
            outcome: record.outcome)
        return calls.isEmpty ? failure : failure.with(calls.whyNotAgain)
    }

    nonisolated(nonsending) private func pause(until due: Timestamp) async -> Interruption? {
        let now = runtime.now
        let wall = runtime.timestamp(at: now)
        guard due > wall else { return nil }
        return await job.pause(until: now + .nanoseconds(due.nanosecondsSinceEpoch - wall.nanosecondsSinceEpoch))
    }

    private func suspended(
        _ attempt: SupervisedAttempt, _ open: RunHistory.OpenAttempt, _ wait: RunHistory.Wait
    ) -> SuspendedAttempt {
        let suspension = Suspension(
            state: wait.suspension.state, reason: wait.suspension.reason,
            timeout: wait.suspension.timeoutMS.map { .bounded(milliseconds: $0) }, usage: wait.suspension.usage)
        // What the agent did after an answer is lost, and what it had reserved for that counts.
        let isOver = open.wait == nil
        return SuspendedAttempt(
            attempt, suspension, since: isOver ? runtime.now : run.timeFrame.started + wait.since,
            figures: SupervisedAttempt.Figures(usage: isOver ? open.used + open.reserved : open.used, stored: .zero),
            kept: KeptWait(wait, isOver: isOver, in: runtime))
    }

    /// What became of an attempt in doubt.
    private enum Resolved: Sendable {
        case ended(AttemptEnd)
        case handedOver(PendingSuccess)
        /// It is known what it has done: its run goes on from the steps that are kept.
        case goesOn
    }

    /// Waits until somebody says what an attempt has done that may not be repeated.
    ///
    /// - Parameter calls: the calls of which nobody knows it; empty where it is the whole attempt.
    nonisolated(nonsending) private func resolved(
        _ attempt: SupervisedAttempt, _ open: RunHistory.OpenAttempt, _ calls: OpenCalls,
        after records: [AttemptRecord]
    ) async -> Resolved {
        func unknown(_ message: String) -> Resolved { .ended(attempt.end(open, Self.inDoubt(calls, message))) }
        let resolution: JobEvent.DoubtResolved
        if let kept = open.resolution {
            resolution = kept
        } else {
            switch await doubt(attempt, open, calls) {
            case .resolved(let said): resolution = said
            case .callsResolved: return .goesOn
            case .answered, .timedOut: return unknown("nobody said what it has done")
            case .interrupted(let interruption):
                if interruption.isStop || interruption.outcome == .cancelled {
                    return .ended(attempt.end(open, interruption.retryable))
                }
                return unknown(interruption.failure.message)
            }
        }
        switch resolution.resolution {
        case .retry: return .goesOn
        case .failed: return unknown("\(resolution.by) said that the attempt has failed")
        case .succeeded:
            switch await attempt.succeed(open, with: resolution.contribution ?? Contribution()) {
            case .ended(let end): return .ended(end)
            case .handedOver(let success): return .handedOver(success)
            case .suspended: return .goesOn
            }
        }
    }

    private static func inDoubt(_ calls: OpenCalls, _ message: String) -> Failure {
        let what =
            calls.isEmpty
            ? "the process ended while the attempt ran, and the agent is not idempotent"
            : "the process ended while the attempt ran, and \(calls.words) had begun"
        return Failure(failureClass: .permanent, errorType: ErrorType.inDoubt, message: "\(what); \(message)")
    }

    nonisolated(nonsending) private func doubt(
        _ attempt: SupervisedAttempt, _ open: RunHistory.OpenAttempt, _ calls: OpenCalls
    ) async -> SuspendedRuns.Wakeup {
        let (origin, at) = (attempt.origin, runtime.timestamp(at: runtime.now))
        let reason =
            calls.isEmpty
            ? "the process ended while attempt \(open.number) ran; say what it has done"
            : "the process ended while \(calls.words) ran, in attempt \(open.number); say what it has done"
        let waiting = SuspendedRuns.Waiting(
            SuspendedRun(
                run: run.identity, attempt: open.number, reason: reason,
                since: job.history?.summary.doubts[run.identity] ?? at, kind: .inDoubt, state: .null,
                calls: calls.all),
            origin: origin, quiet: quiet)
        job.suspended.add(waiting)
        if open.isInDoubt {
            waiting.announced.set(())
        } else {
            if let stop = await job.context.keep(.attemptInDoubt(.init(reason: reason)), from: origin, at: at) {
                job.suspended.end(waiting, .interrupted(stop))
            }
            waiting.announced.set(())
        }
        let wakeup = await wait(waiting, due: nil)
        let ends = waiting.ends
        if !ends.isEmpty { run.keptConversation.add(ends) }
        return wakeup
    }
}

extension SupervisedAttempt {
    /// Commits what somebody said that an attempt in doubt has written.
    nonisolated(nonsending) fileprivate func succeed(
        _ open: RunHistory.OpenAttempt, with contribution: Contribution
    ) async -> AttemptExit {
        let figures = Self.figures(of: open)
        let version = open.start.viewVersion ?? 0
        let handedOver =
            contribution.writeCount > 0
            ? await commit(contribution, figures, version) : succeed(figures, viewVersion: version)
        switch handedOver {
        case .success(let success): return .handedOver(success)
        case .failure(let refusal):
            // What was given does not fit: the attempt is in doubt no more, and is not repeated.
            return .ended(
                end(
                    open,
                    Failure(
                        failureClass: .permanent, errorType: refusal.failure.errorType,
                        message: refusal.failure.message, outcome: refusal.failure.outcome)))
        }
    }
}
