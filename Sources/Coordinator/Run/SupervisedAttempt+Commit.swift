import TelemetryCatalog
import Tracing

extension SupervisedAttempt {
    /// Commits a contribution, in a span of its own.
    ///
    /// - Returns: why nothing was written; `nil` when it was.
    nonisolated(nonsending) func commit(_ contribution: Contribution) async -> Failure? {
        let commitSpan = job.tracing.start(
            SpanName.commit, below: span, at: runtime.timestamp(at: runtime.now))
        let result: String
        var attributes: SpanAttributeValues
        var failure: Failure?
        do {
            let receipt = try await job.context.commit(
                contribution, by: step.task.role,
                order: WriteOrder(stage: step.stage, registration: step.index), from: origin,
                at: runtime.timestamp(at: runtime.now), timers: runtime.timers,
                reducersOn: .init(executor: runtime.executor, timers: runtime.threadTimers))
            result = CommitResultName.applied
            job.counts.committed()
            attributes = Self.appliedLayout.attributes(
                .int64(Int64(receipt.from)), .int64(Int64(receipt.to)), .int64(Int64(receipt.changed)),
                .string(result))
        } catch {
            let refusal = error as? ContextError
            result = refusal?.code == .conflict ? CommitResultName.conflict : CommitResultName.rejected
            failure = self.failure(of: error, isConflict: refusal?.code == .conflict)
            reportRefusal(refusal, contribution)
            attributes = [AttributeKey.contextCommitResult: .string(result)]
            attributes[AttributeKey.errorType] = (failure?.errorType).map { .string($0) }
        }
        run.instruments.recordCommit(result)
        commitSpan.end(attributes, failure: failure, at: runtime.timestamp(at: runtime.now))
        return failure
    }

    private static let appliedLayout = SpanLayout(
        AttributeKey.contextVersionFrom, AttributeKey.contextVersionTo, AttributeKey.contextChangedKeys,
        AttributeKey.contextCommitResult)

    private func failure(of error: any Error, isConflict: Bool) -> Failure {
        let failure = runtime.classify(error)
        guard isConflict, step.task.onConflict == .fail else { return failure }
        return Failure(failureClass: .permanent, errorType: failure.errorType, message: failure.message)
    }

    private func reportRefusal(_ refusal: ContextError?, _ contribution: Contribution) {
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
