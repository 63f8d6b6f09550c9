/// An agent's registration in a job: its name, its role, and how its attempts are supervised.
///
/// ```swift
/// let words = ContextKey<Int>("artifacts.words")
/// AgentTask("counter", writes: words, timeout: .seconds(30), maxRetries: 2) { view, attempt in
///     view.task.description.split(separator: " ").count
/// }
/// ```
/// An agent that names a key returns the key's value; one that has a ``Role`` alone returns a ``Contribution``.
public struct AgentTask: Sendable {
    /// The agent's low-cardinality name, unique in its job.
    public var name: String
    /// The agent's role: the paths it may read and write.
    public var role: Role
    /// The time limits of the agent's run and of its attempts.
    public var timeouts: TimeoutPolicy
    /// How failed attempts are repeated.
    public var retry: RetryPolicy
    /// The agents that must succeed before this one starts.
    public var needs: [String]
    /// A condition on the blackboard, evaluated once the needed agents have succeeded; where it does not hold, the run
    /// is skipped.
    public var condition: Condition?
    /// The list whose elements the agent is run for, one by one; `nil` for an agent that is run once.
    public var forEach: ForEach?
    /// Whether the job's status depends on this agent.
    public var required: Bool
    /// Whether an attempt may start while an abandoned one still runs, or after its process ended. An agent that is not is
    /// never called again by itself when nobody knows what it has done: see ``JobCoordinator/resolve(_:as:contribution:by:)``.
    public var idempotent: Bool
    /// How many attempts may end with their process, in a job that is kept, before the run fails; they are no retries.
    public var maxRecoveries = AgentTask.defaultMaxRecoveries
    /// The runtime's resource that the agent's runs use, if any.
    public var resource: String?
    /// When the agent's circuit breaker opens and closes.
    public var breaker: BreakerPolicy
    /// The registered agent that runs instead when this one is rejected before its first attempt, or when its retry is
    /// rejected by a breaker that opened meanwhile. An agent that is named here runs only as a fallback.
    public var fallback: String?
    /// The most that one attempt may use; nothing by default. It is taken from the job's budget before the attempt
    /// starts and replaced by the usage that the contribution reports. An attempt that ends without a report counts as
    /// having used all of it.
    public var reservation: Contribution.Usage
    /// How a conflict with another writer ends the attempt.
    public var onConflict: ConflictPolicy
    /// The agent itself.
    public var agent: any Agent
    /// The keys that it was made with, whose fields a job declares.
    var keys: [DeclaredKey] = []

    /// How many attempts may end with their process unless said otherwise.
    public static let defaultMaxRecoveries = 5

    /// Describes an agent of a job.
    public init(
        _ name: String, role: Role, timeouts: TimeoutPolicy = TimeoutPolicy(), retry: RetryPolicy = RetryPolicy(),
        needs: [String] = [], when condition: Condition? = nil, forEach: ForEach? = nil, required: Bool = true,
        idempotent: Bool = true, resource: String? = nil, breaker: BreakerPolicy = BreakerPolicy(),
        fallback: String? = nil,
        reservation: Contribution.Usage = Contribution.Usage(), onConflict: ConflictPolicy = .retry, agent: any Agent
    ) {
        self.name = name
        self.role = role
        self.timeouts = timeouts
        self.retry = retry
        self.needs = needs
        self.condition = condition
        self.forEach = forEach
        self.required = required
        self.idempotent = idempotent
        self.resource = resource
        self.breaker = breaker
        self.fallback = fallback
        self.reservation = reservation
        self.onConflict = onConflict
        self.agent = agent
    }

    /// Describes an agent of a job that is a closure.
    ///
    /// ```swift
    /// AgentTask("drafter", role: .drafter, needs: ["collector"]) { view, attempt in
    ///     Contribution(set: ["artifacts.patch": .string(try await draft(view.task))])
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - name: the agent's low-cardinality name, unique in its job.
    ///   - role: the paths that the agent may read and write.
    ///   - timeout: the limit on one attempt.
    ///   - maxRetries: attempts after the first, with pauses of 0.5 s, 1 s, 2 s …
    ///   - needs: the agents that must have succeeded first.
    ///   - condition: evaluated once the needed agents have succeeded; where it does not hold, the run is skipped.
    ///   - required: whether the job's status depends on the agent.
    ///   - body: the work of one attempt.
    public init(
        _ name: String, role: Role, timeout: Duration = TimeoutPolicy.defaultAttempt, maxRetries: Int = 0,
        needs: [String] = [], when condition: Condition? = nil, required: Bool = true,
        _ body: @escaping @Sendable (RoleView, AttemptContext) async throws -> Contribution
    ) {
        self.init(
            name, role: role, timeouts: TimeoutPolicy(attempt: timeout), retry: RetryPolicy(maxRetries: maxRetries),
            needs: needs, when: condition, required: required, agent: ClosureAgent(body))
    }

    /// The same agent with other settings, for those that an initialiser does not take.
    ///
    /// ```swift
    /// AgentTask("summary", writes: .summary) { view, attempt in try await summarise(view) }
    ///     .configured { $0.resource = "models"; $0.fallback = "first-lines" }
    /// ```
    public func configured(_ change: (inout AgentTask) -> Void) -> AgentTask {
        var task = self
        change(&task)
        return task
    }
}

/// How an attempt ends whose contribution conflicts with another writer's on a field that allows one writer.
///
/// Either way the blackboard keeps its value, and the event log keeps both values with the names of both writers.
public enum ConflictPolicy: Sendable, Hashable {
    /// The conflict is a transient failure: a retry sees what the other agent wrote, and may write elsewhere.
    case retry
    /// The conflict fails the run.
    case fail
}
