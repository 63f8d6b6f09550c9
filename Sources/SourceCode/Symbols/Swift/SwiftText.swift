/// A Swift file as both extractors read it: its text, its lines, and the mask of everything that is not code.
package struct SwiftText: Sendable {
    let lines: SourceLines
    let mask: SwiftLexicalMask

    package init(_ text: String) {
        lines = SourceLines(text)
        mask = SwiftLexicalMask(lines.bytes)
    }

    package var code: [UInt8] { mask.code }

    /// Code between two offsets as one line: without comments, with strings, each run of white space as one space.
    package func line(_ range: Range<Int>) -> String {
        var result: [UInt8] = []
        var pendingSpace = false
        for index in range {
            let byte = code[index]
            if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") || byte == 0x0D {
                pendingSpace = !result.isEmpty
            } else {
                if pendingSpace { result.append(UInt8(ascii: " ")) }
                pendingSpace = false
                result.append(lines.bytes[index])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The offset at which a declaration's header ends: before its body or its value, or at the end of the statement.
    /// - Parameters:
    ///   - start: The offset after the declaration's name.
    ///   - isValue: Whether it is a variable, whose header also ends at `=`, `,` and the end of the line.
    func headerEnd(from start: Int, limit: Int, isValue: Bool) -> Int {
        var depth = 0
        var index = start
        while index < limit {
            switch code[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "<") where isValue && opensAngle(at: index): depth += 1
            case UInt8(ascii: ">") where isValue && depth > 0 && closesAngle(at: index): depth -= 1
            case UInt8(ascii: "{") where depth <= 0: return index
            case UInt8(ascii: "}") where depth <= 0: return index
            case UInt8(ascii: ";") where depth <= 0: return index
            case UInt8(ascii: "="), UInt8(ascii: ","): if isValue, depth <= 0 { return index }
            case UInt8(ascii: "\n") where depth <= 0 && (isValue || endsStatement(at: index)): return index
            default: break
            }
            if depth < 0 { return index }
            index += 1
        }
        return index
    }

    /// Whether `<` at an offset opens generic arguments: directly after a name, not followed by a space.
    func opensAngle(at index: Int) -> Bool {
        index > 0 && ByteClass.word.contains(code[index - 1]) && index + 1 < code.count
            && code[index + 1] != UInt8(ascii: " ")
    }

    /// Whether `>` at an offset closes generic arguments rather than ends an arrow.
    func closesAngle(at index: Int) -> Bool { index > 0 && code[index - 1] != UInt8(ascii: "-") }

    /// Whether a header ends at this line feed: the next line does not start with a token that continues one.
    private func endsStatement(at lineFeed: Int) -> Bool {
        var index = lineFeed + 1
        while index < code.count, code[index] <= 0x20 { index += 1 }
        guard index < code.count else { return true }
        if code[index] == UInt8(ascii: "{") || code[index] == UInt8(ascii: "-") || code[index] == UInt8(ascii: "(") {
            return false
        }
        var last = lineFeed
        while last > 0, code[last] <= 0x20 { last -= 1 }
        if code[last] == UInt8(ascii: ">") && last > 0 && code[last - 1] == UInt8(ascii: "-") { return false }
        if code[last] == UInt8(ascii: ",") || code[last] == UInt8(ascii: ":") || code[last] == UInt8(ascii: "&") {
            return false
        }
        return !["where", "async", "throws", "rethrows"].contains(word(at: index))
    }

    /// The identifier at an offset; empty when there is none.
    func word(at start: Int) -> String {
        var end = start
        while end < code.count, ByteClass.word.contains(code[end]) || code[end] >= 0x80 { end += 1 }
        return String(decoding: code[start..<end], as: UTF8.self)
    }

    /// The first offset at or after `start` that is no white space.
    func skipSpace(_ start: Int) -> Int {
        var position = start
        while position < code.count, code[position] <= 0x20, code[position] != SwiftLexicalMask.stringByte {
            position += 1
        }
        return position
    }

    /// The name declared at an offset, as written: an identifier, one in backticks, or an operator.
    func name(at start: Int) -> String {
        guard start < code.count else { return "" }
        if code[start] == UInt8(ascii: "`") { return "`" + word(at: start + 1) + "`" }
        let word = word(at: start)
        guard word.isEmpty else { return word }
        let end = (start..<code.count).first { code[$0] <= 0x20 || code[$0] == UInt8(ascii: "(") }
        return String(decoding: code[start..<(end ?? start)], as: UTF8.self)
    }

    /// The dotted name of a type at an offset: `Outer.Inner`.
    func dottedName(at start: Int) -> String {
        var name = name(at: start)
        while start + name.utf8.count < code.count, code[start + name.utf8.count] == UInt8(ascii: ".") {
            name += "." + word(at: start + name.utf8.count + 1)
        }
        return name
    }

    /// The offset at which a case of an enumeration ends, without its raw value.
    func caseEnd(_ start: Int) -> Int {
        var position = start
        var depth = 0
        while position < code.count {
            switch code[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: "\n"), UInt8(ascii: "}"), UInt8(ascii: ";"):
                if depth <= 0 { return position }
            default: break
            }
            position += 1
        }
        return position
    }

    /// The name after the next comma of a variable statement, past a value on the same line; `nil` when there is none.
    func nextVariable(_ start: Int) -> Int? {
        var position = start
        var depth = 0
        while position < code.count {
            switch code[position] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "\n") where depth <= 0, UInt8(ascii: ";") where depth <= 0: return nil
            case UInt8(ascii: ",") where depth == 0:
                let name = skipSpace(position + 1)
                let after = skipSpace(name + self.name(at: name).utf8.count)
                let declares =
                    after < code.count && (code[after] == UInt8(ascii: ":") || code[after] == UInt8(ascii: "="))
                if declares, !word(at: name).isEmpty || code[name] == UInt8(ascii: "`") { return name }
            default: break
            }
            if depth < 0 { return nil }
            position += 1
        }
        return nil
    }

    /// The name after the comma that ends a case; `nil` when the statement ends instead.
    func nextCase(_ end: Int) -> Int? {
        var position = end
        while position < code.count, code[position] != UInt8(ascii: ",") {
            if code[position] == UInt8(ascii: "\n") || code[position] == UInt8(ascii: "}")
                || code[position] == UInt8(ascii: ";")
            {
                return nil
            }
            position += 1
        }
        return position < code.count ? skipSpace(position + 1) : nil
    }

    /// The deepest nesting of brackets of all kinds.
    var bracketDepth: Int {
        var depth = 0
        var deepest = 0
        for byte in code {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return deepest
    }
}
