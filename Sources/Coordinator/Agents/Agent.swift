/// Something that works on a job: reads its view of the blackboard, returns what it wants to write.
///
/// An agent is called once an attempt, possibly several times in a job and from several jobs at once. It may block
/// its thread; a deadline holds all the same, but code that ignores cancellation keeps running as *abandoned*.
///
/// ```swift
/// struct WordCount: Agent {
///     func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
///         let words = view.task.description.split(separator: " ").count
///         return Contribution(set: ["artifacts.words": .integer(Int64(words))])
///     }
/// }
/// ```
public protocol Agent: Sendable {
    /// Works on the job once.
    ///
    /// - Parameters:
    ///   - view: the paths that its role may read, with the values they had when the attempt started.
    ///   - attempt: number, deadline, idempotency key and log of this call.
    /// - Returns: the writes, committed all or nothing.
    /// - Throws: ``ClassifiedError`` to say whether another attempt may help; any other error counts as transient.
    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution
}

/// An agent made of a closure.
///
/// ```swift
/// let quick = ClosureAgent { view, attempt in Contribution(set: ["artifacts.words": 3]) }
/// AgentTask("counter", role: counter, timeouts: TimeoutPolicy(idle: .seconds(10)), agent: quick)
/// ```
public struct ClosureAgent: Agent {
    private let body: @Sendable (RoleView, AttemptContext) async throws -> Contribution

    /// Wraps a closure.
    public init(_ body: @escaping @Sendable (RoleView, AttemptContext) async throws -> Contribution) {
        self.body = body
    }

    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        try await body(view, attempt)
    }
}
