import TelemetryCatalog
import Tracing

/// A success that was handed over, until it is known whether it is kept.
struct PendingSuccess: Sendable {
    let success: JobContext.Success
    let ending: RunEnding
    let keeping: Keeping
    /// The commit's span and receipt; `nil` for a success that writes nothing.
    let commit: (span: StartedSpan, receipt: JobContext.CommitReceipt)?
    let viewVersion: Int
}

extension SupervisedAttempt {
    /// Why a contribution did not become a success.
    struct Refusal: Error {
        let failure: Failure
        /// How long its commit took.
        let commit: Duration
    }

    /// Makes a success of a contribution that writes nothing: the attempt's end and the run's end are handed over together.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func succeed(_ figures: Figures, viewVersion: Int) -> Result<PendingSuccess, Refusal> {
        do throws(Interruption) {
            let (success, ending) = try handOver(figures, since: runtime.now)
            return .success(
                PendingSuccess(
                    success: success, ending: ending, keeping: job.context.handOver(success), commit: nil,
                    viewVersion: viewVersion))
        } catch {
            return .failure(Refusal(failure: error.retryable, commit: .zero))
        }
    }

    /// Makes a success of a contribution: commits what it writes, together with the attempt's end and the run's end, in a
    /// span of its own that ends once the commit is kept.
    ///
    /// - Returns: the success, or why nothing was written.
    nonisolated(nonsending) func commit(
        _ contribution: Contribution, _ figures: Figures, _ viewVersion: Int
    ) async -> Result<PendingSuccess, Refusal> {
        let began = runtime.now
        let commitSpan = job.tracing.start(SpanName.commit, below: span, at: runtime.timestamp(at: began))
        do {
            var ending: RunEnding?
            let receipt = try await job.context.commit(
                contribution, by: step.task.role, order: step.order(run.identity), from: origin,
                at: runtime.timestamp(at: began),
                reducersOn: .init(executor: runtime.executor, timers: runtime.threadTimers)
            ) {
                let handed = try handOver(figures, since: began)
                ending = handed.ending
                return handed.success
            }
            guard let success = receipt.success, let ending else { throw CancellationError() }
            return .success(
                PendingSuccess(
                    success: success, ending: ending, keeping: receipt.keeping, commit: (commitSpan, receipt),
                    viewVersion: viewVersion))
        } catch {
            let ended = runtime.now
            let refusal = error as? ContextError
            let failure = failure(of: error, isConflict: refusal?.code == .conflict)
            reportRefusal(error, contribution)
            var attributes: SpanAttributeValues = [AttributeKey.errorType: .string(failure.errorType)]
            // What came too late is no commit with a result: it is counted as a late write.
            if !(error is Interruption) {
                let result = refusal?.code == .conflict ? CommitResultName.conflict : CommitResultName.rejected
                run.instruments.recordCommit(result)
                attributes[AttributeKey.contextCommitResult] = .string(result)
            }
            commitSpan.end(attributes, failure: failure, at: runtime.timestamp(at: ended))
            return .failure(Refusal(failure: failure, commit: ended - began))
        }
    }

    /// Waits until a success is kept.
    nonisolated(nonsending) func settle(_ pending: PendingSuccess) async -> AttemptEnd {
        guard let stop = await pending.keeping.refusal() else { return end(pending, isRunning: false) }
        let failure = stop.retryable
        let at = runtime.timestamp(at: runtime.now)
        pending.commit?.span.end(
            [AttributeKey.errorType: .string(failure.errorType)], failure: failure, at: at)
        var record = pending.success.attempt
        (record.outcome, record.errorType, record.error) = (failure.outcome, failure.errorType, failure.message)
        finish(AttemptResult(failure: failure), record, at: at, version: pending.viewVersion, isRunning: false)
        return AttemptEnd(record: record, failure: failure)
    }

    /// Records a success that is kept.
    ///
    /// - Parameter isRunning: whether the attempt still holds its slots.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    func end(_ pending: PendingSuccess, isRunning: Bool) -> AttemptEnd {
        let success = pending.success
        if let (span, receipt) = pending.commit {
            job.counts.committed()
            run.instruments.recordCommit(CommitResultName.applied)
            let attributes = Self.appliedLayout.attributes(
                .int64(Int64(receipt.from)), .int64(Int64(receipt.to)), .int64(Int64(receipt.changed)),
                .string(CommitResultName.applied))
            span.end(attributes, failure: nil, at: success.at)
        }
        finish(AttemptResult(), success.attempt, at: success.at, version: pending.viewVersion, isRunning: isRunning)
        return AttemptEnd(record: success.attempt, failure: nil, runEnding: pending.ending)
    }

    /// The end of the attempt and of its run, at the last moment at which a deadline or a cancellation counts: from here
    /// on the journal's own time limit does.
    private func handOver(
        _ figures: Figures, since began: Duration
    ) throws(Interruption) -> (success: JobContext.Success, ending: RunEnding) {
        let now = runtime.now
        if let interruption = job.cancellation.interruption { throw interruption }
        if let deadline, now >= deadline.due { throw deadline.interruption }
        var figures = figures
        figures.commit = now - began
        let ending = run.ending(.succeeded, nil, at: now)
        let success = JobContext.Success(
            at: runtime.timestamp(at: now), attempt: record(AttemptResult(), ended: now, figures),
            attemptOrigin: origin, run: run.lastEvent(ending), runOrigin: run.origin)
        return (success, ending)
    }

    private static let appliedLayout = SpanLayout(
        AttributeKey.contextVersionFrom, AttributeKey.contextVersionTo, AttributeKey.contextChangedKeys,
        AttributeKey.contextCommitResult)

    private func failure(of error: any Error, isConflict: Bool) -> Failure {
        if let interruption = error as? Interruption { return interruption.retryable }
        let failure = runtime.classify(error)
        guard isConflict, step.task.onConflict == .fail else { return failure }
        return Failure(failureClass: .permanent, errorType: failure.errorType, message: failure.message)
    }

    private func reportRefusal(_ error: any Error, _ contribution: Contribution) {
        // What is handed over too late is a late write, like what is returned too late.
        if let interruption = error as? Interruption, !interruption.isStop { return lateWrite(contribution) }
        let refusal = error as? ContextError
        switch refusal?.code {
        case .accessDenied:
            run.instruments.accessDenied.increment()
            post(.accessDenied(.init(paths: refusal?.paths ?? [], message: refusal?.message ?? "")))
        case .conflict:
            job.context.postConflict(refusal, contribution, from: origin, at: runtime.timestamp(at: runtime.now))
            ServiceContext.withValue(span.context) {
                logger.warning(
                    "\(EventName.contextConflict)", metadata: ["message": "\(refusal?.message ?? "")"])
            }
        default: break
        }
    }
}
