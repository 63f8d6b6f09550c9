/// The text between a pair of parentheses, cut at its top-level commas: the parameters of a declaration, or the
/// arguments of a call.
package struct ArgumentList: Sendable, Equatable {
    /// The parts as written, without white space around them.
    package let parts: [String]

    /// Reads from an opening parenthesis; `nil` when it does not close.
    package init?(_ mask: CodeMask, at open: Int) {
        guard mask.code.indices.contains(open), mask.code[open] == 0x28 else { return nil }
        var parts: [String] = []
        var depth = 0
        var angles = 0
        var start = open + 1
        var index = open
        func part(_ end: Int) {
            let text = mask.text(start..<end).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if !text.isEmpty { parts.append(text) }
            start = end + 1
        }
        while index < mask.code.count {
            let before = index > 0 ? mask.code[index - 1] : 0
            switch mask.code[index] {
            case 0x28, 0x5B, 0x7B: depth += 1
            case 0x29, 0x5D, 0x7D:
                depth -= 1
                if depth == 0 {
                    part(index)
                    self.parts = parts
                    return
                }
            // A type's angle brackets follow a word; arrows and comparisons do not.
            case 0x3C where LexicalRules.isWord(before): angles += 1
            case 0x3E where angles > 0 && before != 0x2D && before != 0x3D: angles -= 1
            case 0x2C where depth == 1 && angles == 0: part(index)
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Reads the parameters of a declaration; `nil` when its name is not followed by a list.
    package init?(of symbol: Symbol, in file: IndexedFile) {
        let code = file.mask.code
        let start = file.mask.range(ofLine: symbol.line - 1).lowerBound
        let name = Array(symbol.name.utf8)
        var index = start
        let end = min(code.count, start + 2_000)
        while index + name.count < end {
            let isWord =
                code[index..<index + name.count].elementsEqual(name)
                && (index == 0 || !LexicalRules.isWord(code[index - 1]))
                && !LexicalRules.isWord(code[index + name.count])
            if isWord, let open = Self.opening(code, after: index + name.count) {
                self.init(file.mask, at: open)
                return
            }
            index += 1
        }
        return nil
    }

    /// The offset of the parenthesis after a name, past white space and generic parameters.
    private static func opening(_ code: [UInt8], after start: Int) -> Int? {
        var index = start
        var angles = 0
        while index < code.count {
            switch code[index] {
            case 0x3C: angles += 1
            case 0x3E where index > start && code[index - 1] != 0x2D: angles -= 1
            case 0x28 where angles == 0: return index
            case 0x20, 0x09: break
            default: if angles <= 0 { return nil }
            }
            index += 1
        }
        return nil
    }

    /// The labels of a Swift call, `nil` for an argument without one.
    package var labels: [String?] {
        parts.map { part in part.prefixMatch(of: /([A-Za-z_][A-Za-z0-9_]*)\s*:(?!:)/).map { String($0.1) } }
    }
}
