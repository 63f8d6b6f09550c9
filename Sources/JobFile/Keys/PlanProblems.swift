import Coordinator

/// Reports why a job's agents cannot run together, each reason where the file gives it. The runtime's own check finds the
/// reasons, so that no file is taken that a run refuses.
struct PlanProblems {
    let draft: JobDraft
    /// The role of an agent whose file gives it none.
    let role: @Sendable (AgentSpecification.Implementation) -> Role?

    /// - Parameters:
    ///   - agents: what was made of the draft's agents, in order; `nil` for one that cannot be used.
    ///   - repeats: what was made of the draft's repeats.
    ///   - isTogether: whether an agent and its fallback are in one repeat; those that are not are reported already.
    func report(
        _ agents: [AgentSpecification?], _ repeats: [Repeat], _ isTogether: (_ agent: String, _ other: String) -> Bool
    ) {
        var drafts: [String: AgentDraft] = [:]
        var known: [AgentSpecification] = []
        for (draft, agent) in zip(draft.agents, agents) {
            guard let agent, drafts[agent.name] == nil else { continue }
            drafts[agent.name] = draft
            known.append(agent)
        }
        let names = Set(drafts.keys)
        // Agents that are not there are reported already.
        let tasks = known.map { agent in
            AgentTask(
                agent.name, role: agent.role ?? role(of: agent, drafts[agent.name]),
                needs: agent.needs.filter(names.contains), forEach: agent.forEach,
                fallback: agent.fallback.flatMap {
                    names.contains($0) && $0 != agent.name && isTogether(agent.name, $0) ? $0 : nil
                }, agent: Nobody())
        }
        for fault in PlanCheck.faults(of: tasks, repeats: repeats, fields: draft.fields) {
            location(of: fault, drafts)?.report(fault.message)
        }
    }

    /// An agent that is never called.
    private struct Nobody: Agent {
        func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution { Contribution() }
    }

    /// The role that an agent without one in the file will have; nothing is known of an unknown one's.
    private func role(of agent: AgentSpecification, _ draft: AgentDraft?) -> Role {
        let isUnknown = draft?.role != nil
        return (isUnknown ? nil : role(agent.uses)) ?? Role(name: agent.name)
    }

    private func location(of fault: CoordinatorError, _ drafts: [String: AgentDraft]) -> Cursor? {
        guard let draft = fault.agents.last.flatMap({ drafts[$0] }) else { return repeated(fault) }
        if fault.code == .invalidItems { return draft.forEach?.name ?? draft.cursor }
        if fault.code == .cycle, !fault.repeats.isEmpty { return crossing(fault, drafts) ?? draft.cursor }
        if let pattern = fault.writes {
            guard let role = draft.role else { return draft.name?.cursor }
            return role.cursor.element(for: pattern, of: RoleKeys.writes.name) ?? role.cursor
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

    /// The name of the repeat that a fault is about, where no agent is at fault.
    private func repeated(_ fault: CoordinatorError) -> Cursor? {
        fault.repeats.last.flatMap { name in draft.repeats.first { $0.name?.value == name }?.name?.cursor }
    }

    /// The need of an agent outside by which a cycle leads into a repeat.
    private func crossing(_ fault: CoordinatorError, _ drafts: [String: AgentDraft]) -> Cursor? {
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
    /// The element of a list of patterns below this object that is the given one.
    fileprivate func element(for pattern: ContextPattern, of key: String) -> Cursor? {
        guard case .object(let members) = node.content, let list = members.first(where: { $0.key == key }),
            case .list(let nodes) = list.value.content
        else { return nil }
        return member(list).elements(nodes).first { (try? ContextPattern($0.node.written)) == pattern }
    }
}
