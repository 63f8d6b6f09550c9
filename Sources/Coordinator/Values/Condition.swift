/// A condition on the blackboard as data: the `when` of an agent, and what a job's end requires
/// (``JobLimits/require``).
///
/// ```swift
/// let passed = Condition.all([.exists("artifacts.patch"), .equals("artifacts.validation.passed", true)])
/// AgentTask("publisher", role: publisher, needs: ["validator"], when: passed) { view, attempt in … }
/// ```
public indirect enum Condition: Sendable, Hashable {
    /// The value at the path is not null.
    case exists(ContextPath)
    /// The value at the path equals this one.
    case equals(ContextPath, JSONValue)
    /// The value at the path is one of these.
    case oneOf(ContextPath, [JSONValue])
    /// The approval of this name was answered with this choice; of several answers, in rounds or for items, the last one.
    case decided(String, choice: String)
    /// The condition does not hold.
    case not(Condition)
    /// Each of the conditions holds; with none, it holds.
    case all([Condition])
    /// At least one of the conditions holds; with none, it does not hold.
    case any([Condition])
}

extension Condition: CustomStringConvertible {
    public var description: String {
        func text(_ value: JSONValue) -> String { (try? value.json()) ?? "?" }
        func list(_ conditions: [Condition]) -> String { conditions.map(\.description).joined(separator: ", ") }
        return switch self {
        case .exists(let path): "\(path) exists"
        case .equals(let path, let value): "\(path) equals \(text(value))"
        case .oneOf(let path, let values): "\(path) is one of \(text(.array(values)))"
        case .decided(let agent, let choice): "'\(agent)' was decided as '\(choice)'"
        case .not(let condition): "not (\(condition))"
        case .all(let conditions): "all of (\(list(conditions)))"
        case .any(let conditions): "any of (\(list(conditions)))"
        }
    }
}

extension Condition {
    /// The paths that it names.
    var paths: [ContextPath] {
        switch self {
        case .exists(let path), .equals(let path, _), .oneOf(let path, _): [path]
        case .decided: []
        case .not(let condition): condition.paths
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.paths)
        }
    }

    /// The approvals that it names, with the choices.
    package var approvals: [(agent: String, choice: String)] {
        switch self {
        case .decided(let agent, let choice): [(agent, choice)]
        case .exists, .equals, .oneOf: []
        case .not(let condition): condition.approvals
        case .all(let conditions), .any(let conditions): conditions.flatMap(\.approvals)
        }
    }

    /// A path for whose sake the condition can never hold, given where something may ever stand; `nil` if it may hold.
    package func missingForEver(where mayStand: (ContextPath) -> Bool) -> ContextPath? {
        switch self {
        case .exists(let path): return mayStand(path) ? nil : path
        case .equals(let path, let value): return value == .null || mayStand(path) ? nil : path
        case .oneOf(let path, let values): return values.contains(.null) || mayStand(path) ? nil : path
        case .decided, .not: return nil
        case .all(let conditions): return conditions.compactMap { $0.missingForEver(where: mayStand) }.first
        case .any(let conditions):
            let missing = conditions.map { $0.missingForEver(where: mayStand) }
            return missing.contains(nil) ? nil : missing.first ?? nil
        }
    }
}
