extension AgentSpecification {
    /// Whether the agent asks a person, or may do so before it calls a tool: where nobody can be asked, and nothing is kept
    /// for an answer later, its job is not run.
    package var asksPeople: Bool {
        switch uses {
        case .approval: true
        case .model(let model): !model.approve.isEmpty
        case .standard, .command, .http, .manifest, .capability: false
        }
    }
}
