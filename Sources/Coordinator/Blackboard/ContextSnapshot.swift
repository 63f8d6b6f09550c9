import Support

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

    /// The value at a path, if there is one.
    public func value(at path: ContextPath) -> JSONValue? { fields.value(at: path.segments) }

    /// The typed value of a field, if it is there.
    ///
    /// - Throws: ``ContextError`` with code `undecodable` when the value has another type.
    public func value<Value>(for key: ContextKey<Value>) throws -> Value? {
        try fields.value(at: key.path.segments).map { try $0.typed(at: key.path) }
    }
}

extension JSONValue {
    func typed<Value: Decodable>(at path: ContextPath) throws -> Value {
        do {
            return try decoded()
        } catch {
            throw ContextError(
                .undecodable, [path],
                "\(path) does not hold a \(Value.self), but a value of kind \(kindName)\(DecodingWords.reason(error))"
            )
        }
    }
}

/// The fields every job has.
extension ContextKey {
    /// The job's task.
    public static var task: ContextKey<JobTask> { ContextKey<JobTask>("task") }
    /// The rules that agents must keep to, one sentence each.
    public static var constraints: ContextKey<[String]> { ContextKey<[String]>("constraints", merge: .append) }
    /// The decisions so far, in order.
    public static var decisions: ContextKey<[JSONValue]> { ContextKey<[JSONValue]>("decisions", merge: .append) }
}
