/// The blackboard at one version: immutable, and taken in constant time.
public struct ContextSnapshot: Sendable {
    /// The job's id.
    public let jobID: String
    /// The number of changes so far: commits, and calls of ``JobContext/updateAgentState(_:)``. What agents are doing
    /// is shown at `agents.<name>` as it is at the time of the snapshot, and raises no version.
    public let version: Int
    let fields: ContextContent

    init(jobID: String, version: Int, fields: ContextContent) {
        self.jobID = jobID
        self.version = version
        self.fields = fields
    }

    /// The snapshot without the wide parts that a role may read nothing of.
    func limited(to role: Role) -> ContextSnapshot {
        ContextSnapshot(jobID: jobID, version: version, fields: fields.limited(to: role.reads))
    }

    /// Everything on the blackboard as one document; takes time in proportion to its size.
    public var root: JSONValue { fields.json }

    /// The value at a path, if there is one; `nil` for a literal that is no path.
    public func value(at path: ContextPath) -> JSONValue? {
        path.isUnreadable ? nil : fields.value(at: path.segments)
    }

    /// The typed value of a field, if it is there.
    ///
    /// - Throws: ``ContextError``: `undecodable` when the value has another type, `invalidPath` when the key's path is a
    ///   literal that is no path.
    public func value<Value>(for key: ContextKey<Value>) throws -> Value? {
        if key.path.isUnreadable { throw ContextError.unreadable(key.path) }
        return try value(at: key.path).map { try $0.typed(at: key.path) }
    }
}

// The fields every job has.

extension ContextKey where Value == JobTask {
    /// The job's task.
    public static var task: Self { Self("task") }
}

extension ContextKey where Value == [String] {
    /// The rules that agents must keep to, one sentence each.
    public static var constraints: Self { Self("constraints", merge: .append) }
}

extension ContextKey where Value == [JSONValue] {
    /// The decisions so far, in order.
    public static var decisions: Self { Self("decisions", merge: .append) }
}
