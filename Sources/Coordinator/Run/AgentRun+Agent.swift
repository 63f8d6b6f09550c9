import TelemetryCatalog
import Tracing

// The run of an agent as a whole.

extension AgentRun {
    /// What the work of a run came to.
    private struct Work {
        var attempts: [AttemptRecord] = []
        var items: [ItemResult] = []
        var failure: Failure?
        /// Whether a condition, not a failure, kept it from running.
        var isNeutral = false
        /// How the run ended, if that is kept already.
        var ending: RunEnding?
        /// How long its items waited for slots and the rate.
        var itemsQueued: Duration?
    }

    /// - Parameters:
    ///   - unmet: the outcome of a need that did not succeed, if there is one.
    ///   - replaces: the agent that this one runs for as a fallback.
    nonisolated(nonsending) func execute(
        unmet: AgentRunOutcome?, replaces: RunEnds.Replacement
    ) async -> AgentRunOutcome {
        var work = Work()
        if past != nil {
            work = await goOn()
        } else if let interruption = job.cancellation.interruption {
            work.failure = interruption.failure
        } else if case .notNeeded = replaces {
            work.isNeutral = true
        } else if let unmet {
            work.failure = dependencyFailure(unmet)
            work.isNeutral = work.failure == nil
        } else if let condition = step.task.condition, !condition.holds(in: job.context.snapshot) {
            work.isNeutral = true
        } else if let each = step.task.forEach {
            work = await runItems(each)
        } else {
            let attempts = await runInSlots()
            (work.attempts, work.failure, work.ending) = (attempts.records, attempts.failure, attempts.ending)
        }
        if let ending = work.ending { return record(ending, work, fallbackOf: replaces.name) }
        let outcome = work.failure?.outcome ?? (work.isNeutral ? .skipped : .succeeded)
        let ending = ending(outcome, work.failure, at: job.runtime.now)
        // That it could not be kept changes nothing about it: the job has stopped, and will be resumed without it.
        _ = await job.context.keep(lastEvent(ending), from: origin, at: job.runtime.timestamp(at: ending.ended))
        return record(ending, work, fallbackOf: replaces.name)
    }

    /// The work of a run that another process began: whether it is to be done was decided there.
    nonisolated(nonsending) private func goOn() async -> Work {
        if let each = step.task.forEach { return await runItems(each) }
        let attempts = await runInSlots()
        return Work(attempts: attempts.records, failure: attempts.failure, ending: attempts.ending)
    }

    nonisolated(nonsending) private func runItems(_ each: ForEach) async -> Work {
        do {
            let end = await (try ItemRuns(self, each)).execute(each)
            return Work(items: end.results, failure: end.failure, itemsQueued: end.queued)
        } catch {
            return Work(failure: error as? Failure ?? job.runtime.classify(error))
        }
    }

    /// The failure of an agent whose need did not succeed; `nil` when a condition kept that need from running.
    private func dependencyFailure(_ unmet: AgentRunOutcome) -> Failure? {
        if unmet.isNeutral { return nil }
        return Failure(
            failureClass: .permanent, errorType: ErrorType.dependencyFailed,
            message: "it needs '\(unmet.result.name)', which ended as \(unmet.result.outcome.rawValue)",
            outcome: .skipped)
    }

    /// The only function that records a run's end: span, metrics, result.
    @inline(never)  // Keeps what it needs out of the frames of tasks.
    private func record(_ ending: RunEnding, _ work: Work, fallbackOf: String?) -> AgentRunOutcome {
        let (outcome, failure) = (ending.outcome, ending.failure)
        let event = ending.event
        let failed = outcome != .succeeded && outcome != .skipped
        let result = AgentResult(
            name: step.task.name, role: step.task.role.name, required: step.task.required, outcome: outcome,
            errorType: event.errorType, error: event.error, fallbackOf: fallbackOf, startedAt: startedAt,
            durationMS: event.durationMS, queueMS: work.itemsQueued?.inMilliseconds ?? event.queueMS,
            spanID: span.reference?.spanID, attempts: work.attempts, items: work.items)
        if ending.queued != nil { job.counts.queued(step.index, milliseconds: result.queueMS) }
        ServiceContext.withValue(span.context) {
            if let queued = ending.queued { instruments.queueDuration.record(queued.inSeconds) }
            // An agent of a repeat is counted once, when its last round has ended.
            if identity.round == nil { instruments.recordRun(result) }
            recordConversation()
        }
        span.end(
            attributes(result, queued: ending.queued ?? .zero), failure: failed ? failure : nil,
            at: job.runtime.timestamp(at: ending.ended))
        return AgentRunOutcome(
            result: result, isNeutral: work.isNeutral, callsForFallback: failure?.callsForFallback ?? false)
    }

    /// Records how many answers and calls of tools the run's conversation had; most runs have none.
    func recordConversation() {
        let steps = conversation.load()?.steps ?? past?.history.steps ?? []
        guard !steps.isEmpty else { return }
        instruments.recordConversation(
            turns: steps.count { if case .turn(let turn) = $0 { turn.number > 0 } else { false } },
            calls: steps.count { if case .toolFinished = $0 { true } else { false } })
    }

    /// Counts the runs of an agent of a repeat as one.
    func recordRounds(_ result: AgentResult) {
        ServiceContext.withValue(span.context) { instruments.recordRun(result) }
    }

    private func attributes(_ result: AgentResult, queued: Duration) -> SpanAttributeValues {
        let attempts = result.items.reduce(result.attempts.count) { $0 + $1.attempts.count }
        return spanAttributes(attempts: attempts, queued: queued, result.outcome, errorType: result.errorType)
    }

    /// The attributes of the run's span.
    func spanAttributes(
        attempts: Int, queued: Duration, _ outcome: AgentOutcome, errorType: String?
    ) -> SpanAttributeValues {
        var attributes = Self.spanLayout.attributes(
            .string(SpanName.agent), .string(step.task.name), .string(OpenInferenceKind.agent),
            .string(step.task.role.name), .int64(Int64(attempts)),
            .double(queued.inSeconds), .string(outcome.rawValue))
        if let errorType { attributes[AttributeKey.errorType] = .string(errorType) }
        if let round = identity.round { attributes[AttributeKey.round] = .int64(Int64(round)) }
        if let item = identity.item { attributes[AttributeKey.itemIndex] = .int64(Int64(item)) }
        return attributes
    }

    private static let spanLayout = SpanLayout(
        AttributeKey.operationName, AttributeKey.agentName, AttributeKey.openInferenceSpanKind, AttributeKey.agentRole,
        AttributeKey.attemptCount,
        AttributeKey.queueDuration, AttributeKey.outcome)
}
