/// A condition on the blackboard as data: the `when` of an agent.
public indirect enum Condition: Sendable, Hashable {
    /// The value at the path is not null.
    case exists(ContextPath)
    /// The value at the path equals this one.
    case equals(ContextPath, JSONValue)
    /// The value at the path is one of these.
    case oneOf(ContextPath, [JSONValue])
    case not(Condition)
    case all([Condition])
    case any([Condition])

    /// Whether the condition holds.
    public func holds(in snapshot: ContextSnapshot) -> Bool {
        switch self {
        case .exists(let path): (snapshot.value(at: path) ?? .null) != .null
        case .equals(let path, let value): (snapshot.value(at: path) ?? .null) == value
        case .oneOf(let path, let values): values.contains(snapshot.value(at: path) ?? .null)
        case .not(let condition): !condition.holds(in: snapshot)
        case .all(let conditions): conditions.allSatisfy { $0.holds(in: snapshot) }
        case .any(let conditions): conditions.contains { $0.holds(in: snapshot) }
        }
    }
}

extension Condition: CustomStringConvertible {
    public var description: String {
        func text(_ value: JSONValue) -> String { (try? value.json()) ?? "?" }
        func list(_ conditions: [Condition]) -> String { conditions.map(\.description).joined(separator: ", ") }
        return switch self {
        case .exists(let path): "\(path) exists"
        case .equals(let path, let value): "\(path) equals \(text(value))"
        case .oneOf(let path, let values): "\(path) is one of \(text(.array(values)))"
        case .not(let condition): "not (\(condition))"
        case .all(let conditions): "all of (\(list(conditions)))"
        case .any(let conditions): "any of (\(list(conditions)))"
        }
    }
}
