/// A job as a file describes it, before its agents are made and its artifacts are read.
public struct JobSpec: Sendable, Hashable {
    /// The low-cardinality workflow name.
    public var workflow: String
    /// What the job is about.
    public var task: JobTask
    /// What agents must keep to.
    public var constraints: [String]
    /// What has been decided already.
    public var decisions: [JSONValue]
    /// The inputs by name.
    public var artifacts: [String: ArtifactSource]
    /// What bounds the job.
    public var limits: JobLimits
    /// What agents share, by name.
    public var resources: [String: ResourceSpec]
    /// Further fields and their merge rules.
    public var fields: [FieldDeclaration]
    /// The agents in order.
    public var agents: [AgentSpec]

    /// Describes a job.
    public init(
        workflow: String, task: JobTask = JobTask(), constraints: [String] = [], decisions: [JSONValue] = [],
        artifacts: [String: ArtifactSource] = [:], limits: JobLimits = JobLimits(),
        resources: [String: ResourceSpec] = [:], fields: [FieldDeclaration] = [], agents: [AgentSpec] = []
    ) {
        self.workflow = workflow
        self.task = task
        self.constraints = constraints
        self.decisions = decisions
        self.artifacts = artifacts
        self.limits = limits
        self.resources = resources
        self.fields = fields
        self.agents = agents
    }
}

/// Where an input comes from.
public enum ArtifactSource: Sendable, Hashable {
    /// The workspace's tracked files that match, as an object from path to text.
    case files(include: [String], exclude: [String])
    /// A value written in the job file.
    case value(JSONValue)
}

/// Something agents share, such as a model's endpoint.
public struct ResourceSpec: Sendable, Hashable {
    /// Runs that may use it at once, each over its attempts and pauses; `nil` for no limit.
    public var concurrency: Int?
    /// Attempts that may start per interval; `nil` for no limit.
    public var rate: Rate?
    /// Its circuit breaker.
    public var breaker: BreakerPolicy?

    /// So many starts per interval.
    public struct Rate: Sendable, Hashable {
        /// Starts per interval; 1 or more.
        public var count: Int
        /// The interval.
        public var per: Duration

        /// Sets a rate.
        public init(count: Int, per: Duration) {
            self.count = max(1, count)
            self.per = per
        }
    }

    /// Describes a resource.
    public init(concurrency: Int? = nil, rate: Rate? = nil, breaker: BreakerPolicy? = nil) {
        self.concurrency = concurrency
        self.rate = rate
        self.breaker = breaker
    }
}

extension ResourceSpec: CustomStringConvertible {
    /// Such as `{concurrency: 4, rate: 60 per 60.0 seconds}`.
    public var description: String {
        let parts = [
            concurrency.map { "concurrency: \($0)" }, rate.map { "rate: \($0.count) per \($0.per)" },
            breaker.map { "breaker: \($0.failureRate * 100) % of at least \($0.minimumCalls) calls" },
        ].compactMap(\.self)
        return "{\(parts.joined(separator: ", "))}"
    }
}

/// One agent as a file describes it.
public struct AgentSpec: Sendable, Hashable {
    /// The agent's name, unique in its job.
    public var name: String
    /// What it is.
    public var uses: Implementation
    /// Names of environment variables that a program gets beside the harmless ones.
    public var variables: [String]
    /// Which language model a shipped agent asks.
    public var model: ModelChoice
    /// The agents that must have succeeded first.
    public var needs: [String]
    /// A condition on the blackboard once those are done.
    public var condition: Condition?
    /// Whether the job's status depends on it.
    public var required: Bool
    /// What it may see and write; `nil` for the implementation's own role.
    public var role: Role?
    /// How long it may take; `nil` for the defaults.
    public var timeouts: TimeoutPolicy?
    /// How failed attempts are repeated; `nil` for the job file's default, two retries with full jitter.
    public var retry: RetryPolicy?
    /// Whether an attempt may start while an abandoned one still runs; `nil` for the implementation's own word, or yes.
    public var idempotent: Bool?
    /// The resource its attempts use.
    public var resource: String?
    /// Its circuit breaker.
    public var breaker: BreakerPolicy?
    /// The agent that runs in its place when it is rejected.
    public var fallback: String?
    /// What its users may expect.
    public var objective: ServiceLevelObjective?

    /// What an agent is.
    public enum Implementation: Sendable, Hashable {
        /// One that ships: `collector`, `drafter`, `validator`.
        case standard(String)
        /// A program, as an argument list; never handed to a shell.
        case command([String])
        /// A service that takes the view by POST.
        case http(url: String)
        /// A manifest's name.
        case manifest(String)
        /// Whatever has this capability when the run starts.
        case capability(String)
    }

    /// Which language model a shipped agent asks; others bring their own.
    public enum ModelChoice: Sendable, Hashable {
        /// The run's, if it has one.
        case inherited
        /// None: it works by its rules, whatever the run has.
        case rules
        /// The one of this name.
        case named(String)
    }

    /// Describes an agent.
    public init(
        name: String, uses: Implementation, variables: [String] = [], model: ModelChoice = .inherited,
        needs: [String] = [],
        when condition: Condition? = nil,
        required: Bool = true, role: Role? = nil, timeouts: TimeoutPolicy? = nil, retry: RetryPolicy? = nil,
        idempotent: Bool? = nil, resource: String? = nil, breaker: BreakerPolicy? = nil, fallback: String? = nil,
        objective: ServiceLevelObjective? = nil
    ) {
        self.name = name
        self.uses = uses
        self.variables = variables
        self.model = model
        self.needs = needs
        self.condition = condition
        self.required = required
        self.role = role
        self.timeouts = timeouts
        self.retry = retry
        self.idempotent = idempotent
        self.resource = resource
        self.breaker = breaker
        self.fallback = fallback
        self.objective = objective
    }
}

/// What an agent's users may expect, per 30 days.
public struct ServiceLevelObjective: Sendable, Hashable {
    /// The share of runs that succeed, above 0 and below 1.
    public var success: Double?
    /// The time within which 95 % of runs succeed.
    public var latencyP95: Duration?

    /// Sets an objective.
    public init(success: Double? = nil, latencyP95: Duration? = nil) {
        self.success = success
        self.latencyP95 = latencyP95
    }
}
