import Coordinator

/// The standard drafter: makes a patch by declared rules, without a model.
///
/// It reads `task`, `artifacts.code` (texts by path) and, where `needs` made it available, `artifacts.context`; without
/// `artifacts.code` it reads the workspace's tracked files. It writes `artifacts.draft`, and `artifacts.patch` when it
/// drafted something. The patch is one that `git apply --check` accepted on the workspace, which is never written.
public struct DrafterAgent: Agent {
    private let workspace: String
    private let drafter: Drafter
    private let catalog: SymbolCatalog

    /// Makes the agent.
    /// - Parameter workspace: The folder of a git working tree that patches are made for.
    public init(workspace: String) {
        self.init(workspace: workspace, drafter: Drafter())
    }

    /// - Parameter catalog: reads declarations; shared with other agents that read the same files.
    package init(workspace: String, drafter: Drafter = Drafter(), catalog: SymbolCatalog = SymbolCatalog()) {
        self.workspace = workspace
        self.drafter = drafter
        self.catalog = catalog
    }

    /// Drafts once.
    /// - Throws: `AgentError`, permanent when the workspace or the view cannot be used; `CancellationError`.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        try await AgentFailure.translated {
            attempt.progress("reading sources")
            let sources = try await AgentSources(view, workspace: workspace, catalog: catalog)
            attempt.progress("drafting")
            let result = try await drafter.draft(
                DraftRequest(
                    workspace: workspace, description: view.task.description, requirements: view.task.requirements,
                    texts: sources.texts, symbols: sources.symbols, ranking: sources.ranking))
            var contribution = Contribution()
            contribution.set["artifacts.draft"] = try JSONValue(encoding: result)
            if !result.patch.isEmpty { contribution.set["artifacts.patch"] = .string(result.patch) }
            return contribution
        }
    }
}
