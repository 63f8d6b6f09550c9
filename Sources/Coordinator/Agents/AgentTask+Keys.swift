// Agents that return values of a type, which are written at a key.

extension AgentTask {
    /// Describes an agent that returns the value of a key, which is written there.
    ///
    /// ```swift
    /// let words = ContextKey<Int>("artifacts.words")
    /// AgentTask("counter", writes: words, timeout: .seconds(30), maxRetries: 2) { view, attempt in
    ///     view.task.description.split(separator: " ").count
    /// }
    /// ```
    ///
    /// What a call of a model used is reported by ``AttemptContext/reserve(_:)``.
    ///
    /// - Parameters:
    ///   - name: the agent's low-cardinality name, unique in its job.
    ///   - role: the paths that the agent may read and write, the key's among them. Without one it reads everything
    ///     and writes the key alone.
    ///   - reads: the paths that the agent may read, in place of those of its role.
    ///   - key: where the value is written, by the key's merge rule; a ``Job`` declares its field.
    ///   - timeout: the limit on one attempt.
    ///   - maxRetries: attempts after the first, with pauses of 0.5 s, 1 s, 2 s …
    ///   - needs: the agents that must have succeeded first.
    ///   - condition: evaluated once the needed agents have succeeded; where it does not hold, the run is skipped.
    ///   - required: whether the job's status depends on the agent.
    ///   - body: the work of one attempt; `nil` writes nothing.
    public init<Value>(
        _ name: String, role: Role? = nil, reads: [ContextPattern]? = nil, writes key: ContextKey<Value>,
        timeout: Duration = TimeoutPolicy.defaultAttempt, maxRetries: Int = 0, needs: [String] = [],
        when condition: Condition? = nil, required: Bool = true,
        _ body: @escaping @Sendable (RoleView, AttemptContext) async throws -> Value?
    ) {
        self.init(
            name, role: Role(role, of: name, reads: reads, writes: [key.field.pattern]),
            timeouts: TimeoutPolicy(attempt: timeout), retry: RetryPolicy(maxRetries: maxRetries), needs: needs,
            when: condition, required: required, agent: KeyedAgent(key: key, body: body))
        keys = [DeclaredKey(key, .written)]
    }

    /// Describes an agent that writes nothing: its work is done elsewhere, such as in a service that it calls.
    ///
    /// ```swift
    /// AgentTask("announcer", reads: ["artifacts.findings"], needs: ["reviewer"]) { view, attempt in
    ///     try await chat.post(view.value(for: findings)?.count ?? 0)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - name: the agent's low-cardinality name, unique in its job.
    ///   - reads: the paths that the agent may read.
    ///   - timeout: the limit on one attempt.
    ///   - maxRetries: attempts after the first, with pauses of 0.5 s, 1 s, 2 s …
    ///   - needs: the agents that must have succeeded first.
    ///   - condition: evaluated once the needed agents have succeeded; where it does not hold, the run is skipped.
    ///   - required: whether the job's status depends on the agent.
    ///   - body: the work of one attempt.
    public init(
        _ name: String, reads: [ContextPattern], timeout: Duration = TimeoutPolicy.defaultAttempt, maxRetries: Int = 0,
        needs: [String] = [], when condition: Condition? = nil, required: Bool = true,
        _ body: @escaping @Sendable (RoleView, AttemptContext) async throws -> Void
    ) {
        self.init(
            name, role: Role(name: name, reads: reads), timeout: timeout, maxRetries: maxRetries, needs: needs,
            when: condition, required: required
        ) { view, attempt in
            try await body(view, attempt)
            return Contribution()
        }
    }
}

extension Role {
    /// The role of an agent that may have none: then it reads everything, and writes its key alone.
    init(_ role: Role?, of agent: String, reads: [ContextPattern]?, writes: [ContextPattern]) {
        self = role ?? Role(name: agent, reads: ["**"], writes: writes)
        if let reads { self.reads = reads }
    }
}
