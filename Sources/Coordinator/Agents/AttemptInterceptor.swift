/// Stands around each call of an agent: authorisation, caching, test doubles.
///
/// Interceptors of a runtime and of a job are called in their order, the first outermost, at every attempt, and again
/// when a suspended attempt goes on. They run under the attempt's deadline and lease, as the agent's own code does. The
/// attempt's span names them, and the one that answered when the agent was not called.
///
/// ```swift
/// struct Cache: AttemptInterceptor {
///     let answers: AnswerStore
///
///     func intercept(
///         _ view: RoleView, _ attempt: AttemptContext, next: @Sendable () async throws -> Contribution
///     ) async throws -> Contribution {
///         // All that the answer depends on: an agent is called for each element and in each round.
///         let key = "\(attempt.agent) \(attempt.round ?? 0) \(attempt.item?.value ?? .null) \(view.json)"
///         if let known = await answers[key] { return known }
///         let contribution = try await next()
///         var free = contribution
///         // What it used is not used again.
///         free.usage = Contribution.Usage()
///         await answers.keep(free, for: key)
///         return contribution
///     }
/// }
///
/// let job = Job(task: "Review the parser", interceptors: [Cache(answers: store)]) { … }
/// ```
///
/// An interceptor may suspend the attempt, to ask somebody first. When the attempt goes on, interceptors and agent are shown
/// the same ``AttemptContext/resumption``: whoever throws a ``Suspension`` marks its state, and takes no answer to another.
public protocol AttemptInterceptor: Sendable {
    /// A low-cardinality name for spans; the type's name unless said otherwise.
    var name: String { get }

    /// Answers one call of an agent, by calling it, or by itself.
    ///
    /// - Parameters:
    ///   - view: what the agent is shown.
    ///   - attempt: the attempt; ``AttemptContext/agent`` is the agent's name.
    ///   - next: calls the next interceptor, and the last one the agent. What it throws is thrown on as it is, unless the
    ///     interceptor knows better: a ``Suspension`` is among it.
    /// - Returns: the writes: what `next` returned, more or less than that, or an answer of its own.
    /// - Throws: whatever an agent may throw; the attempt then ends as if the agent had.
    func intercept(
        _ view: RoleView, _ attempt: AttemptContext, next: @Sendable () async throws -> Contribution
    ) async throws -> Contribution
}

extension AttemptInterceptor {
    /// The type's name.
    public var name: String { String(describing: Self.self) }
}
