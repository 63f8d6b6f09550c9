import Support
import Synchronization

/// The runs of one agent for the elements of its list: as many at once as may be, each taking the next element when it
/// has ended, so that a long list costs no more tasks than a short one.
final class ItemRuns: Sendable {
    /// What the runs came to.
    struct End: Sendable {
        var results: [ItemResult] = []
        /// The time that they waited for slots and for the rate, together.
        var queued: Duration = .zero
        /// Why the agent did not succeed.
        var failure: Failure?
    }

    private let run: AgentRun
    private let source: ItemSource
    private let mask: RedactionMask
    private let next = Atomic(0)
    private let ended: Locked<(results: [ItemResult?], queued: Duration)>

    /// - Throws: ``Failure``, or the error of a redaction.
    init(_ run: AgentRun, _ each: ForEach) throws {
        self.run = run
        source = try ItemSource(each, in: run.job.context.snapshot)
        mask = try RedactionMask(run.step.task.role.redact)
        ended = Locked(([ItemResult?](repeating: nil, count: source.count), .zero))
    }

    nonisolated(nonsending) func execute(_ each: ForEach) async -> End {
        let job = run.job
        job.context.post(
            .itemsStarted(.init(count: source.count)), from: run.origin, at: job.runtime.timestamp(at: job.runtime.now))
        let workers = min(each.concurrency ?? job.limits.concurrency, source.count)
        await withDiscardingTaskGroup { group in
            for _ in 0..<workers { group.addTask { await self.work() } }
        }
        let (results, queued) = ended.withLock { ($0.results.compactMap(\.self), $0.queued) }
        let failure = ItemTally(results, interruption: job.cancellation.interruption).failure(each.quorum)
        return End(results: results, queued: queued, failure: failure)
    }

    private func work() async {
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < source.count else { return }
            let (result, queued) = await AgentRun(of: run, for: source.item(index, mask)).executeItem()
            ended.withLock { ended in
                ended.results[index] = result
                ended.queued += queued
            }
        }
    }
}
