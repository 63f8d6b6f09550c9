import Coordinator

/// What agents made of models write that run for the elements of a list: objects by index, into which the elements' answers
/// and patches fold. Each is a field that merges, which no file has to declare.
struct ItemAnswers {
    private let draft: JobDraft
    private let agents: [AgentSpecification?]

    init(_ draft: JobDraft, _ agents: [AgentSpecification?]) {
        self.draft = draft
        self.agents = agents
    }

    /// The fields; one that the file declares otherwise is reported.
    func fields() -> [FieldDeclaration] {
        var fields: [FieldDeclaration] = []
        var known = Dictionary(draft.fields.map { ($0.pattern, $0.merge) }, uniquingKeysWith: { first, _ in first })
        for (draft, agent) in zip(draft.agents, agents) {
            guard let agent, agent.forEach != nil, case .model(let model) = agent.uses else { continue }
            for path in model.writes(of: agent.name) {
                let pattern = ContextPattern(path)
                if let declared = known[pattern] {
                    guard declared != .merge else { continue }
                    let place = draft.modelAgent?.output?.path?.cursor ?? draft.name?.cursor
                    place?.report(
                        "the answers of a for_each become an object by index at \(path), which fields: declares as "
                            + "\(declared.name); write another path, or remove the field")
                } else {
                    known[pattern] = .merge
                    fields.append(FieldDeclaration(pattern, merge: .merge))
                }
            }
        }
        return fields
    }
}
