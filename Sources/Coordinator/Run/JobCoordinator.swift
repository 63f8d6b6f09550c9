import Logging
import Metrics
import Support
import Tracing

/// Runs the agents of one job in parallel over its blackboard.
///
/// One failure never cancels or loses a sibling: every registered agent ends with an outcome of its own, and results
/// so far are kept whatever happens.
///
/// ```swift
/// let coordinator = JobCoordinator(JobContext(id: "job-123", task: JobTask(requirements: ["feature_x"])))
/// try coordinator.register(AgentTask("collector", writes: words) { view, attempt in view.task.description.count })
/// let result = try await coordinator.executeParallel()
/// ```
public final class JobCoordinator: Sendable {
    /// The job's blackboard.
    public let context: JobContext
    /// The low-cardinality name the job goes by on metrics and spans.
    public let workflow: String
    let runtime: CoordinatorRuntime
    private let limits: JobLimits
    private let submission: JobSubmission
    private let interceptors: Interceptors
    private let logger: Logger
    private let backend: MetricsBackend
    let cancellation = Cancellation()
    let state = Locked(State())

    struct State {
        var tasks: [AgentTask] = []
        var names: Set<String> = []
        var writers = WriterIndex()
        var needs = NeedsGraph()
        var instruments: [AgentInstruments] = []
        var counts: JobCounts?
        var suspended: SuspendedRuns?
        /// The run of a job that was submitted, until it is executed.
        var submitted: JobRun?
        /// The run, from when its journal keeps that it was submitted or has been taken over.
        var run: JobRun?
        var resumption = ResumptionOptions()
        var whenWaiting = WaitingPolicy.stay
        /// Why the job is to be given up, until its journal can be told so.
        var givenUp: JobEvent.JobInterrupted?
        /// Why the job cannot start, found where nothing could be thrown.
        var refusals: [CoordinatorError] = []
    }

    /// Prepares a job.
    ///
    /// - Parameters:
    ///   - context: the blackboard.
    ///   - runtime: what jobs share; `nil` makes a private one.
    ///   - workflow: a low-cardinality name for metrics and spans.
    ///   - limits: what bounds the job.
    ///   - submission: what the job was made of, for its event `job_submitted`.
    ///   - interceptors: stand around each call of an agent, within those of the runtime; the first outermost.
    ///   - logger: where agents log; labelled `coordinator` by default.
    public init(
        _ context: JobContext, runtime: CoordinatorRuntime? = nil, workflow: String = "job",
        limits: JobLimits = JobLimits(), submission: JobSubmission = JobSubmission(),
        interceptors: [any AttemptInterceptor] = [], logger: Logger? = nil
    ) {
        self.context = context
        self.workflow = workflow
        self.runtime = runtime ?? CoordinatorRuntime(.init(retryBudget: nil))
        context.stampEvents(by: self.runtime.clock)
        self.limits = limits
        self.submission = submission
        self.interceptors = Interceptors(self.runtime.configuration.interceptors + interceptors)
        self.logger = logger ?? Logger(label: "coordinator")
        backend = MetricsBackend(MetricsSystem.factory)
    }

    /// Adds an agent to the job.
    ///
    /// - Throws: ``CoordinatorError``: the name is taken, the job ran already, or another registered agent may write
    ///   the same field although its merge rule allows one writer, or lets the last writer win and `needs` does not
    ///   order the two, or the agents write too many patterns to tell. Where that depends on agents that are not
    ///   registered yet, or on many, ``executeParallel()`` throws it.
    public func register(_ task: AgentTask) throws(CoordinatorError) {
        let table = context.table
        try edit { state throws(CoordinatorError) in
            guard state.counts == nil else { throw Self.alreadyExecuted }
            guard !state.names.contains(task.name) else {
                throw CoordinatorError(
                    .duplicateAgent, "an agent named '\(task.name)' is registered already; names are unique in a job")
            }
            if let resource = task.resource, runtime.resource(resource) == nil {
                throw CoordinatorError(
                    .unknownResource,
                    "agent '\(task.name)' uses resource '\(resource)', which the runtime does not have"
                        + Suggestion.ending(for: resource, among: runtime.resourceNames, known: "it has"),
                    agents: [task.name])
            }
            if let fault = PlanCheck.fault(of: task, in: table) { throw fault }
            state.needs.add(task)
            for rival in state.writers.rivals(of: task.role, in: table) {
                let other = state.tasks[rival.agent]
                guard task.fallback != other.name, other.fallback != task.name else { continue }
                // The result of `replace` with two writers depends on their order, which agents registered later may
                // decide.
                if rival.claim.rule == .singleWriter || state.needs.order(task, other) == .unordered {
                    state.needs.remove(task)
                    throw PlanCheck.conflict(
                        of: (other, state.writers.pattern(of: rival.agent, claiming: rival.other)),
                        and: (task, rival.pattern), rule: rival.claim.rule)
                }
            }
            state.writers.add(task.role, index: state.tasks.count, in: table)
            if state.writers.isOverwhelmed {
                state.needs.remove(task)
                throw PlanCheck.tooMuchToCompare(by: task)
            }
            state.names.insert(task.name)
            state.tasks.append(task)
            let instruments = runtime.instruments.instruments(of: task.name, backend: backend)
            if task.forEach != nil { instruments.prepareItems() }
            state.instruments.append(instruments)
        }
    }

    /// Adds a repeat, whose agents may be registered before it or after it.
    ///
    /// Registered before its agents it counts in the checks of ``register(_:)-(AgentTask)``; those that depend on it
    /// are made again by ``executeParallel()``.
    ///
    /// ```swift
    /// try coordinator.register(
    ///     Repeat("fix", agents: ["drafter", "validator"], until: .equals("artifacts.validation.passed", true)))
    /// ```
    ///
    /// - Throws: ``CoordinatorError``: the name is taken, it has no agent, one of its agents is in another repeat, or the
    ///   job ran already. That an agent is not registered ``executeParallel()`` throws.
    public func register(_ definition: Repeat) throws(CoordinatorError) {
        if let error = PlanCheck.literalFault(of: definition.until) {
            let place = "repeat '\(definition.name)': the condition that ends it"
            throw PlanCheck.unreadable(error, place, repeats: [definition.name])
        }
        try edit { state throws(CoordinatorError) in
            guard state.counts == nil else { throw Self.alreadyExecuted }
            try state.needs.add(definition)
        }
    }

    /// Hands the job to its journal, and returns once that keeps it: from then on the job is known, and can be
    /// acknowledged. ``executeParallel()`` does it first unless it was done.
    ///
    /// - Throws: ``CoordinatorError`` as ``executeParallel()`` does.
    public func submit() async throws {
        let run = try await handedOver()
        state.withLock { $0.submitted = run }
    }

    /// Runs every registered agent and waits until each has an outcome.
    ///
    /// Cancelling the calling task cancels the job; the result then holds what was done so far.
    ///
    /// - Returns: the result; failures of agents are in it, not thrown.
    /// - Throws: ``CoordinatorError`` when the job cannot start: no agent, an unknown need or member of a repeat, a cycle,
    ///   writers whose order is not defined, a job that ran already, or a journal that does not take it. After any but a
    ///   job that ran already it may be tried again.
    public func executeParallel() async throws -> JobResult {
        let run: JobRun
        if let submitted = state.withLock({ $0.submitted.take() }) {
            run = submitted
        } else {
            run = try await handedOver()
        }
        // Watched until the caller has the result, since the caller most likely waits on the pool that is watched.
        runtime.poolWatch.jobStarted()
        defer { runtime.poolWatch.jobEnded() }
        return await withTaskCancellationHandler {
            await withTaskExecutorPreference(runtime.drivers) { await run.execute() }
        } onCancel: {
            run.cancellation.cancel(.cancelled("the job was cancelled"))
        }
    }

    /// Cancels the job: running attempts are cancelled, waiting agents do not start, results so far are kept.
    ///
    /// A job that has not started yet will end as cancelled without calling any agent.
    public func cancel(reason: String = "the job was cancelled") { cancellation.cancel(.cancelled(reason)) }

    /// The runs that wait for somebody, by their agents' names; see ``Suspension``.
    public var suspendedRuns: [SuspendedRun] { waits?.all ?? [] }

    /// The table of the runs that wait; `nil` before the job was handed over.
    var waits: SuspendedRuns? { state.withLock { $0.suspended } }

    /// Answers a run that waits for somebody: its attempt goes on, with this answer.
    ///
    /// Returns once the answer is kept. Of several answers the first counts. That to an approval is checked, as by
    /// ``answer(agent:round:item:_:by:)``.
    ///
    /// - Parameters:
    ///   - run: the run, as ``suspendedRuns`` has it.
    ///   - value: the answer, at most ``Suspension/largestValue`` bytes of JSON; of an approval, an ``ApprovalAnswer``.
    ///   - by: who answers; `nil` when it is not known.
    /// - Throws: ``CoordinatorError`` when the run waits for nobody, the answer is too large, or the job's journal does
    ///   not keep it; ``ApprovalRefusal`` when it answers no approval.
    public func resume(_ run: RunIdentity, with value: JSONValue, by: String? = nil) async throws {
        if let fault = Suspension.fault(value, "the answer") { throw CoordinatorError(.unusableAnswer, fault) }
        let by = by.map(Self.bounded)
        let (waiting, value) = try take(run, answeredWith: value, by: by)
        try await wake(waiting, .answered(value), with: .signalReceived(.init(value: value, by: by)))
    }

    /// The job's figures so far.
    public func metrics() -> JobMetrics {
        state.withLock { state in
            if let counts = state.counts { return counts.metrics }
            return JobCounts(agents: state.tasks.map(\.name), now: { .zero }).metrics
        }
    }

    /// Waits until no code of an ended attempt runs any more, or until the limit has passed.
    ///
    /// ``executeParallel()`` does not wait for such code. A short wait is worthwhile before a process ends: the code
    /// may be about to end what it has started, such as child processes.
    ///
    /// - Parameter limit: the longest wait, on the runtime's clock.
    /// - Returns: whether all of it has ended; false too when the calling task is cancelled before.
    @discardableResult
    public func waitForAbandonedCode(atMost limit: Duration) async -> Bool {
        guard let counts = state.withLock({ $0.counts }) else { return true }
        let done = OneShot<Bool>()
        counts.whenNoCodeRuns(done)
        let timer = runtime.timers.schedule(at: runtime.now + limit) { done.set(false) }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await done.value
        } onCancel: {
            done.set(false)
        }
    }

    /// The job's events, from the first one on; ends with the job.
    public var events: JobEvents { context.events() }

    /// Checks all that ``executeParallel()`` checks before it starts, for callers that have something to prepare for it.
    ///
    /// - Throws: ``CoordinatorError`` when the job cannot start.
    package func checkPlan() throws {
        try state.withLock { _ = try plan($0) }
    }

    /// Says why the job cannot start, whatever is registered with it.
    func refuse(_ faults: [CoordinatorError]) { state.withLock { $0.refusals += faults } }

    private func edit<Value: Sendable>(
        _ body: (inout State) throws(CoordinatorError) -> Value
    ) throws(CoordinatorError) -> Value {
        let result = state.withLock { state in Result { () throws(CoordinatorError) in try body(&state) } }
        return try result.get()
    }

    private func plan(_ state: State) throws(CoordinatorError) -> JobPlan {
        guard state.counts == nil else { throw Self.alreadyExecuted }
        if let refusal = CoordinatorError(state.refusals) { throw refusal }
        guard !state.tasks.isEmpty else {
            throw CoordinatorError(
                .noAgents, "the job has no agent; register one, or name one in the braces of the Job")
        }
        let fields = context.table.declarations
        if let fault = PlanCheck.literalFault(fields: fields, require: limits.require) { throw fault }
        if let fault = PlanCheck.decisionFault(of: state.tasks) { throw fault }
        let plan = try JobPlan(state.tasks, repeats: state.needs.repeats)
        if let fault = PlanCheck.conflicts(of: state.tasks, plan, state.writers, atMost: 1).first { throw fault }
        if let history = context.history, !state.resumption.acceptsChanges {
            let differences = history.differences(from: plan)
            if !differences.isEmpty {
                throw CoordinatorError(
                    .jobChanged,
                    "the job is not the one that its journal keeps: \(differences.joined(separator: "; ")); "
                        + "make it the same, or accept the changes")
            }
        }
        return plan
    }

    /// The run, once the job's journal keeps that it was submitted.
    private func handedOver() async throws -> JobRun {
        let run: JobRun
        do {
            run = try prepare()
        } catch {
            // Readers of a job that does not start wait for nothing.
            if error.code != .alreadyExecuted { context.finish() }
            throw error
        }
        do {
            if let history = context.history {
                try await run.takeOver(history, force: run.resumption.force)
            } else {
                try await run.submit(submission)
            }
        } catch {
            state.withLock { ($0.counts, $0.suspended) = (nil, nil) }
            throw error
        }
        // The run holds the registered agents now.
        state.withLock { state in
            state.run = run
            (state.tasks, state.instruments) = ([], [])
            (state.writers, state.needs) = (WriterIndex(), NeedsGraph())
        }
        await giveUpIfAsked()
        return run
    }

    private func prepare() throws(CoordinatorError) -> JobRun {
        try edit { state throws(CoordinatorError) in
            let plan = try plan(state)
            let runtime = runtime
            let names = state.tasks.map(\.name)
            let counts = JobCounts(
                agents: names, now: { runtime.now }, breakerStates: { runtime.breakerStates(ofAgents: names) })
            state.counts = counts
            let run = JobRun(
                plan: plan, context: context, runtime: runtime, limits: limits, workflow: workflow, logger: logger,
                counts: counts, cancellation: cancellation, agentInstruments: state.instruments,
                instruments: JobInstruments(workflow: workflow, factory: backend.factory),
                tracing: JobTracing(tracer: InstrumentationSystem.tracer), factory: backend.factory,
                interceptors: interceptors, resumption: state.resumption,
                quiet: state.whenWaiting == .leave && context.connection != nil
                    ? JobQuiet { [weak self] in self?.leave() } : nil)
            state.suspended = run.suspended
            return run
        }
    }

    private static var alreadyExecuted: CoordinatorError {
        CoordinatorError(.alreadyExecuted, "this job ran already; make a JobCoordinator for each job")
    }
}
