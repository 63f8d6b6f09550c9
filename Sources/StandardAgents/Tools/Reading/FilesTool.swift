import Coordinator
import SourceCode
import Support

/// Lists files, and reads ranges of their lines.
struct FilesTool: AgentTool {
    /// The most paths that are listed. 500.
    static let listed = 500
    /// The bytes of a result that are left for words around what is shown. 300.
    static let wordBytes = 300

    let code: WorkspaceCode
    /// The most bytes of a result.
    let resultBytes: Int

    let name = "files"
    let description =
        "Lists the files that you may read, or reads one. Without `path` it lists them, those that match `glob` where it is "
        + "given. With `path` it reads that file: each line has its number and a bar before it. `from` and `to` are the first "
        + "and the last line to read."
    let hasEffects = false
    let parameters = JSONValue.arguments([
        "path": .text("The file to read, relative to the workspace."),
        "glob": .text("A pattern of paths to list, such as Sources/** or *.md."),
        "from": .count("The first line, from 1."), "to": .count("The last line."),
    ])

    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
        guard let path = arguments["path"]?.stringValue, !path.isEmpty else {
            return list(arguments["glob"]?.stringValue ?? "")
        }
        switch code.file(path) {
        case .failure(let refusal): return refusal.result
        case .success(let file):
            return read(
                file.path, file.text, from: arguments["from"]?.integerValue, to: arguments["to"]?.integerValue)
        }
    }

    private func list(_ glob: String) -> ToolResult {
        let pattern = PathPattern(glob)
        let paths = code.texts.keys.sorted().map(\.string).filter { glob.isEmpty || pattern.matches($0) }
        guard !paths.isEmpty else {
            let what = glob.isEmpty ? "There are no files" : "No file matches \(ForeignText.line(glob, atMost: 200))"
            return ToolResult("\(what).")
        }
        var lines: [String] = []
        var room = resultBytes - Self.wordBytes
        for path in paths.prefix(Self.listed) {
            let line = GitPath.shown(path)
            room -= line.utf8.count + 1
            guard room > 0 else { break }
            lines.append(line)
        }
        let left = paths.count - lines.count
        let note = left > 0 ? "\n\(Counted.text(left, "more file")) left out; list fewer by `glob`." : ""
        return ToolResult("\(Counted.text(paths.count, "file")):\n" + lines.joined(separator: "\n") + note)
    }

    private func read(_ path: String, _ text: String, from: Int64?, to: Int64?) -> ToolResult {
        let lines = TextLines(text).lines
        let shown = GitPath.shown(path)
        guard !lines.isEmpty else { return ToolResult("\(shown) is empty.") }
        let first = from.map { Int(clamping: $0) } ?? 1
        let last = min(to.map { Int(clamping: $0) } ?? lines.count, lines.count)
        guard first <= lines.count else {
            return ToolRefusal("\(shown) has \(Counted.text(lines.count, "line")); there is no line \(first).").result
        }
        guard first <= last else {
            return ToolRefusal("`from` is \(first) and `to` is \(last): the first line comes first.").result
        }
        var room = resultBytes - Self.wordBytes
        var end = first - 1
        while end < last {
            room -= lines[end].count + "\(end + 1)|".utf8.count
            // A line that alone is too long is cut later on, and shown.
            guard room > 0 || end == first - 1 else { break }
            end += 1
        }
        let piece = String(decoding: Array(lines[(first - 1)..<end].joined()), as: UTF8.self)
        let numbered = NumberedLines.of(piece, from: first)
        let note = end < last ? "Lines \(end + 1) to \(last) are left out; read them with `from`.\n" : ""
        return ToolResult(
            "\(shown), lines \(first) to \(end) of \(lines.count):\n" + numbered
                + (numbered.hasSuffix("\n") ? "" : "\n") + note)
    }
}
