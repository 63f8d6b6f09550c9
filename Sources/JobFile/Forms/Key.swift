import Coordinator
import Support

/// One key of an object: its name, what it means, and what may stand there.
struct Key<Value: Sendable>: ObjectKey {
    let name: String
    let form: Form<Value>
    let about: String
    let isRequired: Bool
    let fallback: JSONValue?
    let otherNames: [String]

    /// Declares a key.
    ///
    /// - Parameters:
    ///   - about: what the key means, for people who edit job files.
    ///   - fallback: the value that holds without the key, for the schema.
    ///   - otherNames: names that other tools give the key; a file that uses one gets a suggestion.
    init(
        _ name: String, _ form: Form<Value>, _ about: String, required: Bool = false,
        default fallback: JSONValue? = nil,
        otherNames: [String] = []
    ) {
        self.name = name
        self.form = form
        self.about = about
        isRequired = required
        self.fallback = fallback
        self.otherNames = otherNames
    }

    var schema: JSONValue {
        var schema = form.schema
        schema["description"] = .string(about)
        if let fallback { schema["default"] = fallback }
        return .object(schema)
    }
}

/// A key without its value's type.
protocol ObjectKey: Sendable {
    var name: String { get }
    var isRequired: Bool { get }
    var otherNames: [String] { get }
    var schema: JSONValue { get }
}

/// The members of an object that is being read.
struct Members: Sendable {
    let cursor: Cursor
    private let members: [ExactString: FileMember]

    init(_ cursor: Cursor, _ list: [FileMember]) {
        self.cursor = cursor
        members = Dictionary(list.map { (ExactString($0.key), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The value of a key, if the key is present and its value can be read.
    subscript<Value>(_ key: Key<Value>) -> Value? { members[key.name].flatMap { key.form.read(cursor.member($0)) } }

    var isEmpty: Bool { members.isEmpty }

    /// Whether a key is present, whatever its value.
    func has(_ key: some ObjectKey) -> Bool { members[key.name] != nil }

    /// Reports a problem at a key, not at its value.
    func report(at key: some ObjectKey, _ message: String, suggestion: String? = nil) {
        guard let member = members[key.name] else { return cursor.report(message, suggestion: suggestion) }
        cursor.problems.report(
            message, at: member.location, path: DocumentPath.member(key.name, of: cursor.path), suggestion: suggestion)
    }
}

extension Form {
    /// An object with the given keys and no others.
    ///
    /// - Parameter rules: further members of the schema, for rules between keys.
    static func object(
        _ what: String, _ keys: [any ObjectKey], rules: JSONObject = [:],
        build: @escaping @Sendable (Members) -> Value?
    ) -> Form {
        var schema: JSONObject = [
            "type": "object", "additionalProperties": false,
            "properties": .object(
                Dictionary(keys.map { (ExactString($0.name), $0.schema) }, uniquingKeysWith: { first, _ in first })),
        ]
        let required = keys.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        return Form(schema.merging(rules) { $1 }) { cursor in
            guard case .object(let members) = cursor.node.content else {
                cursor.expected(what, suggestion: KeyValue.suggestion(for: cursor.node))
                return nil
            }
            let present = Members(cursor, members)
            // A misspelt required key is reported once, as unknown, and not as missing too.
            let meant = reportUnknown(members, keys, present)
            for key in keys where key.isRequired && !present.has(key) && !meant.contains(key.name) {
                cursor.report("the key '\(key.name)' is missing")
            }
            return build(present)
        }
    }

    /// - Returns: the keys that were probably meant.
    private static func reportUnknown(
        _ members: [FileMember], _ keys: [any ObjectKey], _ present: Members
    ) -> Set<String> {
        let known = Set(keys.map(\.name))
        let unknown = members.filter { !known.contains($0.key) }
        guard !unknown.isEmpty else { return [] }
        let absent = keys.filter { !present.has($0) }
        let otherNames = Dictionary(
            absent.flatMap { key in key.otherNames.map { ($0, key.name) } }, uniquingKeysWith: { first, _ in first })
        let problems = present.cursor.problems
        var meant: Set<String> = []
        for member in unknown {
            let path = DocumentPath.member(member.key, of: present.cursor.path)
            if let name = otherNames[member.key] {
                problems.report("unknown key", at: member.location, path: path, suggestion: name)
                meant.insert(name)
            } else if let meaning = KeyValue.suggestion(for: member, among: known) {
                problems.report(
                    "a key's ':' needs a blank after it", at: member.location, path: path, suggestion: meaning)
                meant.formUnion(known.filter { meaning.hasPrefix($0 + ":") })
            } else if let guess = problems.report(
                unknown: member.key, "unknown key", at: member.location, path: path, known: { absent.map(\.name) },
                listing: { "; known here: \(keys.map(\.name).joined(separator: ", "))" })
            {
                meant.insert(guess)
            }
        }
        return meant
    }
}
