import Coordinator
import ExternalAgents
import JobFile
import LanguageModels

/// The agents that job files may name here: those that ship, and those that were found.
package struct KnownAgents: Sendable {
    private struct Found {
        let name: String
        let capabilities: Set<String>
        let role: Role?
        let sandbox: SandboxChoice
        /// Whether a program registered it, and no manifest.
        let isOfProgram: Bool
    }

    /// By name.
    private let found: [Found]

    /// The agents that a runtime knows now.
    package init(_ registry: AgentRegistry) {
        found = registry.entries.map { entry in
            Found(
                name: entry.name, capabilities: entry.capabilities, role: entry.defaults.role,
                sandbox: SandboxChoice(entry.agent),
                isOfProgram: entry.source == AgentRegistry.Entry.programSource)
        }
    }

    /// The agents of a folder's manifests.
    package init(_ scan: ManifestScan) {
        found = scan.manifests.values.map(\.manifest).sorted { $0.name < $1.name }.map { manifest in
            Found(
                name: manifest.name, capabilities: manifest.capabilities, role: manifest.defaults.role,
                sandbox: SandboxChoice(manifest),
                isOfProgram: false)
        }
    }

    /// What a job file is read with, so that it is refused where a job of it could not start.
    ///
    /// - Parameters:
    ///   - models: the models that agents may ask; `nil` where there are none.
    ///   - runtime: the runtime whose resources the job would share; `nil` for one of its own.
    ///   - environment: the variables among which a job's are looked up; `nil` to look up none.
    ///   - folder: where the files are that the job file names; without it a job file that was sent names none.
    package func options(
        overrides: [String] = [], models: ModelSource?, runtime: CoordinatorRuntime? = nil,
        environment: [String: String]? = nil, folder: JobFolder = .none
    ) -> JobFileReader.Options {
        JobFileReader.Options(
            overrides: overrides, manifests: Set(found.map(\.name)),
            capabilities: found.reduce(into: ShippedAgent.capabilities) { $0.formUnion($1.capabilities) },
            surroundings: JobSurroundings(
                role: role, modelFaults: { ModelSource.faults(of: $0, in: models) },
                resourceFaults: { declared in
                    (runtime?.refusals(of: declared) ?? CoordinatorRuntime.refusals(of: declared)).mapValues(\.message)
                },
                missingVariables: { names in
                    guard let environment else { return [] }
                    return Set(names.filter { environment[$0, default: ""].isEmpty })
                }, sandboxFault: sandboxFault,
                missingModel: models?.name == nil ? ModelSource.missing : nil, schemaFault: Self.schemaFault,
                folder: folder, home: environment?["HOME"]))
    }

    /// Why a JSON Schema cannot be used for a model's answer; `nil` where it can.
    @Sendable private static func schemaFault(_ schema: JSONValue) -> String? {
        do {
            _ = try JSONSchemaValidator(schema)
            return nil
        } catch {
            return error.description
        }
    }

    /// A capability replaced by the agent that has it, where a shipped agent does; everything else as it is.
    ///
    /// An agent that a program registered is preferred to the shipped one: it was registered to be used. One of a
    /// manifest is not, since manifests may lie in a workspace of somebody else, whose programs nobody has asked for.
    func resolved(_ implementation: AgentSpecification.Implementation) -> AgentSpecification.Implementation {
        guard case .capability(let word) = implementation,
            let shipped = ShippedAgent.all.first(where: { $0.capability == word })
        else { return implementation }
        let own = found.first { $0.isOfProgram && $0.capabilities.contains(word) }
        return own.map { .manifest($0.name) } ?? .standard(shipped.role.name)
    }

    /// The role of an agent whose job file gives it none; `nil` where the agent is not known.
    @Sendable private func role(_ implementation: AgentSpecification.Implementation, agent: String) -> Role? {
        let implementation = resolved(implementation)
        if case .standard = implementation { return JobSurroundings.shippedRole(implementation) }
        return known(implementation).map { $0.role ?? Role.leastPrivilege(agent: agent) }
    }

    /// Why an agent cannot be confined as its job's file says; `nil` where it can, or the agent is not known.
    @Sendable func sandboxFault(
        _ implementation: AgentSpecification.Implementation, _ wanted: SandboxPolicy
    ) -> String? {
        let implementation = resolved(implementation)
        switch implementation {
        case .command, .standard(Role.validator.name): return nil
        case .standard(let name):
            return "the agent is the \(name), which starts no program of the job's; remove the key 'sandbox'"
        case .http, .approval, .model: return SandboxChoice(isProgram: false, asked: nil).fault(wanted)
        case .manifest, .capability: return known(implementation).flatMap { $0.sandbox.fault(wanted) }
        }
    }

    private func known(_ implementation: AgentSpecification.Implementation) -> Found? {
        switch implementation {
        case .manifest(let name): found.first { $0.name == name }
        case .capability(let word): found.first { $0.capabilities.contains(word) }
        case .standard, .model, .command, .http, .approval: nil
        }
    }
}
