import HashTreeCollections
import Support

/// Everything on a blackboard at one version, cheap to keep and cheap to change.
///
/// `artifacts` and `agents` may have a member per agent. They are persistent hash tries: a snapshot shares them, and a
/// change copies a few nodes instead of every member.
struct ContextRoot: Sendable {
    /// An agent's state changes several times an attempt and is seldom read, so it becomes JSON only when it is read.
    ///
    /// A class, since a change copies the trie node that holds the member, and with it every other member of the node.
    private final class Member: Sendable {
        private enum Content {
            case value(JSONValue)
            case state(AgentState)
        }

        private let content: Content

        init(_ value: JSONValue) { content = .value(value) }
        init(_ state: AgentState) { content = .state(state) }

        var json: JSONValue {
            switch content {
            case .value(let value): value
            case .state(let state): state.contextValue
            }
        }
    }

    private enum Wide: Sendable {
        case members(TreeDictionary<ExactString, Member>)
        /// The value is no object, or there is none.
        case other(JSONValue?)
    }

    private static let artifacts = "artifacts"
    private static let agents = "agents"
    private var wideArtifacts: Wide
    private var wideAgents: Wide
    private var rest: JSONValue

    init(_ json: JSONValue) {
        var members = json.objectValue ?? [:]
        func wide(_ name: String) -> Wide {
            guard case .object(let inner) = members.removeValue(forKey: ExactString(name)) ?? .object([:]) else {
                return .other(json[name])
            }
            return json[name] == nil ? .other(nil) : Self.members(inner)
        }
        wideArtifacts = wide(Self.artifacts)
        wideAgents = wide(Self.agents)
        rest = .object(members)
    }

    /// The whole blackboard as one document; takes time in proportion to its size.
    var json: JSONValue {
        var members = rest.objectValue ?? [:]
        members[Self.artifacts] = Self.value(wideArtifacts)
        members[Self.agents] = Self.value(wideAgents)
        return .object(members)
    }

    func value(at segments: some Collection<String>) -> JSONValue? {
        guard let first = segments.first else { return json }
        let below = segments.dropFirst()
        switch first {
        case Self.artifacts: return Self.value(wideArtifacts, at: below)
        case Self.agents: return Self.value(wideAgents, at: below)
        default: return rest.value(at: segments)
        }
    }

    /// The names of the members of `artifacts`.
    var artifactNames: [String] {
        if case .members(let members) = wideArtifacts { members.keys.map(\.string) } else { [] }
    }

    /// Replaces the value at a path, as ``JSONValue/replace(at:with:)`` does; the path must not be empty.
    mutating func replace(
        at segments: ArraySlice<String>, with edit: (JSONValue?) throws -> JSONValue?
    ) throws {
        switch segments.first {
        case Self.artifacts: try Self.replace(&wideArtifacts, at: segments, with: edit)
        case Self.agents: try Self.replace(&wideAgents, at: segments, with: edit)
        default: try rest.replace(at: segments, with: edit)
        }
    }

    /// Sets an agent's state, unless `agents` is no object any more.
    mutating func set(_ state: AgentState) {
        if case .other(nil) = wideAgents { wideAgents = .members([:]) }
        guard case .members(var members) = wideAgents else { return }
        wideAgents = .other(nil)  // keeps the tree uniquely referenced while it is edited
        members[ExactString(state.name)] = Member(state)
        wideAgents = .members(members)
    }

    private static func members(_ object: JSONObject) -> Wide {
        .members(TreeDictionary(uniqueKeysWithValues: object.lazy.map { ($0, Member($1)) }))
    }

    private static func value(_ wide: Wide) -> JSONValue? {
        switch wide {
        case .members(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
        case .other(let value): value
        }
    }

    private static func value(_ wide: Wide, at below: some Collection<String>) -> JSONValue? {
        guard let name = below.first else { return value(wide) }
        switch wide {
        case .members(let members): return members[ExactString(name)]?.json.value(at: below.dropFirst())
        case .other(let value): return value?.value(at: below)
        }
    }

    private static func replace(
        _ wide: inout Wide, at segments: ArraySlice<String>, with edit: (JSONValue?) throws -> JSONValue?
    ) throws {
        let below = segments.dropFirst()
        guard let name = below.first.map({ ExactString($0) }) else {
            let new = try edit(value(wide))
            if case .object(let members) = new {
                wide = Self.members(members)
            } else {
                wide = .other(new)
            }
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
            members[name] = try edit(members[name]?.json).map { Member($0) }
        } else {
            var child = members[name]?.json ?? .object([:])
            // Removed, so that the child's tree is uniquely referenced while it is edited.
            members[name] = nil
            defer { members[name] = Member(child) }
            try child.replace(at: below.dropFirst(), with: edit)
        }
    }
}
