/// Swift text with everything that is not code taken out, at unchanged offsets.
struct SwiftLexicalMask: Sendable {
    /// The byte that replaces each byte of a string's content.
    static let stringByte: UInt8 = 1
    /// How deep strings may stand in interpolations of strings; deeper quotation marks are content. 64.
    private static let deepestString = 64

    /// The text: comments and conditional compilation lines are spaces, the content of strings is ``stringByte``.
    private(set) var code: [UInt8]
    /// The text with only the conditional compilation lines as spaces, so that every branch is plain code.
    private(set) var unconditional: [UInt8]

    init(_ bytes: [UInt8]) {
        code = bytes
        unconditional = bytes
        var index = 0
        var isLineStart = true
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "/") where Self.has("//", at: index, in: bytes):
                index = blankLine(from: index)
            case UInt8(ascii: "/") where Self.has("/*", at: index, in: bytes):
                index = blankBlockComment(from: index)
            case UInt8(ascii: "\""):
                index = maskString(from: index, pounds: 0)
            case UInt8(ascii: "#"):
                index = pound(at: index, isLineStart: isLineStart)
            default:
                index += 1
            }
            if byte == UInt8(ascii: "\n") { isLineStart = true } else if byte > 0x20 { isLineStart = false }
        }
    }

    private static func has(_ text: StaticString, at index: Int, in bytes: [UInt8]) -> Bool {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { expected in
            expected.indices.allSatisfy { expected[$0] == bytes[index + $0] }
        }
    }

    private mutating func blankLine(from start: Int) -> Int {
        var index = start
        while index < code.count, code[index] != UInt8(ascii: "\n") {
            code[index] = UInt8(ascii: " ")
            index += 1
        }
        return index
    }

    private mutating func blankBlockComment(from start: Int) -> Int {
        var index = start
        var depth = 0
        repeat {
            if Self.has("/*", at: index, in: unconditional) {
                depth += 1
                blank(index..<(index + 2))
                index += 2
            } else if Self.has("*/", at: index, in: unconditional) {
                depth -= 1
                blank(index..<(index + 2))
                index += 2
            } else {
                if code[index] != UInt8(ascii: "\n") { code[index] = UInt8(ascii: " ") }
                index += 1
            }
        } while depth > 0 && index < code.count
        return index
    }

    private mutating func blank(_ range: Range<Int>) { for index in range { code[index] = UInt8(ascii: " ") } }

    /// Masks a raw string, a regular expression or a conditional compilation line, or skips a plain `#`.
    private mutating func pound(at start: Int, isLineStart: Bool) -> Int {
        var index = start
        while index < code.count, code[index] == UInt8(ascii: "#") { index += 1 }
        if index < code.count, code[index] == UInt8(ascii: "\"") {
            return maskString(from: index, pounds: index - start)
        }
        if index < code.count, code[index] == UInt8(ascii: "/") { return maskRegex(from: index, pounds: index - start) }
        let directives: [StaticString] = ["#if", "#elseif", "#else", "#endif"]
        guard isLineStart, directives.contains(where: { Self.has($0, at: start, in: code) }) else { return index }
        while index < code.count, code[index] != UInt8(ascii: "\n") { index += 1 }
        for position in start..<index {
            code[position] = UInt8(ascii: " ")
            unconditional[position] = UInt8(ascii: " ")
        }
        return index
    }

    /// Masks a string that opens at `start`, and returns the offset after it. A one-line string ends at the line's end
    /// at the latest, so a mistake stays on its line.
    private mutating func maskString(from start: Int, pounds: Int, depth: Int = 0) -> Int {
        let isMultiline = Self.has("\"\"\"", at: start, in: code) && !closesOnItsLine(start, pounds: pounds)
        let quotes = isMultiline ? 3 : 1
        var index = start + quotes
        while index < code.count {
            if !isMultiline, code[index] == UInt8(ascii: "\n") { return index }
            if code[index] == UInt8(ascii: "\\"), poundsFollow(index + 1, pounds) {
                let next = index + 1 + pounds
                if next < code.count, code[next] == UInt8(ascii: "(") {
                    index = maskInterpolation(from: next, isMultiline: isMultiline, depth: depth)
                    continue
                }
                let end = min(code.count, next + 1)
                for position in index..<end where code[position] != UInt8(ascii: "\n") {
                    code[position] = Self.stringByte
                }
                index = end
                continue
            }
            if closes(index, quotes: quotes, pounds: pounds) { return index + quotes + pounds }
            if code[index] != UInt8(ascii: "\n") { code[index] = Self.stringByte }
            index += 1
        }
        return index
    }

    /// Whether a raw string that begins with three quotation marks is of one line after all, such as `#"""#`, a string of
    /// one quotation mark.
    private func closesOnItsLine(_ start: Int, pounds: Int) -> Bool {
        guard pounds > 0 else { return false }
        var index = start + 1
        while index < code.count, code[index] != UInt8(ascii: "\n") {
            if closes(index, quotes: 1, pounds: pounds) { return true }
            index += 1
        }
        return false
    }

    /// Masks an extended regular expression, `#/…/#`; a bare `/…/` cannot be distinguished from a division here.
    private mutating func maskRegex(from start: Int, pounds: Int) -> Int {
        var index = start + 1
        while index < code.count {
            if code[index] == UInt8(ascii: "/"), poundsFollow(index + 1, pounds) { return index + 1 + pounds }
            if code[index] != UInt8(ascii: "\n") { code[index] = Self.stringByte }
            index += 1
        }
        return index
    }

    private func poundsFollow(_ index: Int, _ pounds: Int) -> Bool {
        index + pounds <= code.count && code[index..<(index + pounds)].allSatisfy { $0 == UInt8(ascii: "#") }
    }

    private func closes(_ index: Int, quotes: Int, pounds: Int) -> Bool {
        guard index + quotes <= code.count,
            code[index..<(index + quotes)].allSatisfy({ $0 == UInt8(ascii: "\"") })
        else { return false }
        return poundsFollow(index + quotes, pounds)
    }

    /// Masks `(…)` of an interpolation with the strings inside it; returns the offset after the closing parenthesis.
    private mutating func maskInterpolation(from start: Int, isMultiline: Bool, depth strings: Int) -> Int {
        var index = start
        var depth = 0
        while index < code.count {
            switch code[index] {
            case UInt8(ascii: "\n") where !isMultiline: return index
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\"") where strings < Self.deepestString:
                let end = maskString(from: index, pounds: 0, depth: strings + 1)
                for position in index..<end where code[position] != UInt8(ascii: "\n") {
                    code[position] = Self.stringByte
                }
                index = end
                continue
            default: break
            }
            if code[index] != UInt8(ascii: "\n") { code[index] = Self.stringByte }
            index += 1
            if depth == 0 { return index }
        }
        return index
    }
}
