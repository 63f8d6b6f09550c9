import Coordinator
import SourceCode

/// The tools that come with the program, for the time of one attempt.
struct BuiltInTools: ToolSource {
    let kinds: [BuiltInTool]
    let reader: SourceReader
    /// The most bytes of a result.
    let resultBytes: Int

    func open(_ view: RoleView, _ attempt: AttemptContext) async throws -> any OpenTools {
        let code = kinds.contains(where: \.readsCode) ? try await WorkspaceCode(view, attempt, reader: reader) : nil
        var opened = OpenBuiltInTools(attempt: attempt)
        let copy = code.map { ShellCopy($0, runner: reader.runner) }
        opened.copy = copy
        for kind in kinds {
            switch kind {
            case .context: opened.tools.append(ContextTool(view: view))
            case .files: if let code { opened.tools.append(FilesTool(code: code, resultBytes: resultBytes)) }
            case .search: if let code { opened.tools.append(SearchTool(code: code)) }
            case .edit:
                guard let code else { break }
                let edit = EditTool(code: code, syntax: SyntaxChecker(runner: reader.runner))
                opened.edit = edit
                opened.tools.append(edit)
            case .shell(let commands, let sandbox):
                guard let copy else { break }
                opened.tools.append(
                    ShellTool(
                        commands: commands, policy: sandbox, copy: copy, tailBytes: resultBytes / 3,
                        runner: reader.runner))
            }
        }
        return opened
    }
}

/// Built-in tools that are open.
struct OpenBuiltInTools: OpenTools {
    let attempt: AttemptContext
    var tools: [any AgentTool] = []
    /// The tool whose edits are handed over.
    var edit: EditTool?
    /// The copy that commands run in.
    var copy: ShellCopy?

    /// The patch of the edits, at `artifacts.NAME.patch`; of an agent that works on each of a list, one for each index.
    func contribution() async throws -> Contribution {
        guard let patch = edit?.patch, !patch.isEmpty else { return Contribution() }
        var path = ContextPath(segments: ["artifacts", attempt.agent, "patch"])
        if let item = attempt.item { path = path.appending("\(item.index)") }
        return Contribution(set: [path: .string(patch)])
    }

    func close() async { await copy?.remove() }
}

extension BuiltInTool {
    /// Whether it works on code.
    fileprivate var readsCode: Bool { self != .context }
}
