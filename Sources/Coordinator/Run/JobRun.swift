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
    let suspended: SuspendedRuns
    private let journal: JournalInstruments?
    let factory: any MetricsFactory
    let interceptors: Interceptors
    let ends: RunEnds
    /// How the repeats ended.
    let repeats: [Latch<RepeatResult>]
    /// What happened to the job before; `nil` for a new one.
    let history: JobHistory?
    /// How it goes on, where it does.
    let resumption: ResumptionOptions
    /// Learns when nothing is left but waiting; `nil` where nobody asks.
    let quiet: JobQuiet?
    private let quorum: QuorumCount

    init(
        plan: JobPlan, context: JobContext, runtime: CoordinatorRuntime, limits: JobLimits, workflow: String,
        logger: Logger, counts: JobCounts, cancellation: Cancellation, agentInstruments: [AgentInstruments],
        instruments: JobInstruments, tracing: JobTracing, factory: any MetricsFactory, interceptors: Interceptors,
        resumption: ResumptionOptions = ResumptionOptions(), quiet: JobQuiet? = nil
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
        self.interceptors = interceptors
        slots = Slots(limits.concurrency)
        history = context.history
        self.resumption = resumption
        self.quiet = quiet
        ends = RunEnds(of: plan)
        repeats = plan.repeats.map { _ in Latch() }
        quorum = QuorumCount(limits.quorumDeadline == nil ? limits.quorum : nil)
        suspended = SuspendedRuns { [waiting = runtime.waitingRuns] run in
            waiting.begin(run.kind, workflow: workflow, since: run.since, factory: factory)
        } ended: { [waiting = runtime.waitingRuns] in
            waiting.end($0)
        }
        journal = context.connection == nil ? nil : JournalInstruments(factory: factory)
        if journal != nil {
            instruments.prepareResumptions()
            for agent in agentInstruments { agent.prepareRecoveries() }
        }
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
        var submission = submission
        if submission.traceparent == nil {
            submission.traceparent = ServiceContext.current.flatMap(tracing.traceparent)
        }
        do throws(JournalConnection.StartRefusal) {
            try await context.begin(submission, session, at: runtime.timestamp(at: runtime.now))
        } catch {
            switch error {
            case .exists(let reason): throw CoordinatorError(.jobExists, reason)
            case .notKept(let reason):
                throw CoordinatorError(.storeUnavailable, "the job cannot start: \(reason)")
            }
        }
    }

    /// What the job's journal gets of this run.
    var session: JournalConnection.Session {
        JournalConnection.Session(
            timers: runtime.timers, drivers: runtime.drivers, executor: runtime.executor,
            // Not the run itself: a weak reference to an object makes each retain of it a slow one.
            onStop: { [logger, cancellation, jobID = context.id] reason in
                Self.stop(jobID, reason, logger)
                cancellation.cancel(reason)
            },
            onAnswer: { [journal, clock = runtime.clock] took, refusal in
                journal?.answered(after: took, refusal: refusal, at: clock())
            })
    }

    /// Says that the job cannot go on: whatever happens from here on is not kept.
    private static func stop(_ jobID: String, _ reason: Interruption, _ logger: Logger) {
        logger.log(
            level: reason.isGivenUp ? .notice : .error, "\(EventName.jobStopped)",
            metadata: [
                AttributeKey.jobID: "\(jobID)", AttributeKey.errorType: "\(reason.failure.errorType)",
                AttributeKey.exceptionMessage: "\(reason.failure.message)",
            ])
    }

    func execute() async -> JobResult {
        let started = runtime.now - (history?.ownedTime.total ?? .zero)
        // A job that an agent runs takes no longer than the agent's attempt.
        let enclosing = AttemptContext.current?.remaining.map {
            Limit(due: runtime.now + $0, interruption: .enclosingTimeout($0))
        }
        let own = limits.timeout.map { Limit(due: started + $0, interruption: .jobTimeout($0)) }
        let timeFrame = TimeFrame(started: started, deadline: .earlier(own, enclosing))
        let at = runtime.timestamp(at: history == nil ? started : runtime.now)
        let span = startSpan(at: at)
        counts.jobStarted(at: started)
        instruments.jobStarted(concurrency: limits.concurrency)
        quiet?.begin(plan, ends: ends)
        if history?.hasStarted != true { postStart(span, at: at) }
        if let history { await goOn(history, from: .init(trace: span.reference), at: at) }
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
            for step in plan.steps where step.member == nil {
                group.addTask {
                    self.agentFinished(step, await self.run(step, timeFrame, span: span))
                }
            }
            for index in plan.repeats.indices {
                group.addTask {
                    await RepeatRun(self, index: index, timeFrame: timeFrame, jobSpan: span).execute()
                }
            }
        }
        return ends.all
    }

    nonisolated(nonsending) private func run(
        _ step: JobPlan.Step, _ timeFrame: TimeFrame, span: StartedSpan
    ) async -> AgentRunOutcome {
        let unmet = step.needs.isEmpty ? nil : await ends.unmetNeed(of: step)
        let replaces = step.primaries.isEmpty ? .nobody : await ends.replacement(by: step)
        if history != nil, let kept = keptEnd(of: step, replaces: replaces) { return kept }
        return await AgentRun(self, step: step, timeFrame: timeFrame, jobSpan: span)
            .execute(unmet: unmet, replaces: replaces)
    }

    /// The agent's run in the job has ended, over all rounds if it is one of a repeat.
    func agentFinished(_ step: JobPlan.Step, _ run: AgentRunOutcome) {
        ends[step.index].set(run)
        quiet?.check()
        if run.result.outcome == .succeeded, quorum.succeeded() {
            cancellation.cancel(.cancelled("enough agents have succeeded"))
        } else {
            failFast(step, run)
        }
    }

    /// Cancels the job if it fails fast and the agent's failure is one.
    func failFast(_ step: JobPlan.Step, _ run: AgentRunOutcome) {
        let outcome = run.result.outcome
        guard limits.failFast, step.task.required, run.isFailure, outcome != .cancelled,
            !(run.callsForFallback && step.fallback != nil)
        else { return }
        cancellation.cancel(
            .cancelled("agent '\(step.task.name)' ended as \(outcome.rawValue) and the job fails fast"))
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
        let repeats = plan.repeats.map { repeated in
            JobEvent.RegisteredRepeat(
                name: repeated.definition.name, agents: repeated.members.map { plan.steps[$0].task.name },
                atMost: repeated.definition.atMost)
        }
        context.postStart(
            workflow: workflow, agents: agents, repeats: repeats, from: .init(trace: span.reference), at: at)
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
        if status.hasEnded {
            ServiceContext.withValue(span.context) {
                instruments.jobEnded(
                    status, errorType: failure?.errorType, seconds: milliseconds / 1000,
                    concurrency: limits.concurrency)
            }
        } else {
            instruments.jobLeft(concurrency: limits.concurrency)
        }
        span.end(attributes(status, agents: results.count, failure), failure: status == .failed ? failure : nil, at: at)
        context.finish()
        var result = JobResult(
            jobID: context.id, workflow: workflow, status: status, errorType: failure?.errorType,
            error: failure?.message, traceID: span.reference?.traceID,
            startedAt: history?.startedAt ?? runtime.timestamp(at: started),
            durationMS: milliseconds, agents: results.map(\.result), metrics: counts.metrics,
            artifacts: context.writtenArtifacts, repeats: repeats.compactMap(\.current),
            resumptions: resumptions)
        let blackboard = context.snapshot
        result.blackboard.value = { blackboard.value(at: $0) }
        return result
    }

    private func attributes(_ status: JobStatus, agents: Int, _ failure: Failure?) -> SpanAttributeValues {
        var attributes: SpanAttributeValues = [:]
        attributes[AttributeKey.operationName] = .string(SpanName.workflow)
        attributes[AttributeKey.agentName] = .string(workflow)
        attributes[AttributeKey.workflowName] = .string(workflow)
        attributes[AttributeKey.formerWorkflowName] = .string(workflow)
        attributes[AttributeKey.openInferenceSpanKind] = .string(OpenInferenceKind.chain)
        attributes[AttributeKey.jobID] = .string(context.id)
        attributes[AttributeKey.jobStatus] = .string(status.rawValue)
        if resumptions > 0 { attributes[AttributeKey.jobResumption] = .int64(Int64(resumptions)) }
        attributes[AttributeKey.agentCount] = .int64(Int64(agents))
        attributes[AttributeKey.errorType] = (failure?.errorType).map { .string($0) }
        return attributes
    }
}
