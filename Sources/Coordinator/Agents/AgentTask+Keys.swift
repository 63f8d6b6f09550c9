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

    /// Describes an agent that runs once for each element of a list, and returns the value of a key for each.
    ///
    /// The key's merge rule must be one that folds what several elements write: `append`, `union` or `merge`.
    /// ```swift
    /// let files = ContextKey<[String]>("artifacts.files")
    /// let findings = ContextKey<[Finding]>("artifacts.findings", merge: .append)
    /// AgentTask("reviewer", forEach: files, concurrency: 8, writes: findings) { view, file, attempt in
    ///     try await review(file)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - name: the agent's low-cardinality name, unique in its job.
    ///   - role: the paths that the agent may read and write, the key's among them. Without one it reads everything
    ///     and writes the key alone.
    ///   - reads: the paths that the agent may read, in place of those of its role.
    ///   - list: the list, read when the agent's needs are met.
    ///   - concurrency: elements that are worked on at once; `nil` for as many as the job lets run.
    ///   - quorum: how many elements must succeed for the agent to succeed.
    ///   - atMost: the longest list that is worked on, 1 to ``ForEach/mostItems``; a longer one fails the agent.
    ///   - key: where the values are written, in the order of the elements.
    ///   - timeout: the limit on one attempt for one element.
    ///   - maxRetries: attempts for an element after the first.
    ///   - needs: the agents that must have succeeded first.
    ///   - condition: evaluated once the needed agents have succeeded; where it does not hold, the run is skipped.
    ///   - required: whether the job's status depends on the agent.
    ///   - body: the work of one attempt for one element; `nil` writes nothing.
    public init<Element: Codable & Sendable, Value>(
        _ name: String, role: Role? = nil, reads: [ContextPattern]? = nil, forEach list: ContextKey<[Element]>,
        concurrency: Int? = nil, quorum: ItemQuorum = .all, atMost: Int = ForEach.defaultAtMost,
        writes key: ContextKey<Value>, timeout: Duration = TimeoutPolicy.defaultAttempt, maxRetries: Int = 0,
        needs: [String] = [], when condition: Condition? = nil, required: Bool = true,
        _ body: @escaping @Sendable (RoleView, Element, AttemptContext) async throws -> Value?
    ) {
        self.init(
            name, role: role, reads: reads, writes: key, timeout: timeout, maxRetries: maxRetries, needs: needs,
            when: condition, required: required, Self.body(list.path, body))
        forEach = ForEach(list.path, atMost: atMost, concurrency: concurrency, quorum: quorum)
        keys.append(DeclaredKey(list, .iterated))
    }

    /// Describes an agent that runs once for each member of an object, in the order of their keys, and returns the
    /// value of a key for each; the member's own key is ``AttemptItem/key``.
    ///
    /// ```swift
    /// let sources = ContextKey<[String: String]>("artifacts.sources")
    /// AgentTask("reviewer", forEach: sources, writes: findings) { view, text, attempt in
    ///     try await review(attempt.item?.key ?? "", text)
    /// }
    /// ```
    ///
    /// Its parameters are those of an agent for each element of a list.
    public init<Element: Codable & Sendable, Value>(
        _ name: String, role: Role? = nil, reads: [ContextPattern]? = nil,
        forEach members: ContextKey<[String: Element]>,
        concurrency: Int? = nil, quorum: ItemQuorum = .all, atMost: Int = ForEach.defaultAtMost,
        writes key: ContextKey<Value>, timeout: Duration = TimeoutPolicy.defaultAttempt, maxRetries: Int = 0,
        needs: [String] = [], when condition: Condition? = nil, required: Bool = true,
        _ body: @escaping @Sendable (RoleView, Element, AttemptContext) async throws -> Value?
    ) {
        self.init(
            name, role: role, reads: reads, writes: key, timeout: timeout, maxRetries: maxRetries, needs: needs,
            when: condition, required: required, Self.body(members.path, body))
        forEach = ForEach(members.path, atMost: atMost, concurrency: concurrency, quorum: quorum)
        keys.append(DeclaredKey(members, .iterated))
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

    private static func body<Element: Codable & Sendable, Value: Sendable>(
        _ list: ContextPath, _ body: @escaping @Sendable (RoleView, Element, AttemptContext) async throws -> Value?
    ) -> @Sendable (RoleView, AttemptContext) async throws -> Value? {
        { view, attempt in try await body(view, attempt.element(of: list), attempt) }
    }
}

extension Role {
    /// The role of an agent that may have none: then it reads everything, and writes its key alone.
    init(_ role: Role?, of agent: String, reads: [ContextPattern]?, writes: [ContextPattern]) {
        self = role ?? Role(name: agent, reads: ["**"], writes: writes)
        if let reads { self.reads = reads }
    }
}
