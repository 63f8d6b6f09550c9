import Coordinator
import JobFile

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

extension AgentFactory {
    /// A job's agent with its capability replaced by the name of the agent that has it, where a shipped agent does.
    ///
    /// An agent that a program registered is preferred to the shipped one: it was registered to be used. One of a
    /// manifest is not, since manifests may lie in a workspace of somebody else, whose programs nobody has asked for.
    func resolved(_ spec: AgentSpecification) -> AgentSpecification {
        guard case .capability(let word) = spec.uses,
            let shipped = ShippedAgent.all.first(where: { $0.capability == word })
        else { return spec }
        let own = registry.entries.first {
            $0.capabilities.contains(word) && $0.source == AgentRegistry.Entry.programSource
        }
        var spec = spec
        spec.uses = own.map { .manifest($0.name) } ?? .standard(shipped.role.name)
        return spec
    }
}
