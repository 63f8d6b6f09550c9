import Coordinator
import CurlClient
import ExternalAgents
import JobFile
import Logging
import Processes
import SourceCode
import StandardAgents
import Support

/// Makes a runnable job from a job file: reads its artifacts from the workspace, makes its agents, registers them.
public struct JobComposer: Sendable {
    /// The retries of an agent whose job file does not mention them: two, with full jitter.
    public static let defaultRetry = RetryPolicy(maxRetries: 2, jitter: 1)

    /// The input that the standard agents read: texts by path.
    static let codeArtifact = "code"

    private let workspace: String
    private let logger: Logger
    private let runtime: CoordinatorRuntime?
    private let models: ModelSource?
    private let environment: [String: String]
    private let client: SharedHTTPClient
    private let runner: ProgramRunner
    private let notifiers = RunningNotifiers()
    private let decorate: @Sendable (AgentSpecification, any Agent) -> any Agent

    /// Makes a composer.
    ///
    /// - Parameters:
    ///   - workspace: the folder of the git working tree that the agents work on; never written.
    ///   - logger: the logger of agents.
    ///   - runtime: the runtime that the jobs share; with `nil` each gets its own.
    ///   - models: the models that agents ask; with `nil` agents work by their rules.
    ///   - environment: the variables from which programs get those they are allowed; see ``ProgramEnvironment``.
    ///   - client: the HTTP client for agents that are services.
    public init(
        workspace: String, logger: Logger, runtime: CoordinatorRuntime? = nil, models: ModelSource? = nil,
        environment: [String: String] = [:], client: SharedHTTPClient = SharedHTTPClient()
    ) {
        self.init(
            workspace: workspace, logger: logger, runtime: runtime, models: models, environment: environment,
            client: client, runner: ProgramRunner())
    }

    /// - Parameters:
    ///   - runner: starts all programs of the jobs.
    ///   - decorate: wraps an agent, for example with faults.
    package init(
        workspace: String, logger: Logger, runtime: CoordinatorRuntime?, models: ModelSource? = nil,
        environment: [String: String] = [:], client: SharedHTTPClient = SharedHTTPClient(), runner: ProgramRunner,
        decorate: @escaping @Sendable (AgentSpecification, any Agent) -> any Agent = { _, agent in agent }
    ) {
        self.workspace = workspace
        self.logger = logger
        self.runtime = runtime
        self.models = models
        self.environment = environment
        self.client = client
        self.runner = runner
        self.decorate = decorate
    }

    /// A job that is ready to run, with notes on how it was made.
    public struct ComposedJob: Sendable {
        /// The job.
        public let coordinator: JobCoordinator
        /// Lines for people: the files that were read, and the skipped ones with the reason.
        public let notes: [String]
    }

    /// Makes the job.
    ///
    /// - Parameters:
    ///   - spec: the job as its file describes it.
    ///   - jobID: the job's id.
    ///   - journal: keeps the job; `nil` for memory alone.
    ///   - store: the journal's file, which is no part of the workspace that it may lie in; `nil` for none.
    ///   - resumption: what the journal keeps of the job, to go on with it; `nil` for a new one.
    /// - Throws: ``JobCompositionError`` when the job goes on and is made of other things than before, the workspace cannot be used or an agent cannot be made;
    ///   `CoordinatorError` when agents do not fit together, or resources not those that the jobs share.
    public func compose(
        _ spec: JobSpecification, jobID: String, journal: (any JobJournal)? = nil, store: String? = nil,
        resuming resumption: JobResumption? = nil
    ) async throws -> ComposedJob {
        async let workingTree = WorkspaceState.found(in: workspace, without: store, by: runner)
        let artifacts = try await ArtifactLoader(workspace: workspace, runner: runner).load(spec.artifacts)
        // A private runtime serves one job, whose own limits bound its retries: no retry budget is needed.
        let runtime = runtime ?? CoordinatorRuntime(.init(retryBudget: nil))
        let factory = AgentFactory(
            workspace: workspace, code: artifacts.scans[Self.codeArtifact],
            catalog: SymbolCatalog(extractor: SymbolExtractor(runner: runner)), models: models,
            environment: environment, client: client, servers: spec.tools, registry: runtime.agents, runner: runner)
        let context = Self.context(spec, artifacts.values, jobID: jobID, journal, resumption?.history)
        try runtime.declare(spec.resources)
        let known = KnownAgents(runtime.agents)
        let agents = spec.agents.map { agent in
            var agent = agent
            agent.uses = known.resolved(agent.uses)
            return agent
        }
        let tasks = try agents.map { try task($0, from: factory) }
        // The files of programs are read for a job that may be taken up again, and for no other.
        let programs = journal.map { _ in ProgramDigests(workspace: workspace, store: store) }
        let definitions = try JobDefinitions(
            agents, tasks, servers: spec.tools, in: runtime.agents, programs: programs
        ) {
            try factory.model($0)?.model.identity
        }
        let submission = JobSubmission(
            specification: spec.document, definitions: definitions.all, workspace: await workingTree)
        let coordinator = JobCoordinator(
            context, runtime: runtime, workflow: spec.workflow, limits: spec.limits,
            submission: submission, logger: logger)
        if let resumption { coordinator.resumption = try resumption.options(for: submission) }
        // Before the agents, whose order among each other depends on them.
        for rounds in spec.repeats { try coordinator.register(rounds) }
        for task in tasks { try coordinator.register(task) }
        try coordinator.checkPlan()
        let notifier = try notifier(of: spec)
        // Also logged: a server, and a run without progress, shows no notes.
        let warnings = try unpricedModels(agents, factory, spec)
        for warning in warnings { logger.warning("\(warning)") }
        let notes = artifacts.notes + (try modelNotes(agents, factory)) + warnings
        if let notifier {
            notifiers.add(notifier)
            // Of what another process has seen it has told, but for what goes on: nobody knows whether that notice arrived.
            let known = resumption?.history.summary.lastSequence ?? 0
            notifier.start(
                coordinator.context.events(from: known + 1), earlier: resumption?.history.openWaits ?? [],
                workflow: spec.workflow)
        }
        return ComposedJob(coordinator: coordinator, notes: notes)
    }

    private static func context(
        _ spec: JobSpecification, _ artifacts: JSONObject, jobID: String, _ journal: (any JobJournal)?,
        _ history: JobHistory?
    ) -> JobContext {
        guard let history, let journal else {
            return JobContext(
                id: jobID, task: spec.task, artifacts: artifacts, constraints: spec.constraints,
                decisions: spec.decisions, fields: spec.fields, journal: journal)
        }
        // Whoever reads the job's events reads those that happened before, too.
        let limit = JobContext.defaultEventLimit + history.summary.lastSequence
        return JobContext(
            resuming: history, fields: spec.fields, journal: journal, task: spec.task, artifacts: artifacts,
            constraints: spec.constraints, decisions: spec.decisions, eventLimit: limit)
    }

    /// Waits until the people that jobs notify have been told of what has happened so far, or until the limit has passed;
    /// what is under way then is given up, and logged. To be called once, before the process ends.
    ///
    /// - Parameter limit: the longest wait; by default ten seconds.
    /// - Returns: sentences about notices that were given up.
    package func finishNotices(atMost limit: Duration = JobNotifier.finishLimit) async -> [String] {
        await notifiers.finish(atMost: limit).map { lost in
            "\(Counted.text(lost.count, "notice")) did not arrive; the last one: \(lost.last)"
        }
    }

    private func notifier(of spec: JobSpecification) throws -> JobNotifier? {
        guard !spec.notify.isEmpty else { return nil }
        do {
            return try JobNotifier(
                spec.notify, folder: workspace, environment: environment, client: client, runner: runner,
                logger: logger)
        } catch {
            throw JobCompositionError(.unavailableReceiver, "notify: \(error)")
        }
    }

    /// Lines for people: which agents ask which model, and which work by their rules.
    private func modelNotes(_ agents: [AgentSpecification], _ factory: AgentFactory) throws -> [String] {
        var agentsByModel: [String: [String]] = [:]
        var byRules: [String] = []
        for agent in agents {
            switch agent.uses {
            case .standard, .model: break
            case .command, .http, .approval, .manifest, .capability: continue
            }
            guard let model = try factory.model(agent)?.model.identity else {
                byRules.append(agent.name)
                continue
            }
            agentsByModel["\(model.provider) \(model.model) at \(model.serverAddress):\(model.serverPort)", default: []]
                .append(
                    agent.name)
        }
        let notes = agentsByModel.sorted { $0.key < $1.key }.map {
            "model: \($0.key), for \($0.value.joined(separator: ", "))"
        }
        guard !byRules.isEmpty else { return notes }
        let remedy = agentsByModel.isEmpty ? "; --model names one" : ""
        return notes + ["model: none for \(byRules.joined(separator: ", ")), which work by their rules\(remedy)"]
    }

    /// Sentences about models that nobody has stated a price of, each said once for as long as the models are kept. They are
    /// asked all the same: a model of one's own costs nothing.
    private func unpricedModels(
        _ agents: [AgentSpecification], _ factory: AgentFactory, _ spec: JobSpecification
    ) throws -> [String] {
        let asked = try agents.filter(Self.asksModels).compactMap { try factory.model($0) }
        let unpriced = Set(asked.filter { $0.price == nil }.map(\.model.identity))
        return unpriced.sorted { $0.model < $1.model }.compactMap { identity in
            let limit = spec.limits.budget.costUSD
            // What runs on one's own machine costs nothing, which only matters where money is counted.
            guard limit != nil || !identity.isOnThisMachine,
                models?.isUnsaid(of: identity.model, hasBudget: limit != nil) ?? true
            else { return nil }
            let remedy = """
                state its price in a file that COORDINATOR_MODEL_PRICES names, 0 for a model that costs nothing
                """
            guard let limit else {
                return "model: \(identity.model) has no price, so what its calls cost is not counted; \(remedy)"
            }
            return """
                model: \(identity.model) has no price, so the job's budget of \(limit) USD does not bound its calls; \(remedy), or \
                set a budget of tokens
                """
        }
    }

    private func task(_ spec: AgentSpecification, from factory: AgentFactory) throws -> AgentTask {
        let (agent, defaults) = try factory.agent(spec)
        return AgentTask(
            spec.name, role: spec.role ?? defaults.role ?? Role.leastPrivilege(agent: spec.name),
            timeouts: spec.timeouts ?? defaults.timeouts ?? TimeoutPolicy(),
            retry: spec.retry ?? defaults.retry ?? Self.defaultRetry, needs: spec.needs, when: spec.condition,
            forEach: spec.forEach,
            required: spec.required, idempotent: spec.idempotent ?? defaults.idempotent ?? true,
            resource: spec.resource, breaker: spec.breaker ?? defaults.breaker ?? BreakerPolicy(),
            fallback: spec.fallback, reservation: try reservation(spec, factory), agent: decorate(spec, agent)
        ).configured { $0.maxRecoveries = spec.maxRecoveries ?? AgentTask.defaultMaxRecoveries }
    }
}

extension JobComposer {
    /// Whether an agent that may ask a model does. The collector packs files for a model's context, but asks none.
    private static func asksModels(_ spec: AgentSpecification) -> Bool { spec.uses != .standard(Role.collector.name) }

    /// What an attempt reserves as it starts. Of tokens, the most it may use: the model's whole context, once and for each
    /// repair of its answer; an agent made of a model, whose turns nobody can count before, the least that its first call
    /// reserves. Of money, the least that its first call reserves: each call reserves what its own prompt may
    /// cost, and a whole context would cost many times that.
    private func reservation(_ spec: AgentSpecification, _ factory: AgentFactory) throws -> Contribution.Usage {
        guard Self.asksModels(spec), let model = try factory.model(spec) else { return Contribution.Usage() }
        if case .model = spec.uses { return model.leastReservation }
        let calls = 1 + AgentModel.repairs
        return Contribution.Usage(
            inputTokens: calls * (model.contextTokens - model.answerTokens), outputTokens: calls * model.answerTokens,
            costUSD: model.leastReservation.costUSD)
    }
}

/// Why a job could not be made.
public struct JobCompositionError: Error, Sendable, CustomStringConvertible {
    /// The kind of problem.
    public struct Code: Sendable, Hashable {
        private enum Value { case unusableWorkspace, unavailableAgent, unavailableModel, unavailableReceiver, changed }
        private let value: Value

        /// The workspace is missing, unreadable or no git working tree.
        public static let unusableWorkspace = Code(value: .unusableWorkspace)
        /// An agent's implementation is not available here.
        public static let unavailableAgent = Code(value: .unavailableAgent)
        /// Somebody who is to be notified cannot be from here.
        public static let unavailableReceiver = Code(value: .unavailableReceiver)
        /// A language model is not set up here.
        public static let unavailableModel = Code(value: .unavailableModel)
        /// A job that is to go on is made of other things than when it began.
        public static let changed = Code(value: .changed)
    }

    /// The kind of problem; compare errors by it.
    public let code: Code
    /// What is wrong and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
