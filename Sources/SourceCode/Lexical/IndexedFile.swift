/// One source file: its text, its code without comments and strings, and its declarations.
package struct IndexedFile: Sendable {
    package let path: String
    package let language: Language
    package let text: String
    package let mask: CodeMask
    package let symbols: [Symbol]
    private let names: NameScopes

    /// Indexes a file.
    package init(path: String, text: String, symbols: [Symbol]) {
        self.path = path
        self.language = Language(path: path)
        self.text = text
        self.mask = CodeMask(text, language: language)
        self.symbols = symbols
        names = NameScopes()
    }

    /// The last segment of the path.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The code of a line (from 0), comments and strings blank.
    package func code(_ line: Int) -> String { String(decoding: mask.codeLine(line), as: UTF8.self) }

    /// The code of a declaration from its own line to its last; empty when its end is not known.
    package func code(of symbol: Symbol) -> String {
        guard let end = symbol.endLine, end >= symbol.line else { return "" }
        let first = mask.range(ofLine: symbol.line - 1).lowerBound
        return String(decoding: mask.code[first..<max(first, mask.range(ofLine: end - 1).upperBound)], as: UTF8.self)
    }

    /// The innermost callable declaration a line (from 1) lies in.
    package func callable(at line: Int) -> Symbol? { names.callables(of: self)[line].map { symbols[$0] } }

    /// The names that a declaration's code declares, which hide others of the same name there.
    func declaredNames(within symbol: Symbol) -> Set<String> { names.declared(within: symbol, of: self) }

    /// The words of each line that imports something.
    var importLines: [Set<String>] { names.imports(of: self) }

    /// The indentation of the first line of code inside a declaration's braces.
    package func bodyIndent(of symbol: Symbol) -> String? {
        guard let end = symbol.endLine, end >= symbol.line else { return nil }
        var opened = false
        for line in (symbol.line - 1)..<end {
            let text = code(line)
            if opened, !text.isBlank { return text.indent }
            opened = opened || text.trimmingEnd.hasSuffix("{")
        }
        return nil
    }

    /// The condition of a one-line `if` or `guard` as a clause: "`count > 3`", "`path.isEmpty` does not hold".
    /// - Parameter keyword: The word with which the branch's own statement starts, when it is on the same line.
    package func condition(atLine line: Int, before keyword: String) -> String? {
        var code = code(line)
        if let statement = code.firstRange(of: keyword + " ") { code = String(code[..<statement.lowerBound]) }
        let original = Array(mask.text(mask.range(ofLine: line)).utf8)
        let patterns: [(Regex<(Substring, Substring)>, Bool)] = [
            (/^\s*guard (.+) else\s*\{?\s*$/, false), (/^\s*if (.+?)\s*\{\s*$/, true), (/^\s*if (.+):\s*$/, true),
            (/^\s*if (\(.+\))\s*$/, true),
        ]
        for (pattern, holds) in patterns {
            guard let match = try? pattern.wholeMatch(in: code) else { continue }
            let from = code.utf8.distance(from: code.startIndex, to: match.1.startIndex)
            let to = code.utf8.distance(from: code.startIndex, to: match.1.endIndex)
            var text = String(decoding: original[from..<to], as: UTF8.self).trimmingEnd
            if text.hasPrefix("("), text.hasSuffix(")"), String(text.dropFirst().dropLast()).isBalanced {
                text = String(text.dropFirst().dropLast())
            }
            let binds = text.words.contains("let") || text.words.contains("case")
            guard text.count <= 90, text.isBalanced, !binds, !text.contains("`"), !text.contains("*/") else {
                return nil
            }
            return holds ? "`\(text)`" : "`\(text)` does not hold"
        }
        return nil
    }
}

extension StringProtocol {
    /// The white space a line starts with.
    package var indent: String { String(prefix { $0 == " " || $0 == "\t" }) }

    /// Whether the text holds nothing but white space.
    package var isBlank: Bool { allSatisfy(\.isWhitespace) }

    /// The text without white space at its end.
    package var trimmingEnd: String { String(String(reversed().drop(while: \.isWhitespace)).reversed()) }

    /// The identifiers and numbers in a text.
    package var words: Set<String> {
        Set(split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }).map { String($0) })
    }

    /// Whether a line starts a branch.
    package var opensBranch: Bool {
        let line = drop(while: \.isWhitespace)
        return line.hasPrefix("if ") || line.hasPrefix("if(") || line.hasPrefix("guard ") || line.hasPrefix("} else")
            || line.hasPrefix("else")
    }

    /// Whether brackets close in the order they open.
    package var isBalanced: Bool {
        var open: [Character] = []
        let pairs: [Character: Character] = [")": "(", "]": "[", "}": "{"]
        for character in self {
            if "([{".contains(character) {
                open.append(character)
            } else if let opener = pairs[character], open.popLast() != opener {
                return false
            }
        }
        return open.isEmpty
    }
}
