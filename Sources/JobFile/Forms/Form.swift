import Coordinator

/// What may stand at one location of a job file: how it is read, and its JSON Schema. Neither is written elsewhere.
struct Form<Value: Sendable>: Sendable {
    /// The members of the JSON Schema object.
    let schema: JSONObject
    /// Reads a value; reports mistakes and returns what can still be used, if anything.
    let read: @Sendable (Cursor) -> Value?

    init(_ schema: JSONObject, read: @escaping @Sendable (Cursor) -> Value?) {
        self.schema = schema
        self.read = read
    }

    /// The same form with the value's location, for checks that need the whole file.
    var located: Form<Located<Value>> {
        Form<Located<Value>>(schema) { cursor in read(cursor).map { Located(value: $0, cursor: cursor) } }
    }

    /// The same form with its values transformed.
    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Form<Other> {
        Form<Other>(schema) { read($0).map(transform) }
    }

    /// The same form, referred to by a name in the schema's `$defs`.
    func named(_ name: String) -> Form {
        Form(["$ref": .string("#/$defs/\(name)")], read: read)
    }
}

/// A value with the location it was read at.
struct Located<Value: Sendable>: Sendable {
    let value: Value
    let cursor: Cursor
}

/// A node of the document with its path and the list that its problems go to.
struct Cursor: Sendable {
    let node: FileNode
    let path: String
    let problems: ProblemList
    /// The home folder that `~/` stands for; `nil` where the reader has none.
    var home: String?

    func report(_ message: String, suggestion: String? = nil) {
        problems.report(message, at: node.location, path: path, suggestion: suggestion)
    }

    /// Reports that the name here is none of those known, as ``ProblemList`` does.
    @discardableResult
    func report(
        unknown name: String, _ message: String, known: () -> [String], listing: () -> String = { "" }
    ) -> String? {
        problems.report(
            unknown: name, message, at: node.location, path: path, known: known, listing: listing)
    }

    /// Reports that something else should stand here.
    func expected(_ what: String, suggestion: String? = nil) {
        switch node.content {
        case .unusable: break
        case .null:
            switch node.swallowed {
            case "#": report("there is no value: what follows '#' is a comment; put the value in quotes")
            case "&": report("there is no value: what begins with '&' is an anchor; put the value in quotes")
            default: report("there is no value; write \(what) or remove the key")
            }
        default: report("expected \(what), found \(node.kind)", suggestion: suggestion)
        }
    }

    func member(_ member: FileMember) -> Cursor {
        Cursor(node: member.value, path: DocumentPath.member(member.key, of: path), problems: problems, home: home)
    }

    func elements(_ nodes: [FileNode]) -> [Cursor] {
        nodes.enumerated().map {
            Cursor(node: $1, path: DocumentPath.element($0, of: path), problems: problems, home: home)
        }
    }
}
