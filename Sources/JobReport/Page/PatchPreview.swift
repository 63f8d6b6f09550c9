/// A unified diff with its added and removed lines distinguished by sign and colour.
enum PatchPreview {
    enum Line: Equatable { case header, hunk, added, removed, context }

    static func markup(_ text: Substring) -> Markup {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let kinds = classify(lines)
        let pieces = zip(lines, kinds).map { line, kind -> Markup in
            let content = Markup.text(String(line))
            let newline = Markup.constant("\n")
            switch kind {
            case .added: return .element("ins", [:], content) + newline
            case .removed: return .element("del", [:], content) + newline
            case .header: return .element("b", [:], content) + newline
            case .hunk: return .element("i", [:], content) + newline
            case .context: return content + newline
            }
        }
        return .element("pre", ["class": "patch", "tabindex": "0"], pieces)
    }

    /// The kind of each line; a removed line `-- x` reads `--- x`, and is recognised by its hunk's counts.
    static func classify(_ lines: [Substring]) -> [Line] {
        var old = 0
        var new = 0
        return lines.map { line in
            if old > 0 || new > 0 {
                switch line.first {
                case "+":
                    new -= 1
                    return .added
                case "-":
                    old -= 1
                    return .removed
                case "\\": return .context
                default:
                    old -= 1
                    new -= 1
                    return .context
                }
            }
            if line.hasPrefix("@@ "), let counts = counts(line) {
                (old, new) = counts
                return .hunk
            }
            return line.isEmpty || line.hasPrefix("\\") ? .context : .header
        }
    }

    /// The line counts in `@@ -1,4 +1,6 @@`; a missing count is 1.
    private static func counts(_ line: Substring) -> (Int, Int)? {
        let parts = line.split(separator: " ")
        guard parts.count >= 3, parts[1].first == "-", parts[2].first == "+" else { return nil }
        func count(_ range: Substring) -> Int? {
            let numbers = range.dropFirst().split(separator: ",")
            return numbers.count > 1 ? Int(numbers[1]) : 1
        }
        guard let old = count(parts[1]), let new = count(parts[2]), old >= 0, new >= 0 else { return nil }
        return (old, new)
    }
}
