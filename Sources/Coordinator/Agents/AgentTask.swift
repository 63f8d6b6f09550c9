/// An agent's place in a job: who it is, what it may see, and how its attempts are supervised.
public struct AgentTask: Sendable {
    /// The agent's low-cardinality name, unique in its job.
    public var name: String
    /// What it may see and write.
    public var role: Role
    /// How long it may take.
    public var timeouts: TimeoutPolicy
    /// How failed attempts are repeated.
    public var retry: RetryPolicy
    /// The agents that must have succeeded first.
    public var needs: [String]
    /// A condition on the blackboard once those are done; where it does not hold, the run is skipped.
    public var condition: Condition?
    /// Whether the job's status depends on this agent.
    public var required: Bool
    /// Whether an attempt may start while an abandoned one still runs.
    public var idempotent: Bool
    /// The runtime's resource its runs use, if any.
    public var resource: String?
    /// When its circuit breaker opens and closes.
    public var breaker: BreakerPolicy
    /// The registered agent that runs in its place when this one is turned away: rejected before its first attempt, or
    /// refused a retry because a breaker opened meanwhile. That one then runs only as a fallback.
    public var fallback: String?
    /// What one attempt may use at most: taken from the job's budget before the attempt starts, replaced by what the
    /// contribution says it used; nothing by default. An attempt that ends without saying counts as having used it.
    public var reservation: Contribution.Usage
    /// What a conflict with another writer does to the attempt.
    public var onConflict: ConflictPolicy
    /// The agent itself.
    public var agent: any Agent

    /// Places an agent in a job.
    public init(
        _ name: String, role: Role, timeouts: TimeoutPolicy = TimeoutPolicy(), retry: RetryPolicy = RetryPolicy(),
        needs: [String] = [], when condition: Condition? = nil, required: Bool = true, idempotent: Bool = true,
        resource: String? = nil, breaker: BreakerPolicy = BreakerPolicy(), fallback: String? = nil,
        reservation: Contribution.Usage = Contribution.Usage(), onConflict: ConflictPolicy = .retry, agent: any Agent
    ) {
        self.name = name
        self.role = role
        self.timeouts = timeouts
        self.retry = retry
        self.needs = needs
        self.condition = condition
        self.required = required
        self.idempotent = idempotent
        self.resource = resource
        self.breaker = breaker
        self.fallback = fallback
        self.reservation = reservation
        self.onConflict = onConflict
        self.agent = agent
    }

    /// Places a closure in a job.
    ///
    /// - Parameters:
    ///   - name: the agent's low-cardinality name, unique in its job.
    ///   - role: what it may see and write.
    ///   - timeout: the limit on one attempt.
    ///   - maxRetries: attempts after the first, with pauses of 0.5 s, 1 s, 2 s …
    ///   - needs: the agents that must have succeeded first.
    ///   - body: what an attempt does.
    public init(
        _ name: String, role: Role, timeout: Duration = TimeoutPolicy.defaultAttempt, maxRetries: Int = 0,
        needs: [String] = [],
        _ body: @escaping @Sendable (RoleView, AttemptContext) async throws -> Contribution
    ) {
        self.init(
            name, role: role, timeouts: TimeoutPolicy(attempt: timeout), retry: RetryPolicy(maxRetries: maxRetries),
            needs: needs, agent: ClosureAgent(body))
    }
}

/// What becomes of an attempt whose contribution met another writer's on a field that allows one.
///
/// Either way the blackboard keeps what it holds, and the event log both values with the names of both writers.
public enum ConflictPolicy: Sendable, Hashable {
    /// It is a transient failure: a retry sees what the other one wrote, and may write elsewhere.
    case retry
    /// It fails the run.
    case fail
}
