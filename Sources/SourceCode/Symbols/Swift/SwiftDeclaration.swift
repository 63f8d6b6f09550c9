/// A declaration as an extractor found it in Swift text. The rest of the symbol is read from the text here, so that
/// both extractors give the same symbol for the same declaration.
struct SwiftDeclaration {
    var kind: SymbolKind
    /// Where the declaration starts with its attributes and modifiers.
    var start: Int
    /// Where it starts with its modifiers, attributes left out.
    var modifiersStart: Int
    /// Where its name is; for an extension the extended type, for an initializer the keyword.
    var nameStart: Int
    /// The name as written, with its backticks.
    var name: String
    /// The offset after the declaration's last byte, as far as known.
    var end: Int
    /// The modifiers, attributes without arguments: `public`, `static`, `@MainActor`.
    var modifiers: [String]
    /// `let` or `var` for variables of a pattern, whose own text does not hold it.
    var introducer: String?

    static let accessWords: Set<String> = ["open", "public", "package", "internal", "fileprivate", "private"]
    private static let visible: Set<String> = ["open", "public", "package"]

    /// The scope that contains a declaration.
    struct Scope {
        var path: String?
        var kind: SymbolKind?
        var isPublic = true
        /// The access of members that do not state one.
        var memberAccess = "internal"
    }

    /// The scope of a type's members.
    func memberScope(of symbol: Symbol, in scope: Scope) -> Scope {
        let path = [scope.path, name].compactMap(\.self).joined(separator: ".")
        let own = modifiers.first(where: Self.accessWords.contains)
        let memberAccess: String =
            switch kind {
            case .protocol: symbol.access ?? "internal"
            case .extension: own == "private" ? "fileprivate" : own ?? "internal"
            default: own == "private" || own == "fileprivate" ? "fileprivate" : "internal"
            }
        return Scope(
            path: path, kind: kind, isPublic: kind == .extension ? scope.isPublic : symbol.isPublic,
            memberAccess: memberAccess)
    }

    /// The symbol, completed from its text.
    func symbol(in text: SwiftText, scope: Scope) -> Symbol {
        let nameEnd = min(end, nameStart + name.utf8.count)
        let isValue = kind == .property || kind == .variable || kind == .constant
        let headerEnd =
            kind == .enumCase
            ? end : text.headerEnd(from: nameEnd, limit: max(nameEnd, end), isValue: isValue)
        var header = SwiftHeader()
        if isValue {
            header = SwiftHeader(value: nameEnd..<headerEnd, in: text)
        } else if kind.isCallable || kind == .enumCase {
            let labels: SwiftHeader.Labels = kind == .subscript || kind == .operator ? .positional : .function
            header = SwiftHeader(callable: nameEnd..<headerEnd, in: text, labels: labels)
        }
        let access = kind == .deinitializer ? nil : access(in: scope)
        let startLine = text.lines.line(at: start)
        // A comment belongs to the declaration that starts the next line, not to further ones on that line.
        let startsLine = text.skipSpace(text.lines.start(of: startLine)) == start
        let comment = startsLine ? DocumentationComment(above: startLine, in: text.lines, style: .swift) : nil
        return Symbol(
            name: name.filter { $0 != "`" }, kind: kind, line: text.lines.line(at: nameStart), startLine: startLine,
            endLine: text.lines.line(at: max(nameStart, end - 1)), signature: signature(headerEnd, text),
            access: access,
            isPublic: kind != .extension && scope.isPublic && access.map(Self.visible.contains) == true,
            isDocumented: comment != nil, documentation: comment?.text, parameters: header.parameters,
            returnType: header.returnType, throws: header.isThrowing, async: header.isAsync,
            isStatic: modifiers.contains("static") || modifiers.contains("class"), parent: scope.path)
    }

    private func access(in scope: Scope) -> String {
        if let own = modifiers.first(where: Self.accessWords.contains) { return own }
        // Cases and requirements are as visible as their type.
        if kind == .enumCase { return scope.isPublic && scope.kind == .enum ? "public" : scope.memberAccess }
        return scope.memberAccess
    }

    private func signature(_ headerEnd: Int, _ text: SwiftText) -> String {
        guard let introducer else {
            let own = text.line(min(modifiersStart, nameStart)..<max(headerEnd, nameStart))
            return kind == .enumCase && !own.contains("case ") ? "case " + own : own
        }
        let words = modifiers.filter { !$0.hasPrefix("@") && $0 != introducer } + [introducer]
        return words.joined(separator: " ") + " " + text.line(nameStart..<headerEnd)
    }
}

extension SwiftHeader {
    init() {}
}
