import Coordinator
import CurlClient
import ExternalAgents
import JobFile
import Processes
import SourceCode
import StandardAgents

/// Makes the agents of one job.
struct AgentFactory: Sendable {
    let workspace: String
    /// The scan from which `artifacts.code` was filled, if any.
    let code: WorkspaceScan?
    /// The symbols of the workspace; the agents of a job share it, so that declarations are read once.
    let catalog: SymbolCatalog
    /// The source of models; with `nil` every agent works by its rules.
    let models: ModelSource?
    /// The environment from which programs get the variables they are allowed.
    let environment: [String: String]
    /// The HTTP client for services.
    let client: SharedHTTPClient
    /// The servers of tools that agents made of models may call, by name.
    let servers: [String: ToolServerSpecification]
    /// The agents that are discovered while jobs run.
    let registry: AgentRegistry
    /// Starts programs.
    let runner: ProgramRunner

    /// The agent that a job file names, and its defaults where the file does not state otherwise.
    ///
    /// - Throws: ``JobCompositionError`` when there is no such agent here, or no such model.
    func agent(_ spec: AgentSpecification) throws -> (any Agent, AgentDefaults) {
        try checkSandbox(of: spec)
        switch spec.uses {
        case .standard("collector"):
            let collector = CollectorAgent(
                workspace: workspace, scanned: code, collector: Collector(catalog: catalog), model: try model(spec),
                runner: runner)
            return (collector, AgentDefaults(role: .collector))
        case .standard("drafter"):
            let drafter = DrafterAgent(
                workspace: workspace, model: try model(spec), fixers: spec.fixers?.map(Self.fixer), catalog: catalog,
                runner: runner)
            return (drafter, AgentDefaults(role: .drafter))
        case .standard("validator"):
            let validator = ValidatorAgent(
                workspace: workspace, variables: environment.filter { spec.variables.contains($0.key) },
                sandbox: spec.sandbox, model: try model(spec), catalog: catalog, runner: runner)
            return (validator, AgentDefaults(role: .validator))
        case .model(let model):
            return (try made(of: model, spec), AgentDefaults(role: model.role(of: spec.name, item: spec.forEach?.name)))
        case .standard(let name), .manifest(let name): return try found(.name(name), for: spec)
        case .capability(let word): return try found(.capability(word), for: spec)
        case .command(let command):
            let agent = CommandAgent(
                command, workingDirectory: workspace, environment: environment, variables: spec.variables,
                sandbox: spec.sandbox, runner: runner)
            return (agent, AgentDefaults())
        case .approval(let approval): return (approval, AgentDefaults(role: approval.role(of: spec.name)))
        case .http(let url):
            do {
                let agent = HTTPAgent(url: url, client: try client.client())
                return (agent, AgentDefaults())
            } catch {
                throw JobCompositionError(.unavailableAgent, "agent '\(spec.name)': \(error)")
            }
        }
    }

    private static func fixer(_ name: AgentSpecification.Fixer) -> Fixer {
        switch name {
        case .swiftFormat: .swiftFormat
        case .ruff: .ruff
        case .gofmt: .gofmt
        case .clangFormat: .clangFormat
        case .eslint: .eslint
        case .prettier: .prettier
        }
    }

    /// An agent that is looked up again when its run starts, since its version may change or it may vanish meanwhile.
    private func found(
        _ selector: AgentRegistry.Selector, for spec: AgentSpecification
    ) throws -> (any Agent, AgentDefaults) {
        guard let entry = registry.entry(selector) else {
            let known = registry.entries.map { entry in
                entry.capabilities.isEmpty
                    ? entry.name : "\(entry.name) (\(entry.capabilities.sorted().joined(separator: ", ")))"
            }
            throw JobCompositionError(
                .unavailableAgent,
                "agent '\(spec.name)': there is no agent \(selector); known are "
                    + (Role.standard.map(\.name) + known).joined(separator: ", ")
                    + ", and a manifest adds one: agents/NAME.yaml")
        }
        guard let wanted = spec.sandbox else { return (DiscoveredAgent(selector, in: registry), entry.defaults) }
        // The manifest may be another one by the time a run starts.
        let agent = DiscoveredAgent(selector, in: registry) { entry in
            let choice = SandboxChoice(entry.agent)
            guard choice.fault(wanted) == nil, let program = entry.agent as? CommandAgent else {
                throw AgentError(.permanent, "\(entry.name) \(entry.version): \(choice.fault(wanted) ?? "")")
            }
            return program.confined(by: choice.policy(wanted))
        }
        return (agent, entry.defaults)
    }

    /// - Throws: ``JobCompositionError`` when the agent cannot be confined as its job says.
    private func checkSandbox(of spec: AgentSpecification) throws {
        guard let wanted = spec.sandbox, let fault = KnownAgents(registry).sandboxFault(spec.uses, wanted) else {
            return
        }
        throw JobCompositionError(.unavailableAgent, "agent '\(spec.name)': \(fault)")
    }

    /// The model that an agent asks; `nil` if it works by its rules, or brings its own.
    ///
    /// - Throws: ``JobCompositionError`` when the model is not available.
    func model(_ spec: AgentSpecification) throws -> AgentModel? {
        switch spec.uses {
        case .standard, .model: break
        case .command, .http, .approval, .manifest, .capability: return nil
        }
        do {
            if models == nil, case .named(let name) = spec.model {
                throw JobCompositionError(.unavailableModel, ModelSource.absence(of: name))
            }
            return try models?.model(spec.model)
        } catch {
            throw JobCompositionError(.unavailableModel, "agent '\(spec.name)': \(error)")
        }
    }
}
