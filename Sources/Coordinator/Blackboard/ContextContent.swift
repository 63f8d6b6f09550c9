import Support

/// What is read on a blackboard: the versioned tree, and beside it what agents are doing.
struct ContextContent: Sendable {
    private(set) var tree: ContextRoot
    private(set) var states: AgentStates

    /// The content without the wide parts of which these patterns read nothing: as long as somebody holds a part, each
    /// change of it makes a copy.
    func limited(to reads: [ContextPattern]) -> ContextContent {
        func isRead(_ field: String) -> Bool {
            reads.contains { $0.match(CollectionOfOne(field)) != .outside }
        }
        var content = self
        if !isRead(AgentStates.segment) { content.states = AgentStates() }
        if !isRead(ContextRoot.artifacts) { content.tree.removeArtifacts() }
        return content
    }

    /// The whole blackboard as one document; takes time in proportion to its size.
    var json: JSONValue {
        var members = tree.json.objectValue ?? [:]
        let agents = ExactString(AgentStates.segment)
        members[agents] = states.json(over: members[agents])
        return .object(members)
    }

    func value(at segments: some Collection<String>) -> JSONValue? {
        guard let first = segments.first else { return json }
        guard first == AgentStates.segment else { return tree.value(at: segments) }
        let below = segments.dropFirst()
        guard let name = below.first else { return states.json(over: tree.value(at: [first])) }
        guard let state = states[name] else { return tree.value(at: segments) }
        return state.json(over: tree.value(at: [first, name])).value(at: below.dropFirst())
    }
}
