/// How a language writes comments and strings, as far as ``CodeMask`` needs it.
package struct LexicalRules: Sendable {
    /// How a string may hold code.
    package enum Interpolation: Sendable { case none, parenthesis, brace }

    /// One way to write a string.
    package struct Quote: Sendable {
        package var open: [UInt8]
        package var close: [UInt8]
        package var multiline: Bool
        package var escapes: Bool
        package var interpolation: Interpolation
        /// Whether it is a character literal: short and on one line, or else no literal (a Rust lifetime).
        package var character: Bool

        package init(
            _ quote: [UInt8], multiline: Bool = false, escapes: Bool = true, interpolation: Interpolation = .none,
            character: Bool = false
        ) {
            self.open = quote
            self.close = quote
            self.multiline = multiline
            self.escapes = escapes
            self.interpolation = interpolation
            self.character = character
        }
    }

    package var lineComment: [UInt8]?
    package var blockComments = true
    package var nestedComments = false
    package var rawHashes = false
    package var regexLiterals = false
    /// Longer quotes first.
    package var quotes: [Quote]

    /// The rules of a language; `nil` for a language without rules here.
    package init?(_ language: Language) {
        let double: [UInt8] = [0x22]
        let single: [UInt8] = [0x27]
        let slashes: [UInt8] = [0x2F, 0x2F]
        let tripleDouble: [UInt8] = [0x22, 0x22, 0x22]
        switch language {
        case .swift:
            lineComment = slashes
            nestedComments = true
            rawHashes = true
            regexLiterals = true
            quotes = [
                Quote(tripleDouble, multiline: true, interpolation: .parenthesis),
                Quote(double, interpolation: .parenthesis),
            ]
        case .python:
            lineComment = [0x23]
            blockComments = false
            quotes = [
                Quote(tripleDouble, multiline: true), Quote([0x27, 0x27, 0x27], multiline: true), Quote(double),
                Quote(single),
            ]
        case .javascript, .typescript:
            lineComment = slashes
            regexLiterals = true
            quotes = [Quote(double), Quote(single), Quote([0x60], multiline: true, interpolation: .brace)]
        case .go:
            lineComment = slashes
            quotes = [Quote(double), Quote([0x60], multiline: true, escapes: false), Quote(single, character: true)]
        case .rust:
            lineComment = slashes
            nestedComments = true
            rawHashes = true
            quotes = [Quote(double, multiline: true), Quote(single, character: true)]
        case .java, .kotlin, .csharp:
            lineComment = slashes
            quotes = [Quote(tripleDouble, multiline: true), Quote(double), Quote(single, character: true)]
        case .c, .cpp, .objectiveC:
            lineComment = slashes
            quotes = [Quote(double), Quote(single, character: true)]
        default: return nil
        }
    }

    /// For each byte, whether a comment or a string can start with it.
    var starters: [Bool] {
        var table = [Bool](repeating: false, count: 256)
        for byte in quotes.compactMap(\.open.first) + [lineComment?.first].compactMap(\.self) {
            table[Int(byte)] = true
        }
        if blockComments || regexLiterals { table[0x2F] = true }
        if rawHashes {
            table[0x23] = true
            table[0x72] = true
        }
        return table
    }

    private static let words: [Bool] = (0...255).map { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
            || byte >= 0x80
    }

    /// Whether a byte may be part of an identifier, as every byte beyond ASCII may.
    package static func isWord(_ byte: UInt8) -> Bool { words[Int(byte)] }
}
