import Coordinator

/// Reports why a job's agents cannot run together, each reason where the file gives it. The runtime's own check finds the
/// reasons, so that no file is taken that a run refuses.
struct PlanProblems {
    private let draft: JobDraft
    private var drafts: [String: AgentDraft] = [:]
    /// Where the patterns of each agent's writes stand, looked up for the first fault of an agent.
    private var places: [String: [ContextPattern: Cursor]] = [:]

    init(_ draft: JobDraft) { self.draft = draft }

    /// - Parameters:
    ///   - agents: what was made of the draft's agents, in order; `nil` for one that cannot be used.
    ///   - roles: the role that each will have; what one without may write is compared with no other's.
    ///   - repeats: what was made of the draft's repeats.
    ///   - fields: the fields of the file, and those that answers of elements fold into.
    ///   - isTogether: whether an agent and its fallback are in one repeat; those that are not are reported already.
    consuming func report(
        _ agents: [AgentSpecification?], roles: [Role?], _ repeats: [Repeat], fields: [FieldDeclaration],
        _ isTogether: (_ agent: String, _ other: String) -> Bool
    ) {
        var known: [(agent: AgentSpecification, role: Role?)] = []
        for (index, draft) in draft.agents.enumerated() {
            guard let agent = agents[index], drafts[agent.name] == nil else { continue }
            drafts[agent.name] = draft
            known.append((agent, roles[index]))
        }
        // Agents that are not there are reported already.
        let tasks = known.map { agent, role in
            AgentTask(
                agent.name, role: role ?? Role(name: agent.name), needs: agent.needs.filter { drafts[$0] != nil },
                forEach: agent.forEach,
                fallback: agent.fallback.flatMap {
                    drafts[$0] != nil && $0 != agent.name && isTogether(agent.name, $0) ? $0 : nil
                }, agent: Nobody())
        }
        let limit = draft.cursor.problems.limit
        for fault in PlanCheck.faults(of: tasks, repeats: repeats, fields: fields, atMost: limit) {
            location(of: fault)?.report(fault.message)
        }
    }

    /// An agent that is never called.
    private struct Nobody: Agent {
        func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution { Contribution() }
    }

    private mutating func location(of fault: CoordinatorError) -> Cursor? {
        guard let name = fault.agents.last, let draft = drafts[name] else { return repeated(fault) }
        if fault.code == .invalidItems { return draft.forEach?.name ?? draft.cursor }
        if fault.code == .cycle, !fault.repeats.isEmpty { return crossing(fault) ?? draft.cursor }
        if let pattern = fault.writes {
            guard let role = draft.role else { return draft.name?.cursor }
            return places(of: name, role.cursor)[pattern] ?? role.cursor
        }
        // A cycle that is not of needs alone passes through a fallback, which waits for the agent it may replace.
        for (waiting, other) in zip(fault.agents, fault.agents.dropFirst()) {
            if let fallback = drafts[other]?.fallback, fallback.value == waiting { return fallback.cursor }
        }
        // Or through a need, whose fallback an agent waits for too.
        for name in fault.agents {
            if let need = drafts[name]?.needs.first(where: { drafts[$0.value]?.fallback != nil }) { return need.cursor }
        }
        return draft.cursor
    }

    private mutating func places(of agent: String, _ role: Cursor) -> [ContextPattern: Cursor] {
        if let known = places[agent] { return known }
        let found = role.patterns(of: RoleKeys.writes.name)
        places[agent] = found
        return found
    }

    /// The name of the repeat that a fault is about, where no agent is at fault.
    private func repeated(_ fault: CoordinatorError) -> Cursor? {
        fault.repeats.last.flatMap { name in draft.repeats.first { $0.name?.value == name }?.name?.cursor }
    }

    /// The need of an agent outside by which a cycle leads into a repeat.
    private func crossing(_ fault: CoordinatorError) -> Cursor? {
        let members = Set(
            draft.repeats.filter { loop in loop.name.map { fault.repeats.contains($0.value) } ?? false }
                .flatMap { $0.agents.map(\.value) })
        for name in fault.agents where !members.contains(name) {
            if let need = drafts[name]?.needs.first(where: { members.contains($0.value) }) { return need.cursor }
        }
        return nil
    }
}

extension Cursor {
    /// Where each of a list of patterns below this object stands first.
    fileprivate func patterns(of key: String) -> [ContextPattern: Cursor] {
        guard case .object(let members) = node.content, let list = members.first(where: { $0.key == key }),
            case .list(let nodes) = list.value.content
        else { return [:] }
        let places = member(list).elements(nodes).compactMap { place in
            (try? ContextPattern(place.node.written)).map { ($0, place) }
        }
        return Dictionary(places, uniquingKeysWith: { first, _ in first })
    }
}
