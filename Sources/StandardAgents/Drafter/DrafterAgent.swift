import Coordinator
import Processes
import SourceCode

/// The standard drafter: makes a patch, by asking a model for edits or, without one, of what the repository's own tools
/// correct and what the source proves; where that is nothing it says so, and succeeds without a patch.
///
/// It reads `task`, `artifacts.code` (texts by path) and, where `needs` made it available, `artifacts.context`; without
/// `artifacts.code` it reads the workspace's tracked files. It writes `artifacts.draft`, which names the author (rules
/// or a model), and `artifacts.patch` when there is something to change. `git apply --check` has accepted the patch on
/// the workspace, which is never written. In a later round of a repeat a model also sees `artifacts.patch`, its last patch,
/// and what did not pass of `artifacts.validation`.
public struct DrafterAgent: Agent {
    private let reader: SourceReader
    private let drafter: Drafter
    private let modelDrafter: ModelDrafter?

    /// Makes the agent that works by rules.
    /// - Parameter workspace: The folder of the git working tree for which patches are made.
    public init(workspace: String) {
        self.init(workspace: workspace, model: nil)
    }

    /// - Parameters:
    ///   - model: the model to ask for edits; `nil` for rules alone.
    ///   - fixers: the tools that may correct files; `nil` for those that run none of the repository's code.
    ///   - catalog: reads declarations; shared with other agents that read the same files.
    ///   - runner: starts programs.
    package init(
        workspace: String, model: AgentModel? = nil, fixers: [Fixer]? = nil, drafter: Drafter? = nil,
        catalog: SymbolCatalog = SymbolCatalog(), runner: ProgramRunner = ProgramRunner()
    ) {
        reader = SourceReader(workspace: workspace, catalog: catalog, runner: runner)
        let syntax = SyntaxChecker(runner: runner)
        self.drafter = drafter ?? Drafter(rules: [FixerRule(fixers), TestSkeletonRule()], syntax: syntax)
        modelDrafter = model.map { ModelDrafter($0, syntax: syntax) }
    }

    /// Drafts a patch once.
    /// - Throws: `AgentError`, permanent when the workspace or the view cannot be used, transient with `invalid_output`
    ///   when a model's edits cannot; `ModelError`; `CancellationError`.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        try await AgentFailure.translated {
            if modelDrafter != nil { try attempt.countOnlyCalls() }
            let sources = try await reader.sources(view, attempt)
            let request = DraftRequest(
                workspace: reader.workspace, description: view.task.description,
                requirements: view.task.requirements.map(\.text),
                texts: sources.texts, symbols: sources.symbols, ranking: sources.ranking)
            var contribution = Contribution()
            let result: DraftResult
            if let modelDrafter {
                (result, contribution.usage) = try await modelDrafter.draft(
                    request, task: try TaskText.of(view),
                    lastRound: try LastRound.of(view, round: attempt.round, limit: modelDrafter.roundBytes),
                    pack: sources.pack, attempt)
            } else {
                attempt.progress("drafting by rules and by tools that are installed")
                result = try await drafter.draft(request)
                if result.patch.isEmpty { attempt.progress("nothing to offer by rule") }
            }
            contribution.set["artifacts.draft"] = try JSONValue(encoding: result)
            if !result.patch.isEmpty { contribution.set["artifacts.patch"] = .string(result.patch) }
            return contribution
        }
    }
}
