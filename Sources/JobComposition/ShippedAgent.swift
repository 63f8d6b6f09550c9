import Coordinator

/// An agent that comes with the program.
package struct ShippedAgent: Sendable {
    /// The agent's role, whose name is also the agent's.
    package let role: Role
    /// What the agent is for, in a sentence.
    package let description: String
    /// What the agent can do, in a word by which job files may select it.
    package let capability: String

    /// All agents that ship.
    package static let all = [
        ShippedAgent(
            role: .collector, description: "Extracts and normalises context from code and docs.", capability: "collect"),
        ShippedAgent(role: .drafter, description: "Writes patches.", capability: "draft"),
        ShippedAgent(role: .validator, description: "Writes tests and checklists.", capability: "validate"),
    ]

    /// The capabilities of all agents that ship.
    package static var capabilities: Set<String> { Set(all.map(\.capability)) }
}
