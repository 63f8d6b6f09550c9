import SourceCode

/// Writes documentation comments on public declarations that have none, with details from the source alone.
package struct DocumentationRule: DraftRule {
    package let id = "doc-comments"
    package let description = """
        Adds a documentation comment to public declarations without one. It says only what the source proves: \
        parameters, types, results, thrown errors and their conditions, callers.
        """
    package let servedWords: Set<String> = [
        "comment", "comments", "doc", "docs", "docc", "docstring", "docstrings", "document", "documentation",
        "documented", "javadoc", "jsdoc", "undocumented",
    ]

    /// Makes the rule.
    package init() {}

    package func draft(_ input: DraftInput) async throws -> RuleDraft {
        var draft = RuleDraft()
        var room = input.limits.documentedDeclarations
        var unserved = 0
        for path in input.orderedPaths {
            try Task.checkCancellation()
            guard let file = input.sources[path], let style = CommentStyle(file.language), !Self.isLeftAlone(file)
            else { continue }
            guard room > 0, draft.changes.count < input.limits.documentedFiles else {
                unserved += candidates(in: file).count
                continue
            }
            let comments = comments(for: file, style, input.sources)
            guard !comments.isEmpty else { continue }
            guard file.text.utf8.count <= input.limits.fileBytes else {
                draft.notes.append("\(path): larger than \(input.limits.fileBytes) bytes, left as it is")
                continue
            }
            let chosen = comments.prefix(room)
            let blocks = Dictionary(chosen.map { ($0.line, $0.lines) }, uniquingKeysWith: { first, _ in first })
            let new = TextLines(file.text).inserting(blocks)
            guard CodeMask(new, language: file.language).significant == file.mask.significant else {
                draft.notes.append("\(path): the comments would have changed the code, left as it is")
                continue
            }
            let syntax = try await input.syntax.check(path: path, text: new)
            guard syntax.outcome != .fails else {
                draft.notes.append("\(path): does not parse with the comments (\(syntax.detail)), left as it is")
                continue
            }
            room -= chosen.count
            unserved += comments.count - chosen.count
            draft.changes.append(
                .init(
                    revision: FileRevision(path: path, old: file.text, new: new),
                    declarations: chosen.map(\.declaration), syntax: syntax, count: chosen.count))
        }
        if unserved > 0 {
            draft.checklist.append(
                ChecklistItem(
                    text: "Document the other public declarations: \(unserved) have no comment.", status: .open,
                    reason: """
                        A draft documents at most \(input.limits.documentedDeclarations) declarations in \
                        \(input.limits.documentedFiles) files.
                        """, rules: []))
        }
        return draft
    }

    private struct Comment {
        /// The line (from 0) before which the comment is inserted.
        var line: Int
        var lines: [String]
        var declaration: String
    }

    private static let documentedKinds: Set<SymbolKind> = [
        .class, .struct, .enum, .actor, .protocol, .interface, .trait, .function, .method, .initializer, .property,
        .variable, .constant,
    ]

    private func comments(for file: IndexedFile, _ style: CommentStyle, _ sources: SourceIndex) -> [Comment] {
        var found: [Comment] = []
        var taken: Set<Int> = []
        for symbol in candidates(in: file) {
            guard taken.insert(symbol.line).inserted,
                let details = DeclarationDetails(symbol, in: file, sources: sources),
                let position = CommentPosition(symbol, in: file, style),
                let lines = style.lines(details, indentation: position.indentation),
                !found.contains(where: { $0.line == position.line })
            else { continue }
            let name = (symbol.parent.map { $0 + "." } ?? "") + symbol.name
            found.append(Comment(line: position.line, lines: lines, declaration: name))
        }
        return found
    }

    /// The public declarations without a comment, by line, without overrides, which inherit a comment.
    private func candidates(in file: IndexedFile) -> [Symbol] {
        file.symbols.filter { symbol in
            symbol.isPublic && !symbol.isDocumented && Self.documentedKinds.contains(symbol.kind)
                && !symbol.signature.words.contains("override") && !Self.isWitness(symbol, file.language)
        }.sorted { $0.line < $1.line }
    }

    /// Whether a Swift declaration implements a requirement of the standard library, whose comment it inherits.
    private static func isWitness(_ symbol: Symbol, _ language: Language) -> Bool {
        guard language == .swift else { return false }
        if symbol.name == "init" { return symbol.parameters.map(\.label) == ["from"] && symbol.throws }
        if symbol.name == "encode" { return symbol.parameters.map(\.label) == ["to"] }
        if symbol.name == "hash" { return symbol.parameters.map(\.label) == ["into"] }
        return ["description", "debugDescription", "hashValue", "errorDescription"].contains(symbol.name)
    }

    /// Whether a file gets no comments: a test, a manifest or a generated file.
    private static func isLeftAlone(_ file: IndexedFile) -> Bool {
        if SourceIndex.isTest(file.path) || file.name == "Package.swift" || file.name == "setup.py" { return true }
        let head = (0..<5).map { file.mask.text(file.mask.range(ofLine: $0)).lowercased() }.joined()
        return head.contains("do not edit") || head.contains("generated by") || head.contains("@generated")
    }
}
