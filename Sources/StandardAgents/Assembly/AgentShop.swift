import Coordinator

/// Makes the agents of one job.
struct AgentShop: Sendable {
    let workspace: String
    /// The scan that `artifacts.code` was filled from, if any.
    let code: WorkspaceScan?
    /// Shared, so that the agents of a job read the same declarations once.
    let catalog: SymbolCatalog

    /// The agent a job file names, and the role it has unless the file says otherwise.
    ///
    /// - Throws: ``JobAssemblyError`` when there is no such agent here.
    func agent(_ spec: AgentSpec) throws -> (any Agent, Role) {
        switch spec.uses {
        case .standard("collector"):
            let collector = CollectorAgent(
                workspace: workspace, scanned: code, collector: Collector(catalog: catalog))
            return (collector, .collector)
        case .standard("drafter"): return (DrafterAgent(workspace: workspace, catalog: catalog), .drafter)
        case .standard("validator"): return (ValidatorAgent(workspace: workspace, catalog: catalog), .validator)
        case .standard(let name), .manifest(let name):
            throw JobAssemblyError(
                .unavailableAgent,
                "agent '\(spec.name)' uses '\(name)', which is not available here; "
                    + "available are collector, drafter and validator")
        case .command: throw unavailable(spec, "command")
        case .http: throw unavailable(spec, "http")
        }
    }

    private func unavailable(_ spec: AgentSpec, _ kind: String) -> JobAssemblyError {
        JobAssemblyError(
            .unavailableAgent,
            "agent '\(spec.name)' uses '\(kind)': agents in other languages are read and checked in job files, but "
                + "this version does not run them yet; use collector, drafter or validator, or write the agent in Swift"
        )
    }
}
