import Coordinator
import Processes
import SourceCode
import Support
import TelemetryCatalog

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
    /// The most lines of a file whose declarations are told and whose text is not. 10,000,000.
    static let mostLines = 10_000_000

    private(set) var texts: [ExactString: String] = [:]
    private(set) var symbols: [ExactString: [Symbol]] = [:]
    private(set) var ranking: [String] = []
    /// The parts of files that the collector packed for a model.
    private(set) var pack: ContextPack?

    /// Reads `artifacts.code` and `artifacts.context`; missing parts are made from the workspace.
    /// - Throws: `AgentError` for values of another kind; ``WorkspaceError``; `CancellationError`.
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
            texts = Dictionary(
                scan.files.map { (ExactString($0.path), $0.text) }, uniquingKeysWith: { first, _ in first })
        }
        let context = try Self.readable(view, "artifacts.context")
        // Any agent may have written the context: declarations that lie outside of their text are read anew.
        symbols = Self.symbols(context).filter { path, symbols in
            let lines = texts[path].map { SourceLines($0).count } ?? Self.mostLines
            return symbols.allSatisfy { $0.lies(within: lines) }
        }
        // Reads the symbols that the collector's limits left out, or all when the collector runs beside this agent.
        let files = texts.sorted { $0.key < $1.key }.map { SourceFile(path: $0.key.string, text: $0.value) }
        let extraction = try await catalog.extraction(of: files.filter { symbols[$0.path] == nil })
        for file in extraction.files { symbols[file.path] = file.symbols }
        pack = try? context?["pack"]?.decoded(as: ContextPack.self)
        ranking = context?["ranking"]?.arrayValue?.compactMap { $0["path"]?.stringValue } ?? []
        if ranking.isEmpty {
            let limits = CollectorLimits()
            let words = TaskWords([view.task.description] + view.task.requirements.map(\.text), limit: limits.taskWords)
            ranking = try await RelevanceRanking.rank(files, by: words, width: 2).map(\.path)
        }
    }

    /// The declarations in the collector's context, by path; none when the context has another format or is cut, since
    /// only the complete list shows which names are declared once.
    private static func symbols(_ context: JSONValue?) -> [ExactString: [Symbol]] {
        guard context?["omitted"]?["symbols"] == nil,
            let files = try? context?["symbols"]?.decoded(as: [FileSymbols].self)
        else { return [:] }
        return Dictionary(files.map { (ExactString($0.path), $0.symbols) }, uniquingKeysWith: { first, _ in first })
    }

    /// The text at a path that the role may read; `nil` when there is none.
    /// - Throws: `AgentError` when the value there is no text.
    static func text(_ view: RoleView, at path: ContextPath) throws -> String? {
        guard let value = try readable(view, path) else { return nil }
        guard let text = value.stringValue else { throw unusable(path.description, "a text", value) }
        return text
    }

    /// The value at a path; `nil` when there is none, when it is null, or when the role may not read it.
    static func readable(_ view: RoleView, _ path: ContextPath) throws -> JSONValue? {
        guard view.role.reads.contains(where: { $0.covers(path) }) else { return nil }
        return try view.value(at: path).flatMap { $0 == .null ? nil : $0 }
    }

    private static func unusable(_ path: String, _ wanted: String, _ value: JSONValue) -> AgentError {
        AgentError(.permanent, errorType: ErrorType.invalidInput, "\(path) must be \(wanted), not \(value.kindName).")
    }
}

/// Classifies errors of the modules below the agents by whether another attempt may help.
enum AgentFailure {
    /// Runs the body, and translates its errors to `AgentError`.
    static func translated<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            throw of(error)
        }
    }

    /// The error as an `AgentError`, where it is one of the modules below; otherwise itself.
    static func of(_ error: any Error) -> any Error {
        switch error {
        case let error as WorkspaceCopyError:
            AgentError(
                error.code.isTransient ? .transient : .permanent, errorType: ErrorType.workspace, error.description)
        case let error as WorkspaceError:
            AgentError(.permanent, errorType: ErrorType.workspace, error.description)
        case let error as ProgramError:
            AgentError(error.isTransient ? .transient : .permanent, errorType: ErrorType.tool, error.description)
        default: error
        }
    }
}
