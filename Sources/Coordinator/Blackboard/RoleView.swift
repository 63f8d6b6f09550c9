import Support

/// The blackboard as one role may see it, at one version.
///
/// A value with readable and unreadable members shows the readable ones. Reading a path where the role may see nothing
/// is an error and is counted. An agent that is run for each element of a list sees its element by the name that
/// ``ForEach/name`` gives it, whatever its role may read.
public struct RoleView: Sendable {
    /// The role.
    public let role: Role
    /// The blackboard's version.
    public let version: Int
    /// The job's id.
    public let jobID: String
    private let fields: ContextContent
    private let reads: PatternIndex
    private let mask: RedactionMask
    private let element: Element?
    private let onDenied: @Sendable (ContextError) -> Void

    /// The element that an agent is run for, as a member of the view's root, with what the role hides masked.
    struct Element: Sendable {
        let name: String
        let value: JSONValue
    }

    init(
        _ snapshot: ContextSnapshot, role: Role, element: Element? = nil,
        onDenied: @escaping @Sendable (ContextError) -> Void
    ) throws {
        self.role = role
        self.version = snapshot.version
        self.jobID = snapshot.jobID
        fields = snapshot.fields
        reads = PatternIndex(role.reads)
        self.mask = try RedactionMask(role.redact)
        self.element = element
        self.onDenied = onDenied
    }

    /// The value at a path, redacted; `nil` when there is none.
    ///
    /// - Throws: ``ContextError``: `accessDenied` when the role may see nothing at the path, `invalidPath` for a literal
    ///   that is no path.
    public func value(at path: ContextPath) throws -> JSONValue? {
        if path.isUnreadable { throw ContextError.unreadable(path) }
        if let element, path.segments.first == element.name {
            return element.value.value(at: path.segments.dropFirst())
        }
        switch reads.match(path.segments) {
        case .covered: return fields.value(at: path.segments).map { mask.apply(to: $0, at: path.segments) }
        case .above: return fields.value(at: path.segments).map { readable($0, at: path.segments) }
        case .outside:
            let error = ContextError.denied("read", [path], role: role)
            onDenied(error)
            throw error
        }
    }

    /// The typed value of a field, redacted; `nil` when there is none.
    ///
    /// - Throws: ``ContextError``: `accessDenied`, or `undecodable` when the value has another type.
    public func value<Value>(for key: ContextKey<Value>) throws -> Value? {
        try value(at: key.path).map { try $0.typed(at: key.path) }
    }

    /// The job's task; an empty one when the role may not read it or there is none.
    public var task: JobTask {
        guard role.reads.contains(where: { $0.covers(ContextKey<JobTask>.task.path) }) else { return JobTask() }
        return (try? value(for: ContextKey<JobTask>.task)) ?? JobTask()
    }

    /// Everything the role may see, as one document: the form in which agents in other languages receive it.
    public var json: JSONValue {
        let shown = readable(fields.json, at: [])
        guard let element else { return shown }
        var members = shown.objectValue ?? [:]
        members[ExactString(element.name)] = element.value
        return .object(members)
    }

    private func readable(_ value: JSONValue, at path: [String]) -> JSONValue {
        switch reads.match(path) {
        case .covered: return mask.apply(to: value, at: path)
        case .outside: return .null
        case .above:
            guard case .object(let members) = value else { return .null }
            var shown: JSONObject = [:]
            for (key, member) in members {
                let memberPath = path + [key.string]
                switch reads.match(memberPath) {
                case .covered, .above: shown[key] = readable(member, at: memberPath)
                case .outside: break
                }
            }
            return .object(shown)
        }
    }
}
