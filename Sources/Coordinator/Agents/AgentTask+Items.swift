// Agents that run once for each element, which their closures are given as a value of its type.

extension AgentTask {
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

    /// Describes an agent that runs once for each element of a list, and returns a contribution for each.
    ///
    /// ```swift
    /// AgentTask("reviewer", role: reviewer, forEach: files, concurrency: 8) { view, file, attempt in
    ///     Contribution(append: ["artifacts.findings": [.string(try await review(file))]])
    /// }
    /// ```
    ///
    /// The other parameters are those of an agent that returns the value of a key. The fields that the role may write
    /// must fold what several elements write.
    public init<Element: Codable & Sendable>(
        _ name: String, role: Role, forEach list: ContextKey<[Element]>, concurrency: Int? = nil,
        quorum: ItemQuorum = .all, atMost: Int = ForEach.defaultAtMost,
        timeout: Duration = TimeoutPolicy.defaultAttempt, maxRetries: Int = 0, needs: [String] = [],
        when condition: Condition? = nil, required: Bool = true,
        _ body: @escaping @Sendable (RoleView, Element, AttemptContext) async throws -> Contribution
    ) {
        self.init(
            name, role: role, timeout: timeout, maxRetries: maxRetries, needs: needs, when: condition,
            required: required, Self.body(list.path, body))
        forEach = ForEach(list.path, atMost: atMost, concurrency: concurrency, quorum: quorum)
        keys = [DeclaredKey(list, .iterated)]
    }

    /// Describes an agent that runs once for each member of an object, in the order of their keys, and returns a
    /// contribution for each; the member's own key is ``AttemptItem/key``.
    ///
    /// Its parameters are those of an agent for each element of a list.
    public init<Element: Codable & Sendable>(
        _ name: String, role: Role, forEach members: ContextKey<[String: Element]>, concurrency: Int? = nil,
        quorum: ItemQuorum = .all, atMost: Int = ForEach.defaultAtMost,
        timeout: Duration = TimeoutPolicy.defaultAttempt, maxRetries: Int = 0, needs: [String] = [],
        when condition: Condition? = nil, required: Bool = true,
        _ body: @escaping @Sendable (RoleView, Element, AttemptContext) async throws -> Contribution
    ) {
        self.init(
            name, role: role, timeout: timeout, maxRetries: maxRetries, needs: needs, when: condition,
            required: required, Self.body(members.path, body))
        forEach = ForEach(members.path, atMost: atMost, concurrency: concurrency, quorum: quorum)
        keys = [DeclaredKey(members, .iterated)]
    }

    private static func body<Element: Codable & Sendable, Output: Sendable>(
        _ list: ContextPath, _ body: @escaping @Sendable (RoleView, Element, AttemptContext) async throws -> Output
    ) -> @Sendable (RoleView, AttemptContext) async throws -> Output {
        { view, attempt in try await body(view, attempt.element(of: list), attempt) }
    }
}
