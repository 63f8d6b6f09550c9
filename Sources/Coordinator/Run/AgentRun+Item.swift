import Tracing

// The run of an agent for one element of its list.

extension AgentRun {
    /// - Returns: the item's result, and how long it waited for slots and the rate.
    nonisolated(nonsending) func executeItem() async -> (result: ItemResult, queued: Duration) {
        var attempts = AttemptLoop.Attempts()
        if past == nil, let interruption = job.cancellation.interruption {
            attempts.failure = interruption.failure
        } else {
            attempts = await runInSlots()
        }
        let failure = attempts.failure
        let ending = attempts.ending ?? ending(failure?.outcome ?? .succeeded, failure, at: job.runtime.now)
        let at = job.runtime.timestamp(at: ending.ended)
        // Nobody waits for it: the agent's own end, which is kept after it, is what others need.
        if attempts.ending == nil { job.context.post(lastEvent(ending), from: origin, at: at) }
        return (record(ending, attempts.records, at: at), ending.queued ?? .zero)
    }

    /// The only function that records an item's end: span, metrics, result.
    private func record(_ ending: RunEnding, _ attempts: [AttemptRecord], at: Timestamp) -> ItemResult {
        if ending.queued != nil { job.counts.queued(step.index, milliseconds: ending.event.queueMS) }
        ServiceContext.withValue(span.context) {
            if let queued = ending.queued { instruments.queueDuration.record(queued.inSeconds) }
            instruments.recordItem(ending.outcome)
            recordConversation()
        }
        let errorType = ending.failure?.errorType
        span.end(
            spanAttributes(
                attempts: attempts.count, queued: ending.queued ?? .zero, ending.outcome, errorType: errorType),
            failure: ending.failure, at: at)
        return ItemResult(
            index: identity.item ?? 0, key: item?.key, round: identity.round, outcome: ending.outcome,
            errorType: errorType, error: ending.failure?.message, attempts: attempts)
    }
}
