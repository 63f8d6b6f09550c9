import Support

/// The documentation comment of a declaration, found by the conventions of its language.
struct DocumentationComment {
    /// How a language writes documentation.
    struct Style: Sendable {
        /// Line markers, the longest first: `///`, `#`.
        var lineMarkers: [String]
        /// Whether `/** … */` is documentation.
        var hasBlocks = true
        /// Whether any block comment is documentation, not only `/** … */`.
        var anyBlock = false

        static let swift = Style(lineMarkers: ["///"])
        static let rust = Style(lineMarkers: ["///", "//!"])
        static let slashes = Style(lineMarkers: ["///", "//!", "//"], anyBlock: true)
        static let blocks = Style(lineMarkers: ["///"])
        static let hash = Style(lineMarkers: ["#"], hasBlocks: false)
        static let dashes = Style(lineMarkers: ["---", "--"], hasBlocks: false)
    }

    /// The text without markers, lines joined by line feeds.
    let text: String
    /// How many lines are read for one comment: what looks like the end of a comment may have no beginning. 1,000.
    static let longest = 1_000

    /// Reads the comment directly above a line; `nil` when there is no comment with text.
    init?(above line: Int, in lines: SourceLines, style: Style) {
        var current = line - 1
        let above = lines.trimmed(current)
        var collected: [String] = []
        if style.hasBlocks, above.hasSuffix("*/") {
            while current >= 1, collected.count < Self.longest {
                let content = lines.trimmed(current)
                collected.append(content)
                if content.contains("/*") { break }
                current -= 1
            }
            guard let first = collected.last, first.hasPrefix("/**") || (style.anyBlock && first.hasPrefix("/*")) else {
                return nil
            }
            collected = collected.map(Self.withoutBlockMarkers)
        } else {
            while current >= 1, collected.count < Self.longest,
                let content = Self.content(of: lines.trimmed(current), style)
            {
                collected.append(content)
                current -= 1
            }
        }
        let text = Self.joined(collected.reversed())
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    /// The docstring that follows a Python header: the first statement of the body.
    /// - Parameters:
    ///   - line: The line of the `def` or `class`.
    ///   - endLine: The last line of the declaration.
    init?(docstringAfter line: Int, endLine: Int, in lines: SourceLines) {
        var current = line
        let endLine = min(endLine, line + Self.longest)
        // The header ends with the first line that ends in a colon.
        while current <= endLine, !Self.endsHeader(lines.trimmed(current)) { current += 1 }
        current += 1
        while current <= endLine, lines.trimmed(current).isEmpty || lines.trimmed(current).hasPrefix("#") {
            current += 1
        }
        guard current <= endLine else { return nil }
        var first = lines.trimmed(current)
        while let prefix = first.first, "rRuUbB".contains(prefix) { first.removeFirst() }
        guard let quote = ["\"\"\"", "'''", "\"", "'"].first(where: first.hasPrefix) else { return nil }
        first.removeFirst(quote.count)
        var collected: [String] = []
        while true {
            if let end = first.range(ofFirst: quote) {
                collected.append(String(first[..<end]))
                break
            }
            collected.append(first)
            current += 1
            guard quote.count == 3, current <= endLine else { break }
            first = lines.trimmed(current)
        }
        let text = Self.joined(collected)
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    private static func endsHeader(_ line: String) -> Bool {
        let code = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
        return code.trimmingWhitespace().hasSuffix(":")
    }

    private static func content(of line: String, _ style: Style) -> String? {
        guard let marker = style.lineMarkers.first(where: line.hasPrefix) else { return nil }
        // A shebang is no documentation.
        guard !line.hasPrefix("#!") else { return nil }
        return line.dropFirst(marker.count).trimmingWhitespace()
    }

    private static func withoutBlockMarkers(_ line: String) -> String {
        var line = Substring(line)
        if line.hasSuffix("*/") { line = line.dropLast(2) }
        for marker in ["/**", "/*!", "/*", "*"] where line.hasPrefix(marker) {
            line = line.dropFirst(marker.count)
            break
        }
        return line.trimmingWhitespace()
    }

    private static func joined(_ lines: [String]) -> String {
        var lines = lines[...]
        while lines.first?.isEmpty == true { lines.removeFirst() }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n").trimmingWhitespace()
    }
}

extension String {
    /// The position at which a text first occurs.
    package func range(ofFirst text: String) -> String.Index? {
        guard let first = text.utf8.first else { return nil }
        var index = startIndex
        while let found = utf8[index...].firstIndex(of: first) {
            if self[found...].utf8.starts(with: text.utf8) { return found }
            index = utf8.index(after: found)
        }
        return nil
    }
}
