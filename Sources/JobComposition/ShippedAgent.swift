import Coordinator
import JobFile

/// An agent that comes with the program.
package struct ShippedAgent: Sendable {
    /// Its role, and by it its name.
    package let role: Role
    /// What it is for, in a sentence.
    package let description: String
    /// What it can do, in a word that job files may select it by.
    package let capability: String

    /// All of them.
    package static let all = [
        ShippedAgent(
            role: .collector, description: "Extracts and normalises context from code and docs.", capability: "collect"),
        ShippedAgent(role: .drafter, description: "Writes patches.", capability: "draft"),
        ShippedAgent(role: .validator, description: "Writes tests and checklists.", capability: "validate"),
    ]

    /// What they can do.
    package static var capabilities: Set<String> { Set(all.map(\.capability)) }
}

extension AgentFactory {
    /// A job's agent with the shipped one named that has the capability which it asks for, unless another one has it: who
    /// registers an agent wants it used.
    func resolved(_ spec: AgentSpecification) -> AgentSpecification {
        guard case .capability(let word) = spec.uses, registry.entry(.capability(word)) == nil,
            let shipped = ShippedAgent.all.first(where: { $0.capability == word })
        else { return spec }
        var spec = spec
        spec.uses = .standard(shipped.role.name)
        return spec
    }
}
