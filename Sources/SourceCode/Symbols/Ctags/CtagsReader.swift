import Support

/// Turns the tags of one file into symbols, completed from the file's text.
struct CtagsReader {
    private let file: SourceFile
    private let dialect: CtagsLanguage
    private let lines: SourceLines
    /// How much of a declaration's line is read, in bytes: the whole code of a minified file is one line.
    private static let longestLine = 2_000

    init(file: SourceFile, dialect: CtagsLanguage) {
        self.file = file
        self.dialect = dialect
        lines = SourceLines(file.text)
    }

    func symbols(_ tags: [CtagsTag]) -> [Symbol] {
        var comments: [Place: DocumentationComment?] = [:]
        return tags.compactMap { symbol($0, &comments) }.sorted { ($0.line, $0.name) < ($1.line, $1.name) }
    }

    /// Where a comment is looked for; declarations on one line have one comment.
    private struct Place: Hashable {
        let line: Int
        let end: Int
        let isDocstring: Bool
    }

    private func symbol(_ tag: CtagsTag, _ comments: inout [Place: DocumentationComment?]) -> Symbol? {
        guard let line = tag.line, line >= 1, line <= max(1, lines.count), let tagKind = tag.kind,
            var kind = CtagsLanguage.kinds[tagKind], !Self.isInvented(tag.name), !tag.name.isEmpty
        else { return nil }
        let takesArguments = tag.signature != nil
        if kind == .property, takesArguments { kind = .method }
        if kind == .function, tag.scope != nil, tag.scopeKind == "class" || tag.scopeKind == "struct" { kind = .method }
        if kind == .method, Self.initializers.contains(tag.name) { kind = .initializer }
        let own = lines.trimmed(line, atMost: Self.longestLine)
        let startLine = firstLine(of: line)
        // An end beyond the text would be walked to, line by line.
        let end = tag.end.map { min(max(line, $0), max(1, lines.count)) }
        let isDocstring = file.language == .python && (kind.isType || kind.isCallable)
        let place = Place(line: line, end: isDocstring ? end ?? line : line, isDocstring: isDocstring)
        let documentation = comments[place] ?? self.documentation(startLine: startLine, place)
        comments[place] = .some(documentation)
        let words = Set(own.split { !$0.isLetter && $0 != "_" })
        return Symbol(
            name: tag.name, kind: kind, line: line, startLine: startLine, endLine: end,
            signature: signature(tag, own), access: access(tag, own), isPublic: isPublic(tag, own, kind),
            isDocumented: documentation != nil, documentation: documentation?.text,
            parameters: takesArguments ? Self.parameters(tag.signature ?? "", in: file.language) : [],
            returnType: returnType(tag), throws: words.contains("throws"), async: words.contains("async"),
            isStatic: tag.kind == "singletonMethod" || words.contains("static"), parent: parent(tag))
    }

    private static let initializers: Set<String> = ["__init__", "constructor", "initialize", "__construct"]

    /// Whether ctags made up a name for something that has none, such as `AnonymousFunction0b8789f80200`.
    private static func isInvented(_ name: some StringProtocol) -> Bool {
        if name.hasPrefix("__anon") { return true }
        let kinds = ["Function", "Class", "Object"].flatMap { ["Anonymous" + $0, "anonymous" + $0] }
        return kinds.contains { kind in
            let number = name.dropFirst(kind.count)
            return name.hasPrefix(kind) && number.count >= 8 && number.allSatisfy(\.isHexDigit)
        }
    }

    /// The first line with the decorators and annotations above a declaration.
    private func firstLine(of line: Int) -> Int {
        var first = line
        while first > 1, line - first < DocumentationComment.longest,
            ["@", "#["].contains(where: lines.trimmed(first - 1, atMost: Self.longestLine).hasPrefix)
        {
            first -= 1
        }
        return first
    }

    private func documentation(startLine: Int, _ place: Place) -> DocumentationComment? {
        if place.isDocstring,
            let docstring = DocumentationComment(
                docstringAfter: place.line, endLine: max(place.end, place.line), in: lines)
        {
            return docstring
        }
        return DocumentationComment(above: startLine, in: lines, style: dialect.comments)
    }

    /// The declaration's line up to its body, or the signature that ctags gives.
    private func signature(_ tag: CtagsTag, _ line: String) -> String {
        var text = Substring(line)
        if let brace = text.firstIndex(of: "{"), brace != text.startIndex { text = text[..<brace] }
        if text.hasSuffix(":") || text.hasSuffix(";") { text = text.dropLast() }
        let own = text.trimmingWhitespace()
        guard own.contains(tag.name), own.count <= 300 else { return tag.name + (tag.signature ?? "") }
        return own
    }

    private func access(_ tag: CtagsTag, _ line: String) -> String? {
        if file.language == .rust {
            return line.hasPrefix("pub ") ? "pub" : line.hasPrefix("pub(") ? "crate" : "private"
        }
        return tag.access
    }

    private func isPublic(_ tag: CtagsTag, _ line: String, _ kind: SymbolKind) -> Bool {
        switch file.language {
        case .python:
            let path = (tag.scope ?? "").split(separator: ".") + [Substring(tag.name)]
            return path.allSatisfy { !$0.hasPrefix("_") || ($0.hasPrefix("__") && $0.hasSuffix("__")) }
        case .go: return tag.name.first?.isUppercase == true
        case .rust: return line.hasPrefix("pub ")
        case .javascript, .typescript:
            guard tag.scope == nil else { return tag.access != "private" && tag.access != "protected" }
            return line.hasPrefix("export") || line.contains("module.exports")
        case .java, .csharp, .php:
            if let access = tag.access { return access == "public" }
            return line.hasPrefix("public ") || file.language == .php
        case .kotlin: return !line.contains("private ") && !line.contains("internal ")
        case .c, .cpp, .objectiveC:
            return tag.file != true && (tag.access ?? "public") == "public"
                && !(kind == .variable && line.hasPrefix("static"))
        default: return (tag.access ?? "public") == "public" && !tag.name.hasPrefix("_")
        }
    }

    private func returnType(_ tag: CtagsTag) -> String? {
        if file.language == .rust, let arrow = tag.signature?.range(ofFirst: "->"), let signature = tag.signature {
            return signature[arrow...].dropFirst(2).trimmingWhitespace()
        }
        guard let reference = tag.typeref, reference.hasPrefix("typename:") else { return nil }
        let type = reference.dropFirst("typename:".count).trimmingWhitespace()
        return type.isEmpty ? nil : type
    }

    private func parent(_ tag: CtagsTag) -> String? {
        guard var scope = tag.scope, !scope.isEmpty else { return nil }
        for separator in dialect.scopeSeparators where separator != "." {
            scope = scope.split(separator: separator).joined(separator: ".")
        }
        let named = scope.split(separator: ".").filter { !Self.isInvented($0) }
        return named.isEmpty ? nil : named.joined(separator: ".")
    }

    /// The parameters in a signature, by the language's way to write name and type.
    static func parameters(_ signature: String, in language: Language) -> [SymbolParameter] {
        var inside = Substring(signature)
        guard let open = inside.firstIndex(of: "("), let close = inside.lastIndex(of: ")"), open < close else {
            return []
        }
        inside = inside[inside.index(after: open)..<close]
        var parts: [Substring] = []
        var depth = 0
        var start = inside.startIndex
        var quote: Character?
        for index in inside.indices {
            if let open = quote {
                if inside[index] == open { quote = nil }
                continue
            }
            switch inside[index] {
            case "\"", "'": quote = inside[index]
            case "(", "[", "{", "<": depth += 1
            case ")", "]", "}", ">": depth = max(0, depth - 1)
            case "," where depth == 0:
                parts.append(inside[start..<index])
                start = inside.index(after: index)
            default: break
            }
        }
        parts.append(inside[start...])
        return parts.compactMap { parameter($0.trimmingWhitespace(), in: language) }
    }

    private static func parameter(_ text: String, in language: Language) -> SymbolParameter? {
        guard !text.isEmpty, text != "*", text != "/", text != "void", text != "...", text != "self", text != "cls",
            text != "&self", text != "&mut self", text != "mut self"
        else { return nil }
        let assigned = text.split(separator: "=", maxSplits: 1)
        let declared = assigned[0].trimmingWhitespace()
        let hasDefault = assigned.count > 1
        if let colon = declared.firstIndex(of: ":") {
            return SymbolParameter(
                label: nil, name: declared[..<colon].trimmingWhitespace(),
                type: declared[declared.index(after: colon)...].trimmingWhitespace(), hasDefault: hasDefault)
        }
        let words = declared.split(separator: " ").map(String.init)
        guard words.count > 1, let last = words.last, let first = words.first else {
            return SymbolParameter(label: nil, name: declared, type: nil, hasDefault: hasDefault)
        }
        if language == .go {
            return SymbolParameter(label: nil, name: first, type: words.dropFirst().joined(separator: " "))
        }
        // Type first: `const char *name`.
        let stars = last.prefix { $0 == "*" || $0 == "&" }
        return SymbolParameter(
            label: nil, name: String(last.dropFirst(stars.count)),
            type: (words.dropLast().joined(separator: " ") + (stars.isEmpty ? "" : " \(stars)")), hasDefault: hasDefault
        )
    }
}
