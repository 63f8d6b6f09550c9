import Support

/// Source text with everything that is not code blanked out, byte for byte: a search in ``code`` finds no word of a
/// comment or a string, and every offset is an offset in the original.
///
/// It is a scan by the lexical rules of the language, not a parser: a regular expression literal of Swift or
/// JavaScript is distinguished from a division by the code before it.
package struct CodeMask: Sendable {
    /// What a byte belongs to.
    package enum Part: UInt8, Sendable { case code, comment, string }

    /// The text's bytes.
    package let bytes: [UInt8]
    /// What each byte belongs to.
    package private(set) var parts: [Part]
    /// The bytes with comments and strings as spaces; line feeds stay.
    package private(set) var code: [UInt8]
    /// The offset at which each line starts; a line feed at the end of the text starts no further line.
    package let lineStarts: [Int]
    private let lines: LineStarts

    /// How deep strings may stand in interpolations of strings; deeper quotation marks are content. 64.
    private static let deepestString = 64
    /// The most hashes around a raw string, as in Rust. 255.
    private static let mostHashes = 255
    /// The longest regular expression literal, in bytes. 1,000.
    private static let longestRegex = 1_000

    /// Scans a text by the rules of its language; an unknown language is all code.
    package init(_ text: String, language: Language) {
        let bytes = Array(text.utf8)
        self.bytes = bytes
        parts = [Part](repeating: .code, count: bytes.count)
        code = bytes
        lines = LineStarts(bytes)
        lineStarts = Array(lines.offsets.prefix(max(1, lines.count)))
        let rules = LexicalRules(language)
        let starters = rules?.starters ?? [Bool](repeating: false, count: 256)
        var candidates: [Int] = []
        for (index, byte) in bytes.enumerated() {
            if starters[Int(byte)] { candidates.append(index) }
        }
        guard let rules else { return }
        var reached = 0
        for index in candidates where index >= reached {
            let (end, part) = next(from: index, rules)
            guard part != .code else { continue }
            for position in index..<end {
                parts[position] = part
                if bytes[position] != 0x0A { code[position] = 0x20 }
            }
            reached = max(end, index + 1)
        }
    }

    /// The line (from 0) an offset lies on.
    package func line(of offset: Int) -> Int {
        min(lines.index(of: offset), lineStarts.count - 1)
    }

    /// The bytes of a line without its line feed, in the masked text.
    package func codeLine(_ line: Int) -> ArraySlice<UInt8> { code[range(ofLine: line)] }

    /// The offsets of a line, without its line feed; empty beyond the text.
    package func range(ofLine line: Int) -> Range<Int> {
        guard lineStarts.indices.contains(line) else { return bytes.count..<bytes.count }
        let start = lineStarts[line]
        let end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
        return start..<max(start, bytes[start..<end].last == 0x0A ? end - 1 : end)
    }

    /// The original text of a range.
    package func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The code without comments, strings and white space: equal before and after a change exactly when the change
    /// touched only those.
    package var significant: [UInt8] { code.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } }

    private func starts(_ word: [UInt8], at index: Int) -> Bool {
        index + word.count <= bytes.count && bytes[index..<index + word.count].elementsEqual(word)
    }

    private func next(from index: Int, _ rules: LexicalRules) -> (end: Int, part: Part) {
        if let line = rules.lineComment, starts(line, at: index) {
            return (bytes[index...].firstIndex(of: 0x0A) ?? bytes.count, .comment)
        }
        if rules.blockComments, starts([0x2F, 0x2A], at: index) { return (endOfBlock(index, rules), .comment) }
        if rules.rawHashes, let end = endOfHashed(index, rules) { return (end, .string) }
        for quote in rules.quotes where starts(quote.open, at: index) {
            if let end = endOfString(index, quote) { return (end, .string) }
        }
        if rules.regexLiterals, bytes[index] == 0x2F, let end = endOfRegex(index) { return (end, .string) }
        return (index + 1, .code)
    }

    private func endOfBlock(_ start: Int, _ rules: LexicalRules) -> Int {
        var depth = 0
        var index = start
        while index < bytes.count {
            if starts([0x2F, 0x2A], at: index), depth == 0 || rules.nestedComments {
                depth += 1
                index += 2
            } else if starts([0x2A, 0x2F], at: index) {
                depth -= 1
                index += 2
                if depth == 0 { return index }
            } else {
                index += 1
            }
        }
        return bytes.count
    }

    /// `#"…"#` of Swift and `r#"…"#` of Rust.
    private func endOfHashed(_ start: Int, _ rules: LexicalRules) -> Int? {
        var index = start
        if bytes[index] == 0x72, start == 0 || !LexicalRules.isWord(bytes[start - 1]) { index += 1 }
        let hashes = bytes[index...].prefix(Self.mostHashes).prefix { $0 == 0x23 }.count
        guard hashes > 0 || index > start, index + hashes < bytes.count, bytes[index + hashes] == 0x22 else {
            return nil
        }
        let triple = starts([0x22, 0x22, 0x22], at: index + hashes)
        let close = [UInt8](repeating: 0x22, count: triple ? 3 : 1) + [UInt8](repeating: 0x23, count: hashes)
        var end = index + hashes + (triple ? 3 : 1)
        while end < bytes.count {
            if starts(close, at: end) { return end + close.count }
            end += 1
        }
        return bytes.count
    }

    private func endOfString(_ start: Int, _ quote: LexicalRules.Quote, depth: Int = 0) -> Int? {
        if quote.character { return endOfCharacter(start, quote) }
        var index = start + quote.open.count
        while index < bytes.count {
            if quote.escapes, bytes[index] == 0x5C {
                if quote.interpolation == .parenthesis, index + 1 < bytes.count, bytes[index + 1] == 0x28 {
                    index = endOfInterpolation(index + 1, 0x28, 0x29, quote, depth)
                } else {
                    index += 2
                }
            } else if quote.interpolation == .brace, starts([0x24, 0x7B], at: index) {
                index = endOfInterpolation(index + 1, 0x7B, 0x7D, quote, depth)
            } else if starts(quote.close, at: index) {
                return index + quote.close.count
            } else if bytes[index] == 0x0A, !quote.multiline {
                return index
            } else {
                index += 1
            }
        }
        return bytes.count
    }

    /// `'a'`, `'\n'`, `'\u{1F600}'`; any other text after a single quote is no literal (a Rust lifetime).
    private func endOfCharacter(_ start: Int, _ quote: LexicalRules.Quote) -> Int? {
        guard start + 2 < bytes.count, bytes[start + 1] != 0x0A, bytes[start + 1] != 0x27 else { return nil }
        if bytes[start + 1] != 0x5C {
            let scalar = 1 + bytes[(start + 2)...].prefix { $0 & 0xC0 == 0x80 }.count
            return starts(quote.close, at: start + 1 + scalar) ? start + 2 + scalar : nil
        }
        let end = bytes[(start + 3)...].prefix(10).firstIndex(of: 0x27)
        return end.map { $0 + 1 }
    }

    private func endOfInterpolation(
        _ start: Int, _ open: UInt8, _ close: UInt8, _ quote: LexicalRules.Quote, _ strings: Int
    ) -> Int {
        var depth = 0
        var index = start
        while index < bytes.count {
            if bytes[index] == open {
                depth += 1
            } else if bytes[index] == close {
                depth -= 1
                if depth == 0 { return index + 1 }
            } else if bytes[index] == 0x22 || bytes[index] == 0x60, strings < Self.deepestString {
                let inner = LexicalRules.Quote(
                    [bytes[index]], multiline: quote.multiline, interpolation: quote.interpolation)
                index = endOfString(index, inner, depth: strings + 1) ?? index + 1
                continue
            } else if bytes[index] == 0x0A, !quote.multiline {
                return index
            }
            index += 1
        }
        return bytes.count
    }

    private func endOfRegex(_ start: Int) -> Int? {
        let before = bytes[..<start].last { $0 != 0x20 && $0 != 0x09 }
        let openers = Array("(,=:[!&|?{};\n".utf8)
        guard before == nil || before.map(openers.contains) == true else { return nil }
        guard start + 1 < bytes.count, ![0x20, 0x2F, 0x2A, 0x3D, 0x0A].contains(bytes[start + 1]) else { return nil }
        var index = start + 1
        var inClass = false
        while index < bytes.count, bytes[index] != 0x0A, index - start <= Self.longestRegex {
            switch bytes[index] {
            case 0x5C: index += 1
            case 0x5B: inClass = true
            case 0x5D: inClass = false
            case 0x2F where !inClass: return index + 1
            default: break
            }
            index += 1
        }
        return nil
    }
}
