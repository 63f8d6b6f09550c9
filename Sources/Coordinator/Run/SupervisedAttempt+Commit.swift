import TelemetryCatalog
import Tracing

/// A success that was handed over, until it is known whether it is kept.
struct PendingSuccess: Sendable {
    let success: JobContext.Success
    let keeping: Keeping
    /// `nil` for a success that writes nothing.
    let commit: PendingCommit?
    let viewVersion: Int
}

/// A commit whose span goes on until it is known whether it is kept.
final class PendingCommit: Sendable {
    let span: StartedSpan
    let receipt: JobContext.CommitReceipt

    init(_ span: StartedSpan, _ receipt: JobContext.CommitReceipt) {
        self.span = span
        self.receipt = receipt
    }
}

extension SupervisedAttempt {
    /// Why a contribution did not become a success.
    struct Refusal: Error {
        let failure: Failure
        /// How long its commit took.
        let commit: Duration
    }

    /// Makes a success of a contribution that writes nothing: the attempt's end and the run's end are handed over together.
    ///
    /// - Returns: the success, or why there is none.
    func succeed(_ figures: Figures, viewVersion: Int) -> Result<PendingSuccess, Refusal> {
        do throws(Interruption) {
            let success = try handOver(figures, since: runtime.now)
            let keeping = job.context.handOver(success, from: origin, run: run.origin)
            return .success(
                PendingSuccess(success: success, keeping: keeping, commit: nil, viewVersion: viewVersion))
        } catch {
            return .failure(Refusal(failure: error.retryable, commit: .zero))
        }
    }

    /// Makes a success of a contribution: what it writes is handed over together with both ends. The commit has a span of its
    /// own that ends once it is kept.
    ///
    /// - Returns: the success, or why nothing was written.
    nonisolated(nonsending) func commit(
        _ contribution: Contribution, _ figures: Figures, _ viewVersion: Int
    ) async -> Result<PendingSuccess, Refusal> {
        let began = runtime.now
        let commitSpan = job.tracing.start(SpanName.commit, below: span, at: runtime.timestamp(at: began))
        do {
            let receipt = try await job.context.commit(
                contribution, by: step.task.role, order: step.order, from: origin, run: run.origin,
                at: runtime.timestamp(at: began),
                reducersOn: .init(executor: runtime.executor, timers: runtime.threadTimers)
            ) { try handOver(figures, since: began) }
            guard let success = receipt.success else { throw CancellationError() }
            return .success(
                PendingSuccess(
                    success: success, keeping: receipt.keeping, commit: PendingCommit(commitSpan, receipt),
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
        return .failed(record, failure)
    }

    /// Records a success that is kept.
    ///
    /// - Parameter isRunning: whether the attempt still holds its slots.
    func end(_ pending: PendingSuccess, isRunning: Bool) -> AttemptEnd {
        let success = pending.success
        if let commit = pending.commit {
            let receipt = commit.receipt
            job.counts.committed()
            run.instruments.recordCommit(CommitResultName.applied)
            let attributes = Self.appliedLayout.attributes(
                .int64(Int64(receipt.from)), .int64(Int64(receipt.to)), .int64(Int64(receipt.changed)),
                .string(CommitResultName.applied))
            commit.span.end(attributes, failure: nil, at: success.at)
        }
        finish(AttemptResult(), success.attempt, at: success.at, version: pending.viewVersion, isRunning: isRunning)
        return .succeeded(success)
    }

    /// The end of the attempt and of its run, at the last moment at which a deadline or a cancellation counts: from here
    /// on the journal's own time limit does.
    private func handOver(_ figures: Figures, since began: Duration) throws(Interruption) -> JobContext.Success {
        let now = runtime.now
        if let interruption = job.cancellation.interruption { throw interruption }
        if let deadline, now >= deadline.due { throw deadline.interruption }
        var figures = figures
        figures.commit = now - began
        let ending = run.ending(.succeeded, nil, at: now)
        return JobContext.Success(
            ended: now, at: runtime.timestamp(at: now), queued: ending.queued,
            attempt: record(AttemptResult(), ended: now, figures), run: ending.event)
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
