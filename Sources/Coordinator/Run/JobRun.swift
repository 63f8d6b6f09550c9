import Logging
import Metrics
import Support
import TelemetryCatalog
import Tracing

/// One execution of a job: starts every agent's driver, waits for all, records the job's end.
final class JobRun: Sendable {
    let plan: JobPlan
    let context: JobContext
    let runtime: CoordinatorRuntime
    let limits: JobLimits
    let workflow: String
    let logger: Logger
    let counts: JobCounts
    let cancellation: Cancellation
    let agentInstruments: [AgentInstruments]
    let instruments: JobInstruments
    let tracing: JobTracing
    let slots: Slots
    let suspended = SuspendedRuns()
    let factory: any MetricsFactory
    private let finished: [Latch<AgentRunOutcome>]
    private let quorum: QuorumCount

    init(
        plan: JobPlan, context: JobContext, runtime: CoordinatorRuntime, limits: JobLimits, workflow: String,
        logger: Logger, counts: JobCounts, cancellation: Cancellation, agentInstruments: [AgentInstruments],
        instruments: JobInstruments, tracing: JobTracing, factory: any MetricsFactory
    ) {
        self.plan = plan
        self.context = context
        self.runtime = runtime
        self.limits = limits
        self.workflow = workflow
        self.logger = logger
        self.counts = counts
        self.cancellation = cancellation
        self.agentInstruments = agentInstruments
        self.instruments = instruments
        self.tracing = tracing
        self.factory = factory
        slots = Slots(limits.concurrency)
        finished = plan.steps.map { _ in Latch() }
        quorum = QuorumCount(limits.quorumDeadline == nil ? limits.quorum : nil)
        runtime.starvation.bind(factory)
    }

    /// When the job began, and its deadline if it has one.
    struct TimeFrame: Sendable {
        let started: Duration
        let deadline: Limit?
    }

    /// Hands the job to its journal, and waits until it is kept.
    ///
    /// - Throws: ``CoordinatorError``; then nothing has begun.
    func submit(_ submission: JobSubmission) async throws(CoordinatorError) {
        let session = JournalConnection.Session(
            timers: runtime.timers, executor: runtime.drivers,
            onStop: { [id = context.id, logger, cancellation] in Self.stop(id, $0, logger, cancellation) })
        let last: Int
        do throws(Interruption) {
            last = try await context.open(session)
            let at = runtime.timestamp(at: runtime.now)
            var submission = submission
            if submission.traceparent == nil {
                submission.traceparent = ServiceContext.current.flatMap(tracing.traceparent)
            }
            if last == 0, let refusal = await context.keepSubmission(submission, at: at) { throw refusal }
        } catch {
            // Readers of a job that never starts wait for nothing.
            context.finish()
            throw CoordinatorError(.storeUnavailable, "the job cannot start: \(error.failure.message)")
        }
        guard last == 0 else {
            context.finish()
            throw CoordinatorError(
                .jobIsKnown,
                "the journal holds \(last) events of a job with the id '\(context.id)'; give the job another id")
        }
    }

    /// The job cannot go on: whatever happens from here on is not kept.
    ///
    /// It holds no run: a weak reference to one would make each of its many retains a slow one.
    private static func stop(_ id: String, _ reason: Interruption, _ logger: Logger, _ cancellation: Cancellation) {
        logger.error(
            "\(EventName.jobStopped)",
            metadata: [
                AttributeKey.jobID: "\(id)", AttributeKey.errorType: "\(reason.failure.errorType)",
                AttributeKey.exceptionMessage: "\(reason.failure.message)",
            ])
        cancellation.cancel(reason)
    }

    func execute() async -> JobResult {
        let started = runtime.now
        // A job that an agent runs takes no longer than the agent's attempt.
        let enclosing = AttemptContext.current?.remaining.map {
            Limit(due: started + $0, interruption: .enclosingTimeout($0))
        }
        let own = limits.timeout.map { Limit(due: started + $0, interruption: .jobTimeout($0)) }
        let timeFrame = TimeFrame(started: started, deadline: .earlier(own, enclosing))
        let at = runtime.timestamp(at: started)
        let span = tracing.start("\(SpanName.workflow) \(workflow)", context: .current ?? .topLevel, at: at)
        counts.jobStarted(at: started)
        instruments.jobStarted(concurrency: limits.concurrency)
        postStart(span, at: at)
        let deadline = timeFrame.deadline.map { limit in
            runtime.timers.schedule(at: limit.due) { self.cancellation.cancel(limit.interruption) }
        }
        let quorumDeadline = limits.quorum == nil ? nil : limits.quorumDeadline
        let quorum = quorumDeadline.map { limit in
            runtime.timers.schedule(at: started + limit) { self.cancellation.cancel(.quorumDeadline(limit)) }
        }
        let results = await runAgents(timeFrame, span: span)
        deadline?.cancel()
        quorum?.cancel()
        return await finish(results, span: span, started: started)
    }

    private func runAgents(_ timeFrame: TimeFrame, span: StartedSpan) async -> [AgentRunOutcome] {
        await withDiscardingTaskGroup { group in
            for step in plan.steps {
                group.addTask {
                    self.agentFinished(step, await self.run(step, timeFrame, span: span))
                }
            }
        }
        return finished.compactMap(\.current)
    }

    nonisolated(nonsending) private func run(
        _ step: JobPlan.Step, _ timeFrame: TimeFrame, span: StartedSpan
    ) async -> AgentRunOutcome {
        var unmet: AgentRunOutcome?
        for need in step.needs {
            let needed = await outcome(of: need)
            if needed.result.outcome != .succeeded, unmet == nil { unmet = needed }
        }
        let replaces = step.primaries.isEmpty ? .nobody : await agentToReplace(step)
        return await AgentRun(self, step: step, timeFrame: timeFrame, jobSpan: span)
            .execute(unmet: unmet, replaces: replaces)
    }

    /// How an agent's run ended; if the run was rejected and has a fallback, how the fallback's ended.
    nonisolated(nonsending) func outcome(of index: Int) async -> AgentRunOutcome {
        let own = await finished[index].value
        guard own.callsForFallback, let fallback = plan.steps[index].fallback else { return own }
        return await outcome(of: fallback)
    }

    /// The agent that a fallback replaces.
    enum Replacement: Sendable {
        /// The agent is no fallback.
        case nobody
        /// The agent is a fallback that is not needed.
        case notNeeded
        case agent(String)

        var name: String? {
            if case .agent(let name) = self { name } else { nil }
        }
    }

    nonisolated(nonsending) func agentToReplace(_ step: JobPlan.Step) async -> Replacement {
        for primary in step.primaries.map({ plan.steps[$0] })
        where await finished[primary.index].value.callsForFallback {
            return .agent(primary.task.name)
        }
        return .notNeeded
    }

    private func agentFinished(_ step: JobPlan.Step, _ run: AgentRunOutcome) {
        finished[step.index].set(run)
        let name = step.task.name
        let outcome = run.result.outcome
        if outcome == .succeeded, quorum.succeeded() {
            cancellation.cancel(.cancelled("enough agents have succeeded"))
        } else if limits.failFast, step.task.required, run.isFailure, outcome != .cancelled,
            !(run.callsForFallback && step.fallback != nil)
        {
            cancellation.cancel(.cancelled("agent '\(name)' ended as \(outcome.rawValue) and the job fails fast"))
        }
    }

    /// The outcomes that the job's status counts: an agent that its fallback replaced has the fallback's outcome, and
    /// the fallback that of its own fallback if it was rejected too.
    private func withFallbacks(_ results: [AgentRunOutcome]) -> [AgentRunOutcome] {
        results.enumerated().map { index, own in
            var judge = index
            while results[judge].callsForFallback, let next = plan.steps[judge].fallback { judge = next }
            guard judge != index else { return own }
            var result = results[judge].result
            result.required = own.result.required
            return AgentRunOutcome(result: result)
        }
    }

    private func postStart(_ span: StartedSpan, at: Timestamp) {
        let agents = plan.steps.map { step in
            JobEvent.RegisteredAgent(
                name: step.task.name, role: step.task.role.name, needs: step.task.needs, stage: step.stage,
                required: step.task.required)
        }
        context.postStart(workflow: workflow, agents: agents, from: .init(trace: span.reference), at: at)
    }

    nonisolated(nonsending) private func finish(
        _ results: [AgentRunOutcome], span: StartedSpan, started: Duration
    ) async -> JobResult {
        let ended = runtime.now
        let at = runtime.timestamp(at: ended)
        let milliseconds = (ended - started).inMilliseconds
        var ending = JobEnding(
            results, counted: withFallbacks(results), limits: limits, interruption: cancellation.interruption,
            agents: plan.steps.map(\.task), blackboard: context.snapshot)
        counts.jobEnded(at: ended)
        let event = JobEvent.JobFinished(
            status: ending.status, durationMS: milliseconds, errorType: ending.failure?.errorType,
            error: ending.failure?.message)
        if let stop = await context.keep(.jobFinished(event), from: .init(trace: span.reference), at: at) {
            ending = JobEnding(stoppedBy: stop)
        }
        let (status, failure) = (ending.status, ending.failure)
        ServiceContext.withValue(span.context) {
            instruments.jobEnded(
                status, errorType: failure?.errorType, seconds: milliseconds / 1000, concurrency: limits.concurrency)
        }
        span.end(attributes(status, agents: results.count, failure), failure: status == .failed ? failure : nil, at: at)
        context.finish()
        return JobResult(
            jobID: context.id, workflow: workflow, status: status, errorType: failure?.errorType,
            error: failure?.message, traceID: span.reference?.traceID, startedAt: runtime.timestamp(at: started),
            durationMS: milliseconds, agents: results.map(\.result), metrics: counts.metrics,
            artifacts: context.writtenArtifacts)
    }

    private func attributes(_ status: JobStatus, agents: Int, _ failure: Failure?) -> SpanAttributeValues {
        var attributes: SpanAttributeValues = [:]
        attributes[AttributeKey.operationName] = .string(SpanName.workflow)
        attributes[AttributeKey.workflowName] = .string(workflow)
        attributes[AttributeKey.openInferenceSpanKind] = "CHAIN"
        attributes[AttributeKey.jobID] = .string(context.id)
        attributes[AttributeKey.jobStatus] = .string(status.rawValue)
        attributes[AttributeKey.agentCount] = .int64(Int64(agents))
        attributes[AttributeKey.errorType] = (failure?.errorType).map { .string($0) }
        return attributes
    }
}
