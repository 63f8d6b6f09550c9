import SourceCode
import Support

/// Finds the headings of Markdown text: `# …` and underlined ones, outside fenced code.
enum MarkdownHeadings {
    static func headings(of file: SourceFile) -> [Heading] {
        var headings: [Heading] = []
        var fence: String?
        var previous = ""
        for (index, raw) in file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.trimmingWhitespace()
            defer { previous = line }
            if let open = fence {
                if line.hasPrefix(open) { fence = nil }
                continue
            }
            if line.hasPrefix("```") || line.hasPrefix("~~~") {
                fence = String(line.prefix(3))
                continue
            }
            let level = line.prefix { $0 == "#" }.count
            let indent = raw.prefix { $0 == " " }.count
            if (1...6).contains(level), indent < 4, line.dropFirst(level).hasPrefix(" ") {
                var text = line.dropFirst(level).trimmingWhitespace()
                while text.hasSuffix("#") { text.removeLast() }
                headings.append(
                    Heading(path: file.path, line: index + 1, level: level, text: text.trimmingWhitespace()))
            } else if line.count >= 3, !previous.isEmpty, !"#>-*|`".contains(previous.prefix(1)),
                line.allSatisfy({ $0 == "=" }) || line.allSatisfy({ $0 == "-" })
            {
                headings.append(
                    Heading(path: file.path, line: index, level: line.hasPrefix("=") ? 1 : 2, text: previous))
            }
        }
        return headings
    }
}
