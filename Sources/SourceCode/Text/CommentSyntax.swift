/// How a language writes comments, as far as whole lines tell: what stands before a declaration is its comment or code.
package struct CommentSyntax: Sendable {
    /// What lines of nothing but a comment begin with.
    private var markers: [String] = []
    /// What such lines begin with that are read by a compiler or a system, or that belong to the file as a whole.
    private var directives: [String] = []
    private var hasBlocks = false

    /// How many lines are looked at for the beginning of a block. 1,000.
    package static let longestBlock = 1_000

    package init(_ language: Language) {
        switch language {
        case .swift, .javascript, .typescript, .java, .kotlin, .csharp, .c, .cpp, .objectiveC, .protobuf, .gradle,
            .other:
            (markers, hasBlocks) = (["//"], true)
        case .go: (markers, directives, hasBlocks) = (["//"], ["//go:", "//export "], true)
        case .rust: (markers, directives, hasBlocks) = (["//"], ["//!"], true)
        case .php: (markers, directives, hasBlocks) = (["//", "#"], ["#["], true)
        case .css: hasBlocks = true
        case .python, .ruby, .perl, .shell, .make, .cmake, .dockerfile, .yaml, .toml:
            (markers, directives) = (["#"], ["#!"])
        case .sql: (markers, hasBlocks) = (["--"], true)
        case .lua: markers = ["--"]
        default: break
        }
    }

    /// Whether a text that begins with this line begins with a comment.
    package func begins(with line: String) -> Bool {
        let line = Self.trimmed(line)
        return isWholeLine(line) || hasBlocks && line.hasPrefix("/*")
    }

    /// The first line, from 0, of the comment right above a line.
    package func start(above line: Int, in text: TextLines) -> Int {
        var first = line
        while first > 0 {
            let above = Self.trimmed(text.content(first - 1))
            if isWholeLine(above) {
                first -= 1
            } else if hasBlocks, above.hasSuffix("*/"), let start = blockStart(endingAt: first - 1, in: text) {
                first = start
            } else {
                break
            }
        }
        return first
    }

    private func isWholeLine(_ line: Substring) -> Bool {
        markers.contains(where: line.hasPrefix) && !directives.contains(where: line.hasPrefix)
    }

    /// The line that a block comment begins with; `nil` where code stands before it, or where it has no beginning.
    private func blockStart(endingAt last: Int, in text: TextLines) -> Int? {
        for line in (max(0, last - Self.longestBlock)...last).reversed() {
            let content = Self.trimmed(text.content(line))
            let inner = line == last ? content.dropLast(2) : content
            // The end of an earlier comment stands before the beginning of this one.
            if inner.contains("*/") { return nil }
            if inner.contains("/*") { return inner.hasPrefix("/*") ? line : nil }
        }
        return nil
    }

    private static func trimmed(_ line: String) -> Substring {
        line.trimming { $0 == " " || $0 == "\t" }
    }
}
