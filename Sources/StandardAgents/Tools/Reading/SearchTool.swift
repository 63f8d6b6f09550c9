import Coordinator
import SourceCode
import Support

/// Searches texts and declarations.
struct SearchTool: AgentTool {
    /// The most places that are told. 100.
    static let places = 100
    /// The most bytes of a line that are shown. 240.
    static let lineBytes = 240
    /// The most bytes of what is looked for. 1,000.
    static let longestText = 1_000

    let code: WorkspaceCode

    let name = "search"
    let description =
        "Searches the files that you may read. With `text` it tells the lines that hold it, letter by letter and no pattern; "
        + "case counts only if you write a capital letter. With `symbol` it tells where functions, types and the like with "
        + "such a name are declared. `glob` says in which files to look."
    let hasEffects = false
    let parameters = JSONValue.arguments([
        "text": .text("What the lines hold."), "symbol": .text("A name, or part of one, that is declared."),
        "glob": .text("A pattern of paths, such as Sources/**."),
    ])

    private struct Found {
        var shown: [String] = []
        var count = 0

        mutating func add(_ path: ExactString, _ line: Int, _ text: String) {
            count += 1
            guard shown.count < SearchTool.places else { return }
            let words = Excerpt.of(ForeignText.line(text), atMost: SearchTool.lineBytes)
            shown.append("\(GitPath.shown(path.string)):\(line): \(words)")
        }
    }

    func call(_ arguments: JSONObject, _ call: ToolContext) async throws -> ToolResult {
        let glob = arguments["glob"]?.stringValue ?? ""
        let pattern = PathPattern(glob)
        let texts = code.texts.filter { glob.isEmpty || pattern.matches($0.key.string) }.sorted { $0.key < $1.key }
        let text = arguments["text"]?.stringValue ?? ""
        let symbol = arguments["symbol"]?.stringValue ?? ""
        guard max(text.utf8.count, symbol.utf8.count) <= Self.longestText else {
            return ToolRefusal("What is looked for may have \(Self.longestText) bytes; look for less.").result
        }
        var found = Found()
        if !text.isEmpty {
            let search = LineSearch(text)
            for (path, content) in texts {
                try Task.checkCancellation()
                for (number, line) in search.lines(in: content) { found.add(path, number, line) }
            }
        } else if !symbol.isEmpty {
            let (wanted, known) = (symbol.lowercased(), code.symbols)
            for (path, _) in texts {
                for declared in known[path] ?? [] {
                    let name = (declared.parent.map { $0 + "." } ?? "") + declared.name
                    if name.lowercased().contains(wanted) { found.add(path, declared.line, declared.signature) }
                }
            }
        } else {
            return ToolRefusal("Write what to look for into `text`, or the name of a declaration into `symbol`.").result
        }
        guard found.count > 0 else {
            return ToolResult("Nothing is found in \(Counted.text(texts.count, "file")).")
        }
        let left = found.count - found.shown.count
        let note = left > 0 ? "\n\(left) more are left out; look for more of the line, or say where by `glob`." : ""
        return ToolResult("\(Counted.text(found.count, "place")):\n" + found.shown.joined(separator: "\n") + note)
    }
}
