import SourceCode

/// The position of a declaration's comment: above its attributes, or under a Python `def`.
package struct CommentPosition: Sendable, Equatable {
    /// The line (from 0) before which the comment is inserted.
    package var line: Int
    /// The white space with which the comment's lines start.
    package var indentation: String

    /// Finds the position; `nil` when it is not certain, or when a comment exists already.
    package init?(_ symbol: Symbol, in file: IndexedFile, _ style: CommentStyle) {
        guard symbol.line >= 1, symbol.line <= file.mask.lineStarts.count, symbol.startLine <= symbol.line else {
            return nil
        }
        let position = style == .python ? Self.under(symbol, file) : Self.above(symbol, file, style)
        guard let position else { return nil }
        (line, indentation) = position
    }

    private static func above(_ symbol: Symbol, _ file: IndexedFile, _ style: CommentStyle) -> (Int, String)? {
        var line = max(0, symbol.startLine - 1)
        while line > 0 {
            let before = file.code(line - 1)
            let trimmed = before.drop(while: \.isWhitespace)
            let attribute =
                style == .rust
                ? trimmed.hasPrefix("#[") && trimmed.trimmingEnd.hasSuffix("]")
                : style == .c ? trimmed.hasPrefix("template") : trimmed.hasPrefix("@") && before.isBalanced
            guard attribute, style != .go else { break }
            line -= 1
        }
        // The declaration must start its line, and the line above must not be a possible comment of it.
        let start = file.mask.lineStarts[line]
        guard file.mask.parts.indices.contains(start), file.mask.parts[start] == .code else { return nil }
        let own = file.code(line)
        guard !own.isBlank, !own.drop(while: \.isWhitespace).hasPrefix("}") else { return nil }
        if line > 0 {
            let range = file.mask.range(ofLine: line - 1)
            if file.mask.parts[range].contains(.comment) { return nil }
            let before = file.code(line - 1).trimmingEnd
            // The line above is continued, so the declaration does not start where the extractor reported it.
            if let last = before.last, "([,=".contains(last) { return nil }
        }
        return (line, own.indent)
    }

    /// The line after the colon that ends a Python `def` or `class`, when no docstring follows.
    private static func under(_ symbol: Symbol, _ file: IndexedFile) -> (Int, String)? {
        var depth = 0
        var line = symbol.line - 1
        let head = file.code(line).drop(while: \.isWhitespace)
        guard head.hasPrefix("def ") || head.hasPrefix("class ") || head.hasPrefix("async def ") else { return nil }
        let own = file.code(line).indent
        while line < file.mask.lineStarts.count {
            let text = file.code(line).trimmingEnd
            for character in text {
                if "([{".contains(character) { depth += 1 } else if ")]}".contains(character) { depth -= 1 }
            }
            if depth == 0 {
                guard text.hasSuffix(":") else { return nil }
                break
            }
            line += 1
        }
        var body = line + 1
        while body < file.mask.lineStarts.count {
            let range = file.mask.range(ofLine: body)
            if file.mask.parts[range].contains(.string), file.code(body).isBlank { return nil }
            if !file.code(body).isBlank { break }
            body += 1
        }
        guard body < file.mask.lineStarts.count else { return nil }
        let indentation = file.code(body).indent
        guard indentation.count > own.count, indentation.hasPrefix(own) else { return nil }
        return (line + 1, indentation)
    }
}
