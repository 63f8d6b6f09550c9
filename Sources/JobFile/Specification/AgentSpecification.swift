import Coordinator

/// One agent as a file describes it.
public struct AgentSpecification: Sendable, Hashable {
    /// The agent's name, unique in its job.
    public var name: String
    /// What the agent is.
    public var uses: Implementation
    /// Names of environment variables that a program, or a validator's commands, get in addition to `PATH`, `HOME` and
    /// the like.
    public var variables: [String]
    /// How its program, or a validator's commands, are confined; `nil` for what its manifest says, and for programs that
    /// are trusted like this process.
    public var sandbox: SandboxPolicy?
    /// Which language model a shipped agent asks.
    public var model: ModelChoice
    /// The tools that a drafter takes fixes of; `nil` for those that run none of the repository's code.
    public var fixers: [Fixer]?
    /// The agents that must have succeeded first.
    public var needs: [String]
    /// A condition on the blackboard, checked when the agents in ``needs`` have ended.
    public var condition: Condition?
    /// The list whose elements the agent is run for, one by one; `nil` for an agent that is run once.
    public var forEach: ForEach?
    /// Whether the job's status depends on the agent.
    public var required: Bool
    /// What the agent may see and write; `nil` for the implementation's own role.
    public var role: Role?
    /// The agent's time limits; `nil` for the defaults.
    public var timeouts: TimeoutPolicy?
    /// How failed attempts are repeated; `nil` for the job file's default, two retries with full jitter.
    public var retry: RetryPolicy?
    /// Whether an attempt may start while an abandoned one still runs; `nil` for what the implementation states, which
    /// is yes by default.
    public var idempotent: Bool?
    /// How many attempts may end with their process before the run fails; `nil` for the default.
    public var maxRecoveries: Int?
    /// The resource its attempts use.
    public var resource: String?
    /// Its circuit breaker.
    public var breaker: BreakerPolicy?
    /// The agent that runs instead when this one is rejected.
    public var fallback: String?
    /// What the agent's users may expect.
    public var objective: ServiceLevelObjective?

    /// What an agent is.
    public enum Implementation: Sendable, Hashable {
        /// An agent that ships with the program: `collector`, `drafter`, `validator`.
        case standard(String)
        /// A language model with instructions and tools.
        case model(ModelAgentSpecification)
        /// A program, as an argument list; never handed to a shell.
        case command([String])
        /// A service that takes the view by POST.
        case http(url: String)
        /// A question to a person.
        case approval(ApprovalAgent)
        /// A manifest's name.
        case manifest(String)
        /// An agent that has this capability when the run starts.
        case capability(String)
    }

    /// A formatter or linter that a drafter without a model takes fixes of, where the repository configures it.
    public enum Fixer: String, Sendable, Hashable, CaseIterable {
        /// For Swift.
        case swiftFormat = "swift-format"
        /// For Python.
        case ruff
        /// For Go.
        case gofmt
        /// For C and C++.
        case clangFormat = "clang-format"
        /// Runs code of the repository: its configuration and plugins are programs.
        case eslint
        /// Runs code of the repository: its configuration and plugins may be programs.
        case prettier
    }

    /// Which language model a shipped agent asks; others bring their own.
    public enum ModelChoice: Sendable, Hashable {
        /// The run's model, if it has one.
        case inherited
        /// No model: the agent works by its rules, even if the run has a model.
        case rules
        /// The model of this name.
        case named(String)
    }

    /// Describes an agent.
    public init(
        name: String, uses: Implementation, variables: [String] = [], sandbox: SandboxPolicy? = nil,
        model: ModelChoice = .inherited,
        fixers: [Fixer]? = nil, needs: [String] = [],
        when condition: Condition? = nil, forEach: ForEach? = nil,
        required: Bool = true, role: Role? = nil, timeouts: TimeoutPolicy? = nil, retry: RetryPolicy? = nil,
        idempotent: Bool? = nil, maxRecoveries: Int? = nil, resource: String? = nil, breaker: BreakerPolicy? = nil,
        fallback: String? = nil,
        objective: ServiceLevelObjective? = nil
    ) {
        self.name = name
        self.uses = uses
        self.variables = variables
        self.sandbox = sandbox
        self.model = model
        self.fixers = fixers
        self.needs = needs
        self.condition = condition
        self.forEach = forEach
        self.required = required
        self.role = role
        self.timeouts = timeouts
        self.retry = retry
        self.idempotent = idempotent
        self.maxRecoveries = maxRecoveries
        self.resource = resource
        self.breaker = breaker
        self.fallback = fallback
        self.objective = objective
    }
}
