import Logging

/// A job: its task and the agents that work on it in parallel, over one blackboard.
///
/// ```swift
/// let words = ContextKey<Int>("artifacts.words")
/// let job = Job("job-123", task: JobTask(requirements: ["feature_x"])) {
///     AgentTask("collector", writes: words, timeout: .seconds(30), maxRetries: 2) { view, attempt in
///         view.task.description.count
///     }
/// }
/// let result = try await job.run()
/// print(result.status, try result.value(for: words))
/// ```
///
/// A key that an agent names declares its field, so that nothing is declared twice. What is wrong with agents and keys is
/// thrown by ``run()``, all at once; once each is right, what is wrong between them. Below a job is a ``JobCoordinator``, for those that add agents one by one.
public final class Job: Sendable {
    /// What runs the job.
    public let coordinator: JobCoordinator

    /// Describes a job.
    ///
    /// - Parameters:
    ///   - id: names the job in traces, logs and files, unique for its journal; made of the workflow and the time by default,
    ///     such as `review-20260131-090500-3f9c21d7`.
    ///   - task: the job's task; a literal is its description.
    ///   - workflow: a low-cardinality name for metrics and spans.
    ///   - artifacts: inputs by name; a typed input is a key with ``ContextKey/starting(with:)`` in the braces.
    ///   - constraints: the rules that agents must keep to.
    ///   - fields: further fields and their merge rules, such as those of patterns.
    ///   - limits: what bounds the job.
    ///   - runtime: what jobs share; `nil` makes a private one.
    ///   - journal: keeps what happens before it becomes visible; `nil` for memory alone.
    ///   - interceptors: stand around each call of an agent, within those of the runtime; the first outermost.
    ///   - logger: where agents log; labelled `coordinator` by default.
    ///   - content: the agents, repeats and keys.
    public convenience init(
        _ id: String? = nil, task: JobTask = JobTask(), workflow: String = "job", artifacts: JSONObject = [:],
        constraints: [String] = [], fields: [FieldDeclaration] = [], limits: JobLimits = JobLimits(),
        runtime: CoordinatorRuntime? = nil, journal: (any JobJournal)? = nil,
        interceptors: [any AttemptInterceptor] = [], logger: Logger? = nil,
        @JobBuilder _ content: () -> JobBuilder.Parts
    ) {
        let parts = content()
        let keys = parts.allKeys
        var (declared, faults) = PlanCheck.fields(of: keys, beside: fields)
        var root = JobContext.root(task: task, artifacts: artifacts, constraints: constraints)
        faults += PlanCheck.addInitialValues(of: keys, to: &root)
        let context = JobContext(
            id: id ?? JobIdentifier.make(workflow: workflow), root: root, fields: declared, journal: journal)
        self.init(
            JobCoordinator(
                context, runtime: runtime, workflow: workflow, limits: limits, interceptors: interceptors,
                logger: logger),
            parts, faults: faults)
    }

    /// - Parameter faults: what is wrong already.
    init(_ coordinator: JobCoordinator, _ parts: JobBuilder.Parts, faults: [CoordinatorError]) {
        self.coordinator = coordinator
        var faults = faults
        // Repeats first: they order the agents that may write one field.
        for definition in parts.repeats {
            do throws(CoordinatorError) { try coordinator.register(definition) } catch { faults.append(error) }
        }
        for task in parts.tasks {
            do throws(CoordinatorError) { try coordinator.register(task) } catch { faults.append(error) }
        }
        coordinator.refuse(faults)
    }

    /// The job's id.
    public var id: String { context.id }

    /// The job's blackboard.
    public var context: JobContext { coordinator.context }

    /// Runs every agent and waits until each has an outcome.
    ///
    /// Cancelling the calling task cancels the job; the result then holds what was done so far.
    ///
    /// - Returns: the result; failures of agents are in it, not thrown.
    /// - Throws: ``CoordinatorError`` when the job cannot start: whatever is wrong with its agents and keys, a job that ran
    ///   already, or a journal that does not take it.
    public func run() async throws -> JobResult {
        try await coordinator.executeParallel()
    }

    /// The job's events, from the first one on; ends with the job.
    ///
    /// ```swift
    /// async let result = job.run()
    /// for try await event in job.events { print(event.at, event.kind.name, event.agent ?? "") }
    /// print(try await result.status)
    /// ```
    public var events: JobEvents { coordinator.events }

    /// Cancels the job: running attempts are cancelled, waiting agents do not start, results so far are kept.
    ///
    /// A job that has not started yet will end as cancelled without calling any agent.
    public func cancel(reason: String = "the job was cancelled") { coordinator.cancel(reason: reason) }

    /// The job's figures so far.
    public func metrics() -> JobMetrics { coordinator.metrics() }

    /// The runs that wait for somebody, by their agents' names; see ``Suspension``.
    public var suspendedRuns: [SuspendedRun] { coordinator.suspendedRuns }

    /// Answers a run that waits for somebody: its attempt goes on, with this answer.
    ///
    /// ```swift
    /// for waiting in job.suspendedRuns { try await job.resume(waiting.run, with: ["approved": true]) }
    /// ```
    ///
    /// - Parameters:
    ///   - run: the run, as ``suspendedRuns`` has it.
    ///   - value: the answer, at most ``Suspension/largestValue`` bytes of JSON.
    /// - Throws: ``CoordinatorError`` when the run waits for nobody, the answer is too large, or the job's journal does
    ///   not keep it.
    public func resume(_ run: RunIdentity, with value: JSONValue) async throws {
        try await coordinator.resume(run, with: value)
    }
}
