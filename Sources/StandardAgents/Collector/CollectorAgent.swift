import Coordinator
import Processes
import SourceCode
import Support

/// The agent that collects context: it reads `artifacts.code` (or the workspace, when the blackboard holds no code) and
/// writes `artifacts.context`. It asks no model; where the job has one, it packs the most relevant parts of the files
/// to fit into that model's context.
public struct CollectorAgent: Agent {
    /// The path to which the collected context is written.
    public static let contextPath: ContextPath = "artifacts.context"
    /// The path from which code is read: an object of texts by file path.
    public static let codePath: ContextPath = "artifacts.code"

    private let workspace: String?
    private let selection: PathSelection
    private let workspaceLimits: WorkspaceLimits
    private let scanned: WorkspaceScan?
    private let collector: Collector
    private let model: AgentModel?
    private let runner: ProgramRunner

    /// Makes the agent.
    ///
    /// - Parameters:
    ///   - workspace: The folder of a git repository, read only when the blackboard holds no code.
    ///   - include: Patterns of paths to read (`Sources/**`, `*.md`); empty for all tracked files.
    ///   - exclude: Patterns of paths to leave out; they override `include`.
    public init(workspace: String? = nil, include: [String] = [], exclude: [String] = []) {
        self.init(
            workspace: workspace,
            selection: PathSelection(include: include.map { PathPattern($0) }, exclude: exclude.map { PathPattern($0) })
        )
    }

    /// Makes the agent.
    ///
    /// - Parameters:
    ///   - scanned: The scan from which `artifacts.code` was filled, if any; the context then states the revision and
    ///     the files left out.
    ///   - model: The model that the context is packed for.
    ///   - runner: Starts git.
    package init(
        workspace: String? = nil, selection: PathSelection = .init(), workspaceLimits: WorkspaceLimits = .init(),
        scanned: WorkspaceScan? = nil, collector: Collector = .init(), model: AgentModel? = nil,
        runner: ProgramRunner = ProgramRunner()
    ) {
        self.workspace = workspace
        self.selection = selection
        self.workspaceLimits = workspaceLimits
        self.scanned = scanned
        self.collector = collector
        self.model = model
        self.runner = runner
    }

    /// Collects the context once.
    ///
    /// - Throws: ``AgentError``, permanent, without code and workspace, or when either cannot be used;
    ///   `CancellationError`, with every child process ended.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        let scan = try await scan(view)
        attempt.progress("collecting from \(Counted.text(scan.files.count, "file"))")
        let task = view.task
        let context: CollectedContext
        do {
            context = try await collector.collect(
                scan, task: [task.description] + task.requirements.map(\.text), packTokens: try packTokens(view))
        } catch let error as WorkspaceError {
            throw AgentError(.transient, error.description)
        }
        return Contribution(set: [Self.contextPath: try JSONValue(encoding: context)])
    }

    /// The tokens that the model's context has left beside the task and the text of the longest prompt.
    private func packTokens(_ view: RoleView) throws -> Int? {
        guard let model else { return nil }
        return max(0, model.packTokens(beside: [try TaskText.of(view)]) - AgentModel.promptTokens)
    }

    private func scan(_ view: RoleView) async throws -> WorkspaceScan {
        if let code = try view.value(at: Self.codePath), code != .null {
            guard let texts = code.objectValue, texts.values.allSatisfy({ $0.stringValue != nil }) else {
                throw AgentError(
                    .permanent,
                    "\(Self.codePath) must be an object from path to text; it is \(code.kindName).")
            }
            let scan = WorkspaceScan(texts: texts.compactMapValues(\.stringValue), limits: workspaceLimits)
            guard let scanned else { return scan }
            return WorkspaceScan(
                files: scan.files, skipped: scan.skipped + scanned.skipped, revision: scanned.revision,
                dirty: scanned.dirty)
        }
        guard let workspace else {
            throw AgentError(
                .permanent,
                "There is nothing to collect from: \(Self.codePath) is empty and no workspace is set. "
                    + "Name files under artifacts.code, or run with a workspace.")
        }
        do {
            return try await Workspace(workspace).scan(selection, limits: workspaceLimits, by: runner)
        } catch let error as WorkspaceError {
            throw AgentError(.permanent, error.description)
        }
    }
}
