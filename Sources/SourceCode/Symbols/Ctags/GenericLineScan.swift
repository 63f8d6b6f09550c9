import Support

/// Finds declarations in other languages by the word a line starts with, for machines without ctags. It finds
/// names, lines and documentation, but no nesting.
enum GenericLineScan {
    private static let modifiers: Set<Substring> = [
        "export", "default", "public", "private", "protected", "internal", "static", "abstract", "final", "async",
        "pub", "unsafe", "const", "open", "override", "sealed", "data",
    ]

    private static let keywords: [Language: [Substring: SymbolKind]] = [
        .python: ["def": .function, "class": .class],
        .javascript: ["function": .function, "class": .class],
        .typescript: [
            "function": .function, "class": .class, "interface": .interface, "enum": .enum, "type": .typealias,
        ],
        .go: ["func": .function, "type": .typealias],
        .rust: [
            "fn": .function, "struct": .struct, "enum": .enum, "trait": .trait, "mod": .module, "type": .typealias,
        ],
        .java: ["class": .class, "interface": .interface, "enum": .enum],
        .kotlin: ["fun": .function, "class": .class, "interface": .interface, "object": .class],
        .csharp: ["class": .class, "interface": .interface, "enum": .enum, "struct": .struct],
        .ruby: ["def": .method, "class": .class, "module": .module],
        .php: ["function": .function, "class": .class, "interface": .interface, "trait": .trait],
        .c: ["struct": .struct, "enum": .enum], .cpp: ["class": .class, "struct": .struct, "enum": .enum],
        .lua: ["function": .function], .protobuf: ["message": .struct, "service": .interface, "enum": .enum],
    ]

    static func symbols(of file: SourceFile) -> [Symbol] {
        guard let words = keywords[file.language], let dialect = CtagsLanguage.all[file.language] else { return [] }
        let lines = SourceLines(file.text)
        return (1...max(1, lines.count)).compactMap { number in
            let line = lines.trimmed(number)
            var rest = Substring(line)
            var access: Substring?
            while let word = firstWord(rest) {
                let after = rest.dropFirst(word.count).drop { $0 == " " || $0 == "(" }
                if let kind = words[word], let name = firstWord(after), after.startIndex > rest.startIndex {
                    return symbol(String(name), kind, number, line, access, file, dialect, lines)
                }
                guard modifiers.contains(word) else { return nil }
                if ["public", "private", "protected", "internal", "export", "pub"].contains(word) { access = word }
                rest = after
            }
            return nil
        }
    }

    private static func firstWord(_ text: Substring) -> Substring? {
        let word = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return word.isEmpty ? nil : word
    }

    private static func symbol(
        _ name: String, _ kind: SymbolKind, _ number: Int, _ line: String, _ access: Substring?, _ file: SourceFile,
        _ dialect: CtagsLanguage, _ lines: SourceLines
    ) -> Symbol {
        var comment = DocumentationComment(above: number, in: lines, style: dialect.comments)
        if file.language == .python {
            comment = DocumentationComment(docstringAfter: number, endLine: lines.count, in: lines) ?? comment
        }
        let isPublic: Bool =
            switch file.language {
            case .python, .ruby, .lua: !name.hasPrefix("_")
            case .go: name.first?.isUppercase == true
            case .c, .cpp, .protobuf, .php, .kotlin: access != "private" && access != "internal"
            default: ["public", "export", "pub"].contains(access)
            }
        let header = line.split(separator: "{", maxSplits: 1).first.map { $0.trimmingWhitespace() } ?? line
        return Symbol(
            name: name, kind: kind, line: number, signature: header, access: access.map(String.init),
            isPublic: isPublic, isDocumented: comment != nil, documentation: comment?.text)
    }
}
