import Support

/// The runs of one agent for the elements of its list: as many in flight at once as may be.
///
/// A run is made once there is a place for it, so that a long list costs no more tasks than a short one. A run that waits
/// for somebody is not in flight: it gives its place up, and waits for one again before it goes on. The runs that wait are
/// all that can be more than there are places.
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
    private let ended: Locked<(results: [ItemResult?], queued: Duration)>

    /// - Throws: ``Failure``, or the error of a redaction.
    init(_ run: AgentRun, _ each: ForEach) throws {
        self.run = run
        // What agents write meanwhile is no part of a list that is being worked on.
        source = try ItemSource(each, in: run.past?.history.list?.snapshot ?? Self.begin(run, each))
        mask = try RedactionMask(run.step.task.role.redact)
        ended = Locked(([ItemResult?](repeating: nil, count: source.count), .zero))
    }

    nonisolated(nonsending) func execute(_ each: ForEach) async -> End {
        let job = run.job
        job.quiet?.began(run.step.index)
        let places = Slots(each.concurrency ?? job.limits.concurrency)
        await withDiscardingTaskGroup { group in
            for index in 0..<source.count {
                if let kept = keptEnd(of: index) {
                    ended.withLock { $0.results[index] = kept }
                } else if await place(in: places) {
                    job.quiet?.began(run.step.index)
                    group.addTask {
                        await self.execute(index, ItemPlace(of: places))
                        job.quiet?.ended(self.run.step.index)
                    }
                } else {
                    // The job was ended: what has not begun ends at once.
                    await execute(index, nil)
                }
            }
            job.quiet?.ended(run.step.index)
        }
        let (results, queued) = ended.withLock { ($0.results.compactMap(\.self), $0.queued) }
        let failure = ItemTally(results, interruption: job.cancellation.interruption).failure(each.quorum)
        return End(results: results, queued: queued, failure: failure)
    }

    /// Says that the run begins with its list.
    private static func begin(_ run: AgentRun, _ each: ForEach) -> ContextSnapshot {
        run.job.context.startItems(from: run.origin, at: run.job.runtime.timestamp(at: run.job.runtime.now)) {
            snapshot in
            try? ItemSource(each, in: snapshot).count
        }
    }

    /// The end of an element's run that is kept of another process.
    private func keptEnd(of index: Int) -> ItemResult? {
        guard let history = run.job.history, run.past != nil else { return nil }
        let identity = RunIdentity(agent: run.identity.agent, round: run.identity.round, item: index)
        return history.runs[identity].flatMap { ItemResult($0, identity, key: source.key(of: index)) }
    }

    /// Waits for a place; `false` when the job was ended before there was one.
    nonisolated(nonsending) private func place(in places: Slots) async -> Bool {
        if places.tryAcquire() { return true }
        return await places.acquire(deadline: nil, timers: run.job.runtime.timers, cancellation: run.job.cancellation)
            == nil
    }

    nonisolated(nonsending) private func execute(_ index: Int, _ place: ItemPlace?) async {
        let (result, queued) = await AgentRun(of: run, for: source.item(index, mask), in: place).executeItem()
        place?.giveUp()
        ended.withLock { ended in
            ended.results[index] = result
            ended.queued += queued
        }
    }
}
