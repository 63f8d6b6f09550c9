import Coordinator
import Glibc
import SourceCode
import Support
import TelemetryCatalog

/// The code that the tools of one attempt see: what the agent's role may read, with the edits so far.
final class WorkspaceCode: Sendable {
    private struct State {
        /// The texts as the edits so far have left them.
        var texts: [ExactString: String]
        var symbols: [ExactString: [Symbol]]
        /// The paths that edits have changed or made.
        var changed: Set<ExactString> = []
    }

    /// The workspace's folder, to which paths are relative.
    let workspace: String
    /// The texts as the blackboard, or the workspace, has them.
    let originals: [ExactString: String]
    private let state: Locked<State>

    /// Reads the code.
    ///
    /// - Throws: ``AgentError``, permanent, when the role may read none, or it cannot be read; `CancellationError`.
    init(_ view: RoleView, _ attempt: AttemptContext, reader: SourceReader) async throws {
        guard view.role.reads.contains(where: { $0.covers(Self.path) }) else {
            throw AgentError(
                .permanent, errorType: ErrorType.accessDenied,
                "'\(attempt.agent)' has tools that read code, and its role may not read \(Self.path): add it to the role's "
                    + "reads, or take the tools away")
        }
        let sources = try await reader.sources(view, attempt)
        workspace = reader.workspace
        originals = sources.texts
        state = Locked(State(texts: sources.texts, symbols: sources.symbols))
    }

    private static let path = ContextPath(segments: ["artifacts", "code"])

    /// The texts with the edits so far, by path.
    var texts: [ExactString: String] { state.withLock { $0.texts } }
    /// The declarations of files that no edit has changed, by path.
    var symbols: [ExactString: [Symbol]] { state.withLock { $0.symbols } }
    /// The changes so far.
    var revisions: [FileRevision] {
        state.withLock { state in
            state.changed.map { FileRevision(path: $0.string, old: originals[$0], new: state.texts[$0]) }
        }.filter(\.isChange).sorted(byBytesOf: \.path)
    }

    /// Takes the changes of some files.
    func take(_ revisions: [FileRevision]) {
        state.withLock { state in
            for revision in revisions {
                let path = ExactString(revision.path)
                state.texts[path] = revision.new
                state.changed.insert(path)
                // Their lines are no longer where they were.
                state.symbols[path] = nil
            }
        }
    }

    /// The file that a name means, or why there is none, worded for the model.
    func file(_ name: String) -> Result<(path: String, text: String), ToolRefusal> {
        let texts = texts
        let resolver = PathResolver(texts.keys.sorted().map(\.string), folders: [workspace])
        let shown = GitPath.shown(Excerpt.of(name, atMost: 200))
        switch resolver.resolve(name, isTaken: exists) {
        case .file(let path): return .success((path, texts[ExactString(path)] ?? ""))
        case .excluded:
            return .failure(ToolRefusal("\(shown) is not one of the files that you may see. Do without it."))
        case .several(let paths):
            let listed = paths.map(GitPath.shown).joined(separator: ", ")
            return .failure(ToolRefusal("Several files can be meant: \(listed). Write the whole path."))
        case .unknown(let nearest):
            if let fault = PlainPath.fault(in: resolver.newPath(name)) {
                return .failure(
                    ToolRefusal(
                        "\(shown) cannot be used: the path \(fault). Paths begin at the workspace's root; nothing outside of "
                            + "it, nor git's own folder, can be reached."))
            }
            let guess = nearest.map { " Did you mean \(GitPath.shown($0))?" } ?? ""
            return .failure(
                ToolRefusal("There is no file \(shown).\(guess) The tool `files` lists those that there are."))
        }
    }

    /// Whether something exists at a path of the workspace; a link counts, a dangling one too.
    func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(workspace + "/" + path, &status) == 0
    }
}
