import Logging

extension Job {
    /// Goes on with a job that a journal keeps: what has finished is not done again, and agents are found by their names.
    ///
    /// ```swift
    /// let job = try await Job(resuming: "job-123", in: store) {
    ///     AgentTask("collector", writes: words) { view, attempt in view.task.description.count }
    /// }
    /// let result = try await job.run()
    /// ```
    /// What stands on the blackboard is what the journal keeps. A job whose process ended between its submission and its
    /// begin gets its task and its inputs once more, as a new one does.
    ///
    /// - Parameters:
    ///   - id: the job's id.
    ///   - journal: where the job is kept.
    ///   - options: whether agents may be others than before, or a job is taken up that has ended its processes.
    ///   - task: the job's task, where the job has not begun.
    ///   - artifacts: inputs by name, where the job has not begun.
    ///   - constraints: the rules that agents must keep to, where the job has not begun.
    ///   - workflow: a low-cardinality name for metrics and spans; that of the job before by default.
    ///   - fields: further fields and their merge rules, as the job had them.
    ///   - limits: what bounds the job.
    ///   - whenWaiting: what the run does when nothing is left but waiting for somebody.
    ///   - runtime: what jobs share; `nil` makes a private one.
    ///   - interceptors: stand around each call of an agent.
    ///   - logger: where agents log.
    ///   - content: the agents, repeats and keys, as the job had them.
    /// - Throws: ``JournalRefusal`` when the journal does not hold the job or the job has ended, ``ContextError`` when its
    ///   events do not fit together, or the journal's own error. What differs ``run()`` throws.
    public nonisolated(nonsending) convenience init(
        resuming id: String, in journal: any JobJournal, options: ResumptionOptions = ResumptionOptions(),
        task: JobTask = JobTask(), artifacts: JSONObject = [:], constraints: [String] = [], workflow: String? = nil,
        fields: [FieldDeclaration] = [], limits: JobLimits = JobLimits(),
        whenWaiting: WaitingPolicy = .stay, runtime: CoordinatorRuntime? = nil,
        interceptors: [any AttemptInterceptor] = [], logger: Logger? = nil,
        @JobBuilder _ content: () -> JobBuilder.Parts
    ) async throws {
        let history = try await JobHistory.load(id, from: journal)
        let parts = content()
        let keys = parts.allKeys
        var (declared, faults) = PlanCheck.fields(of: keys, beside: fields)
        var root = JobContext.root(task: task, artifacts: artifacts, constraints: constraints)
        if !history.hasStarted { faults += PlanCheck.addInitialValues(of: keys, to: &root) }
        let context = JobContext(resuming: history, root: root, fields: declared, journal: journal)
        let coordinator = JobCoordinator(
            context, runtime: runtime, workflow: workflow ?? history.summary.workflow ?? "job", limits: limits,
            interceptors: interceptors, logger: logger)
        coordinator.resumption = options
        coordinator.whenWaiting = whenWaiting
        self.init(coordinator, parts, faults: faults)
    }
}

extension JobBuilder.Parts {
    /// The keys of the job and of its agents.
    var allKeys: [(key: DeclaredKey, agent: String?)] {
        keys.map { (key: $0, agent: String?.none) }
            + tasks.flatMap { task in task.keys.map { (key: $0, agent: task.name) } }
    }
}
