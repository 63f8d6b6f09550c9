/// Collects what a ``Job`` consists of: agents, repeats, and keys whose fields it has.
///
/// ```swift
/// let job = Job(task: "Review what changed") {
///     files.starting(with: changed)
///     AgentTask("reviewer", forEach: files, writes: findings) { view, file, attempt in try await review(file) }
///     if asksForPatch {
///         AgentTask("drafter", role: .drafter, needs: ["reviewer"]) { view, attempt in try await draft(view) }
///     }
///     for checker in checkers { AgentTask(checker.name, role: checker.role, agent: checker) }
/// }
/// ```
@resultBuilder
public enum JobBuilder {
    /// What a part of the braces adds to the job.
    public struct Parts: Sendable {
        var tasks: [AgentTask] = []
        var repeats: [Repeat] = []
        /// The keys that stand in the braces themselves.
        var keys: [DeclaredKey] = []

        fileprivate init(_ parts: [Parts] = []) {
            tasks = parts.flatMap(\.tasks)
            repeats = parts.flatMap(\.repeats)
            keys = parts.flatMap(\.keys)
        }
    }

    /// Adds an agent.
    public static func buildExpression(_ task: AgentTask) -> Parts { buildExpression([task]) }

    /// Adds agents that were made elsewhere.
    public static func buildExpression(_ tasks: [AgentTask]) -> Parts {
        var parts = Parts()
        parts.tasks = tasks
        return parts
    }

    /// Adds agents that run round after round; they are named beside it.
    public static func buildExpression(_ definition: Repeat) -> Parts {
        var parts = Parts()
        parts.repeats = [definition]
        return parts
    }

    /// Declares the key's field, with the value that it starts with if it has one.
    public static func buildExpression<Value>(_ key: ContextKey<Value>) -> Parts {
        var parts = Parts()
        parts.keys = [DeclaredKey(key, .declared)]
        return parts
    }

    /// Joins what stands one below the other.
    public static func buildBlock(_ parts: Parts...) -> Parts { Parts(parts) }
    /// Joins what a loop adds.
    public static func buildArray(_ parts: [Parts]) -> Parts { Parts(parts) }
    /// Adds what an `if` without an `else` does.
    public static func buildOptional(_ parts: Parts?) -> Parts { parts ?? Parts() }
    /// Adds what the first branch does.
    public static func buildEither(first parts: Parts) -> Parts { parts }
    /// Adds what the other branch does.
    public static func buildEither(second parts: Parts) -> Parts { parts }
    /// Adds what stands behind `if #available`.
    public static func buildLimitedAvailability(_ parts: Parts) -> Parts { parts }
}
