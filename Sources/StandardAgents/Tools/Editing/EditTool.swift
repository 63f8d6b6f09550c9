import Coordinator
import SourceCode
import Support

/// Edits pieces of files. The edits are collected into a patch; nothing is written to the workspace.
struct EditTool: OrderedTool {
    let code: WorkspaceCode
    let syntax: SyntaxChecker
    var limits = EditLimits()

    let name = "edit"
    let description =
        "Changes files: all of the edits, or none. Each edit names a file by `path` and what `text` takes the place of: "
        + "`lines`, the first and the last by their numbers as `files` shows them now; `symbol`, the name of a declaration, all "
        + "of which is replaced; or `search`, a piece of the file that stands there once, letter by letter. A new file has "
        + "`new_file` in place of `path`, and all of it in `text`. Write whole lines with their indentation and without numbers. "
        + "Files that you read afterwards have the edits in them. In the end they are a patch, which a person may apply."
    let hasEffects = false
    let parameters = JSONValue.arguments(
        [
            "edits": [
                "type": "array", "minItems": 1,
                "items": [
                    "type": "object",
                    "properties": [
                        "path": ["type": "string"], "new_file": ["type": "string"], "symbol": ["type": "string"],
                        "search": ["type": "string"], "text": ["type": "string"],
                        "lines": ["type": "array", "items": ["type": "integer"]],
                    ],
                ],
            ]
        ], required: ["edits"])

    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
        let before = code.texts
        switch try await edited(arguments) {
        case .failure(let refusal): return refusal.result
        case .success(let revisions):
            code.take(revisions)
            let lines = revisions.map { revision in
                let what = before[ExactString(revision.path)] == nil ? "made" : "changed"
                return "- \(GitPath.shown(revision.path)): \(what)"
            }
            return ToolResult("Done:\n" + lines.joined(separator: "\n"))
        }
    }

    /// Makes the edits of a conversation that goes on once more: they are in no file.
    func restore(_ arguments: JSONObject, _ result: ToolResult) async throws {
        if case .success(let revisions) = applied(arguments) { code.take(revisions) }
    }

    /// The patch of all edits so far; empty for none.
    var patch: String { UnifiedDiff().patch(code.revisions) }

    private func edited(_ arguments: JSONObject) async throws -> Result<[FileRevision], ToolRefusal> {
        let revisions: [FileRevision]
        switch applied(arguments) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let applied): revisions = applied
        }
        var problems: [String] = []
        for revision in revisions {
            problems += try await RevisionCheck(syntax: syntax).problems(revision).problems
        }
        guard problems.isEmpty else { return .failure(Self.refusal(problems)) }
        // Of all edits together: what git takes is what the agent hands over in the end.
        let all = Dictionary(
            (code.revisions + revisions).map { (ExactString($0.path), $0.new) }, uniquingKeysWith: { _, new in new }
        ).map { FileRevision(path: $0.string, old: code.originals[$0], new: $1) }.filter(\.isChange)
        guard !all.isEmpty else { return .success(revisions) }
        let patch = UnifiedDiff().patch(all)
        if let refusal = Patch(patch).refusal { return .failure(Self.refusal([refusal])) }
        let git = GitApply(folder: code.workspace, runner: syntax.runner)
        if case .rejected(let reason) = try await git.check(patch, files: all.count) {
            return .failure(Self.refusal(["git does not take the patch of your edits: \(reason)."]))
        }
        return .success(revisions)
    }

    private func applied(_ arguments: JSONObject) -> Result<[FileRevision], ToolRefusal> {
        let (proposal, unread) = EditReading.read(.object(arguments))
        guard unread.isEmpty else { return .failure(Self.refusal(unread.bounded(limits).map(\.told))) }
        let application = EditApplication(
            proposal.edits, to: code.texts, symbols: code.symbols, folders: [code.workspace], limits: limits,
            isTaken: code.exists)
        guard application.problems.isEmpty else { return .failure(Self.refusal(application.problems.map(\.told))) }
        let guarded = application.revisions.map(\.path).filter(GuardedPaths.contains)
        guard guarded.isEmpty else {
            return .failure(
                Self.refusal(
                    guarded.map {
                        "\(GitPath.shown($0)) says what other machines run, so that a person alone changes it."
                    }))
        }
        return .success(application.revisions)
    }

    private static func refusal(_ problems: [String]) -> ToolRefusal {
        ToolRefusal(
            "Nothing was changed:\n" + problems.map { "- \($0)" }.joined(separator: "\n")
                + "\nMend that and call `edit` again, or do without.")
    }
}
