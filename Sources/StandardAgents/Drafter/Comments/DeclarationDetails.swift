import SourceCode

/// The details of one declaration that its source text proves: the content of a documentation comment, independent of
/// the language's comment syntax.
///
/// Sentences hold code in backticks; ``CommentStyle`` turns them into the language's markup.
package struct DeclarationDetails: Sendable, Equatable {
    /// One parameter and its details.
    package struct Parameter: Sendable, Equatable {
        package var name: String
        package var type: String?
        package var hasDefault: Bool
    }

    /// An error and, where one condition in the body decides, that condition.
    package struct Failure: Sendable, Equatable {
        package var error: String?
        package var sentence: String
    }

    /// The declaration's own name: Go comments start with it.
    package var name: String
    /// The first sentence.
    package var summary: String
    /// The declaration's callers, where they are proven.
    package var callers: String?
    /// The parameters in order.
    package var parameters: [Parameter] = []
    /// The type returned by a callable.
    package var returns: String?
    /// The errors that the declaration may throw.
    package var failures: [Failure] = []
}

extension DeclarationDetails {
    /// The details of a symbol; `nil` when a comment would add nothing to its declaration.
    /// - Parameters:
    ///   - symbol: The declaration.
    ///   - file: The file that contains the declaration.
    ///   - sources: All files, for children and callers.
    package init?(_ symbol: Symbol, in file: IndexedFile, sources: SourceIndex) {
        name = symbol.name
        summary = ""
        callers = sources.callers(of: symbol, in: file)
        if symbol.kind.isCallable {
            guard let parameters = ArgumentList.parameters(of: symbol, in: file) else { return nil }
            self.parameters = parameters
            returns = Self.meaningful(symbol.returnType)
            failures = ThrownErrors(symbol, in: file).failures
            guard let sentence = Self.summary(ofCallable: symbol, self) else { return nil }
            summary = sentence
        } else if symbol.kind.isType {
            guard let sentence = Self.summary(ofType: symbol, in: file) else { return nil }
            summary = sentence
        } else {
            guard let sentence = Self.summary(ofValue: symbol, in: file) else { return nil }
            summary = sentence
            callers = nil
        }
    }

    /// A type on one line; `nil` for text that is no type.
    static func clean(_ type: String?) -> String? {
        guard let type else { return nil }
        let text = type.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text.isEmpty || text.contains("`") ? nil : text
    }

    private static func meaningful(_ type: String?) -> String? {
        let nothing: Set<String> = ["Void", "()", "void", "None", "undefined", "Swift.Void", "Unit"]
        return clean(type).flatMap { nothing.contains($0) ? nil : $0 }
    }

    private static func summary(ofCallable symbol: Symbol, _ details: DeclarationDetails) -> String? {
        let names = details.parameters.map { "`\($0.name)`" }.listed()
        let async = symbol.async ? " asynchronously" : ""
        if symbol.kind == .initializer {
            guard let type = symbol.parent?.split(separator: ".").last else { return nil }
            return names.isEmpty
                ? "Creates a value of `\(type)`\(async)." : "Creates a value of `\(type)` from \(names)\(async)."
        }
        switch (names.isEmpty, details.returns) {
        case (false, let type?): return "Takes \(names); returns `\(type)`\(async)."
        case (true, let type?): return "Returns `\(type)`\(async)."
        case (false, nil): return "Takes \(names)\(symbol.returnType == nil ? "" : "; returns nothing")\(async)."
        case (true, nil):
            guard details.callers != nil || !details.failures.isEmpty else { return nil }
            return "Takes no arguments\(async)."
        }
    }

    private static func summary(ofType symbol: Symbol, in file: IndexedFile) -> String? {
        let path = (symbol.parent.map { [$0] } ?? []) + [symbol.name]
        let children = file.symbols.filter { $0.parent == path.joined(separator: ".") }
        func named(_ kinds: Set<SymbolKind>) -> [String] {
            children.filter { kinds.contains($0.kind) && ($0.isPublic || $0.kind == .enumCase) && !$0.isStatic }
                .map { "`\($0.name)`" }
        }
        let noun: String
        let members: [String]
        let verb: String
        switch symbol.kind {
        case .enum: (noun, verb, members) = ("An enumeration", "of", named([.enumCase]))
        case .protocol, .interface, .trait:
            noun = symbol.kind == .protocol ? "A protocol" : symbol.kind == .trait ? "A trait" : "An interface"
            (verb, members) = ("with", named([.function, .method, .property, .variable, .subscript]))
        case .struct, .class, .actor:
            noun = symbol.kind == .struct ? "A structure" : symbol.kind == .class ? "A class" : "An actor"
            let values = named([.property, .variable, .constant])
            (verb, members) = ("with", values.isEmpty ? named([.method, .function]) : values)
        default: return nil
        }
        guard !members.isEmpty else { return nil }
        return "\(noun) \(verb) \(members.listed())."
    }

    private static func summary(ofValue symbol: Symbol, in file: IndexedFile) -> String? {
        switch symbol.kind {
        case .property, .variable, .constant: break
        default: return nil
        }
        let line = file.code(symbol.line - 1)
        let constant = symbol.kind == .constant || !line.words.isDisjoint(with: ["let", "final", "const"])
        if let type = clean(symbol.returnType) { return "A \(constant ? "constant" : "value") of type `\(type)`." }
        // Without a type the comment states the value, where it is a literal on the same line.
        let original = file.mask.text(file.mask.range(ofLine: symbol.line - 1)).trimmingEnd
        let literal = /^.*\b(?:let|const|final)\b.*?=\s*(-?[0-9][0-9_.]*|true|false|"[^"\\`]{1,60}")\s*;?$/
        guard let match = original.wholeMatch(of: literal), original.words.contains(symbol.name) else { return nil }
        return "A constant with the value `\(match.1)`."
    }
}

extension [String] {
    /// The list as `a, b and c`; of more than six, the first five and the number of the others.
    func listed() -> String {
        let shown = count > 6 ? prefix(5) + ["\(count - 5) more"] : self[...]
        guard shown.count > 1, let last = shown.last else { return shown.first ?? "" }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }
}
