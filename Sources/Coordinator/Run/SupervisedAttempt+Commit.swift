import TelemetryCatalog
import Tracing

extension SupervisedAttempt {
    /// Why a contribution did not become a success.
    struct Refusal: Error {
        let failure: Failure
        /// How long its commit took.
        let commit: Duration
    }

    /// Makes a success of a contribution: what it writes, the attempt's end and the run's end are kept together.
    ///
    /// - Returns: the success once it is kept, or why nothing was written.
    nonisolated(nonsending) func succeed(
        _ contribution: Contribution, _ figures: Figures
    ) async -> Result<JobContext.Success, Refusal> {
        // A contribution that writes nothing is a success without a commit.
        if contribution.writeCount > 0 { return await commit(contribution, figures) }
        do throws(Interruption) {
            let success = try handOver(figures, since: runtime.now)
            if let refusal = await job.context.keep(success) { throw refusal }
            return .success(success)
        } catch {
            return .failure(Refusal(failure: error.retryable, commit: .zero))
        }
    }

    /// Commits a contribution, in a span of its own that ends with the hand-over.
    nonisolated(nonsending) private func commit(
        _ contribution: Contribution, _ figures: Figures
    ) async -> Result<JobContext.Success, Refusal> {
        let began = runtime.now
        let commitSpan = job.tracing.start(SpanName.commit, below: span, at: runtime.timestamp(at: began))
        do {
            let receipt = try await job.context.commit(
                contribution, by: step.task.role, order: step.order, from: origin, at: runtime.timestamp(at: began),
                reducersOn: .init(executor: runtime.executor, timers: runtime.threadTimers)
            ) { try handOver(figures, since: began) }
            if let refusal = await receipt.refusal() { throw refusal }
            guard let success = receipt.success else { throw CancellationError() }
            job.counts.committed()
            run.instruments.recordCommit(CommitResultName.applied)
            let attributes = Self.appliedLayout.attributes(
                .int64(Int64(receipt.from)), .int64(Int64(receipt.to)), .int64(Int64(receipt.changed)),
                .string(CommitResultName.applied))
            commitSpan.end(attributes, failure: nil, at: success.at)
            return .success(success)
        } catch {
            let ended = runtime.now
            let refusal = error as? ContextError
            let failure = failure(of: error, isConflict: refusal?.code == .conflict)
            reportRefusal(error, contribution)
            var attributes: SpanAttributeValues = [AttributeKey.errorType: .string(failure.errorType)]
            // What came too late, or was not kept, is no commit with a result: it is counted as a late write or not at all.
            if !(error is Interruption) {
                let result = refusal?.code == .conflict ? CommitResultName.conflict : CommitResultName.rejected
                run.instruments.recordCommit(result)
                attributes[AttributeKey.contextCommitResult] = .string(result)
            }
            commitSpan.end(attributes, failure: failure, at: runtime.timestamp(at: ended))
            return .failure(Refusal(failure: failure, commit: ended - began))
        }
    }

    /// The end of the attempt and of its run, at the last moment at which a deadline or a cancellation counts: from here
    /// on the journal's own time limit does.
    private func handOver(_ figures: Figures, since began: Duration) throws(Interruption) -> JobContext.Success {
        let now = runtime.now
        if let interruption = job.cancellation.interruption { throw interruption }
        if let deadline, now >= deadline.due { throw deadline.interruption }
        var figures = figures
        figures.commit = now - began
        return JobContext.Success(
            ended: now, at: runtime.timestamp(at: now), attempt: record(AttemptResult(), ended: now, figures),
            attemptOrigin: origin, run: run.ending(.succeeded, nil, at: now).event, runOrigin: run.origin)
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
