import Coordinator
import Processes
import SourceCode

/// What a standard agent reads its sources with.
struct SourceReader: Sendable {
    /// The folder of a git working tree.
    let workspace: String
    /// Reads declarations.
    let catalog: SymbolCatalog
    /// Starts git.
    let runner: ProgramRunner

    /// Reads what the agent works on, and says so.
    /// - Throws: what ``AgentSources`` throws.
    func sources(_ view: RoleView, _ attempt: AttemptContext) async throws -> AgentSources {
        attempt.progress("reading sources")
        return try await AgentSources(view, workspace: workspace, catalog: catalog, runner: runner)
    }
}

/// What a standard agent works on: texts, their declarations and their order, from the blackboard or, where it has none,
/// from the workspace.
struct AgentSources: Sendable {
    private(set) var texts: [String: String] = [:]
    private(set) var symbols: [String: [Symbol]] = [:]
    private(set) var ranking: [String] = []
    /// What the collector packed for a model.
    private(set) var pack: ContextPack?

    /// Reads `artifacts.code` and `artifacts.context`; what is missing is made here.
    /// - Throws: `AgentError` for values of another form; ``WorkspaceError``; `CancellationError`.
    init(_ view: RoleView, workspace: String, catalog: SymbolCatalog, runner: ProgramRunner) async throws {
        if let code = try Self.readable(view, "artifacts.code") {
            guard let members = code.objectValue else {
                throw Self.unusable("artifacts.code", "an object of texts by path", code)
            }
            for (path, value) in members {
                guard let text = value.stringValue ?? value["text"]?.stringValue else {
                    throw Self.unusable("artifacts.code[\"\(path)\"]", "a text", value)
                }
                texts[path] = text
            }
        } else {
            let scan = try await Workspace(workspace).scan(by: runner)
            texts = Dictionary(scan.files.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
        }
        let context = try Self.readable(view, "artifacts.context")
        symbols = Self.symbols(context)
        // What the collector's limits left out, or all of it when it worked beside this agent, is read here.
        let files = texts.sorted { $0.key < $1.key }.map { SourceFile(path: $0.key, text: $0.value) }
        let extraction = try await catalog.extraction(of: files.filter { symbols[$0.path] == nil })
        for file in extraction.files { symbols[file.path] = file.symbols }
        pack = try? context?["pack"]?.decoded(as: ContextPack.self)
        ranking = context?["ranking"]?.arrayValue?.compactMap { $0["path"]?.stringValue } ?? []
        if ranking.isEmpty {
            let limits = CollectorLimits()
            let words = TaskWords([view.task.description] + view.task.requirements, limit: limits.taskWords)
            ranking = try await RelevanceRanking.rank(files, by: words, width: 2).map(\.path)
        }
    }

    /// The declarations in the collector's context, by path; none when the context has another form or is cut: what is
    /// declared once can only be told from all of them.
    private static func symbols(_ context: JSONValue?) -> [String: [Symbol]] {
        guard context?["omitted"]?["symbols"] == nil,
            let files = try? context?["symbols"]?.decoded(as: [FileSymbols].self)
        else { return [:] }
        return Dictionary(files.map { ($0.path, $0.symbols) }, uniquingKeysWith: { first, _ in first })
    }

    /// The text at a place the role may read; nothing when it is not there.
    /// - Throws: `AgentError` when something else stands there.
    static func text(_ view: RoleView, at path: ContextPath) throws -> String? {
        guard let value = try readable(view, path) else { return nil }
        guard let text = value.stringValue else { throw unusable(path.description, "a text", value) }
        return text
    }

    /// The value at a place; nothing when there is none, or null. A role without the right to read it has none.
    static func readable(_ view: RoleView, _ path: ContextPath) throws -> JSONValue? {
        guard view.role.reads.contains(where: { $0.covers(path) }) else { return nil }
        return try view.value(at: path).flatMap { $0 == .null ? nil : $0 }
    }

    private static func unusable(_ path: String, _ wanted: String, _ value: JSONValue) -> AgentError {
        AgentError(.permanent, errorType: "invalid_input", "\(path) must be \(wanted), not \(value.kindName).")
    }
}

/// Says of the errors below the agents whether another attempt may help.
enum AgentFailure {
    /// Runs the body; its errors come out as the core understands them.
    static func translated<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as WorkspaceCopyError {
            let passing = error.code == .temporaryFolder || error.code == .writeFailed
            throw AgentError(passing ? .transient : .permanent, errorType: "workspace", error.description)
        } catch let error as WorkspaceError {
            throw AgentError(.permanent, errorType: "workspace", error.description)
        } catch let error as ProgramError {
            let passing = error.code == .launchFailed
            throw AgentError(passing ? .transient : .permanent, errorType: "tool", error.description)
        }
    }
}
