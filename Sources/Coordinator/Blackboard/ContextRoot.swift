import HashTreeCollections
import Support

/// Every value on a blackboard at one version, cheap to keep and cheap to change.
///
/// `artifacts` may have a member per agent. It is a persistent hash trie: a snapshot shares it, and a change copies a few
/// nodes instead of every member.
struct ContextRoot: Sendable {
    /// A class, since a change copies the trie node that holds the member, and with it every other member of the node.
    private final class Member: Sendable {
        let value: JSONValue
        init(_ value: JSONValue) { self.value = value }
    }

    private enum Wide: Sendable {
        case members(TreeDictionary<ExactString, Member>)
        /// The value is no object, or there is none.
        case other(JSONValue?)
    }

    static let artifacts = "artifacts"
    private var wide: Wide
    private var rest: JSONValue

    init(_ json: JSONValue) {
        var members = json.objectValue ?? [:]
        switch members.removeValue(forKey: ExactString(Self.artifacts)) {
        case .object(let artifacts)?: wide = Self.members(artifacts)
        case let other: wide = .other(other)
        }
        rest = .object(members)
    }

    /// All values as one document; takes time in proportion to its size.
    var json: JSONValue {
        var members = rest.objectValue ?? [:]
        members[Self.artifacts] = Self.value(wide)
        return .object(members)
    }

    func value(at segments: some Collection<String>) -> JSONValue? {
        guard let first = segments.first else { return json }
        guard first == Self.artifacts else { return rest.value(at: segments) }
        let below = segments.dropFirst()
        guard let name = below.first else { return Self.value(wide) }
        switch wide {
        case .members(let members): return members[ExactString(name)]?.value.value(at: below.dropFirst())
        case .other(let value): return value?.value(at: below)
        }
    }

    mutating func removeArtifacts() { wide = .other(nil) }

    /// The names of the members of `artifacts`.
    var artifactNames: [String] {
        if case .members(let members) = wide { members.keys.map(\.string) } else { [] }
    }

    /// Replaces the value at a path, as ``JSONValue/replace(at:with:)`` does; the path must not be empty.
    mutating func replace(
        at segments: ArraySlice<String>, with edit: (JSONValue?) throws -> JSONValue?
    ) throws {
        guard segments.first == Self.artifacts else { return try rest.replace(at: segments, with: edit) }
        let below = segments.dropFirst()
        guard let name = below.first.map({ ExactString($0) }) else {
            let new = try edit(Self.value(wide))
            if case .object(let members) = new { wide = Self.members(members) } else { wide = .other(new) }
            return
        }
        switch wide {
        case .other(nil): wide = .members([:])
        case .other(let value?): throw JSONValue.NotAnObject(found: value.kindName, below: name.string)
        case .members: break
        }
        guard case .members(var members) = wide else { return }
        wide = .other(nil)  // keeps the tree uniquely referenced while it is edited
        defer { wide = .members(members) }
        if below.count == 1 {
            members[name] = try edit(members[name]?.value).map { Member($0) }
        } else {
            var child = members[name]?.value ?? .object([:])
            // Removed, so that the child's tree is uniquely referenced while it is edited.
            members[name] = nil
            defer { members[name] = Member(child) }
            try child.replace(at: below.dropFirst(), with: edit)
        }
    }

    private static func members(_ object: JSONObject) -> Wide {
        .members(TreeDictionary(uniqueKeysWithValues: object.lazy.map { ($0, Member($1)) }))
    }

    private static func value(_ wide: Wide) -> JSONValue? {
        switch wide {
        case .members(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.value) }, uniquingKeysWith: { first, _ in first }))
        case .other(let value): value
        }
    }
}
