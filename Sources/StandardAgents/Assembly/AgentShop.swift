import Coordinator

/// Makes the agents of one job.
struct AgentShop: Sendable {
    let workspace: String
    /// The scan that `artifacts.code` was filled from, if any.
    let code: WorkspaceScan?
    /// Shared, so that the agents of a job read the same declarations once.
    let catalog: SymbolCatalog
    /// Where models come from; `nil` has every agent work by its rules.
    let models: ModelSource?
    /// The variables of which programs get some.
    let environment: [String: String]
    /// What calls services.
    let client: SharedHTTPClient

    /// The agent a job file names, and the role it has unless the file says otherwise.
    ///
    /// - Throws: ``JobAssemblyError`` when there is no such agent here, or no such model.
    func agent(_ spec: AgentSpec) throws -> (any Agent, Role) {
        switch spec.uses {
        case .standard("collector"):
            let collector = CollectorAgent(
                workspace: workspace, scanned: code, collector: Collector(catalog: catalog), model: try model(spec))
            return (collector, .collector)
        case .standard("drafter"):
            return (DrafterAgent(workspace: workspace, model: try model(spec), catalog: catalog), .drafter)
        case .standard("validator"):
            return (ValidatorAgent(workspace: workspace, model: try model(spec), catalog: catalog), .validator)
        case .standard(let name), .manifest(let name):
            throw JobAssemblyError(
                .unavailableAgent,
                "agent '\(spec.name)' uses '\(name)', which is not available here; "
                    + "available are collector, drafter and validator")
        case .command(let command):
            let agent = CommandAgent(
                command, workingDirectory: workspace, environment: environment, variables: spec.variables)
            return (agent, Role(name: spec.name))
        case .http(let url):
            do {
                return (HTTPAgent(url: url, client: try client.client()), Role(name: spec.name))
            } catch {
                throw JobAssemblyError(.unavailableAgent, "agent '\(spec.name)': \(error)")
            }
        }
    }

    /// The model a shipped agent asks; `nil` where it works by its rules.
    ///
    /// - Throws: ``JobAssemblyError`` when it cannot be had.
    func model(_ spec: AgentSpec) throws -> AgentModel? {
        if case .standard = spec.uses {} else { return nil }
        do {
            if models == nil, case .named(let name) = spec.model {
                throw JobAssemblyError(.unavailableModel, "models are not set up here, so '\(name)' cannot be asked")
            }
            return try models?.model(spec.model)
        } catch {
            throw JobAssemblyError(.unavailableModel, "agent '\(spec.name)': \(error)")
        }
    }
}
