import SourceCode

/// The errors a declaration may throw, as far as its signature and body prove them.
package struct ThrownErrors: Sendable {
    /// The proven errors, in the order of the body; empty when the declaration does not throw.
    package private(set) var failures: [DeclarationDetails.Failure] = []

    /// The most errors that are listed. 6.
    package static let maximumListed = 6

    /// Reads one declaration of a file.
    package init(_ symbol: Symbol, in file: IndexedFile) {
        switch file.language {
        case .swift: swift(symbol, file)
        case .java: java(symbol)
        case .python: failures = sites(symbol, file, keyword: "raise")
        case .javascript, .typescript: failures = sites(symbol, file, keyword: "throw")
        default: break
        }
        failures = Array(failures.prefix(Self.maximumListed))
    }

    private mutating func swift(_ symbol: Symbol, _ file: IndexedFile) {
        guard symbol.throws else { return }
        if let typed = symbol.signature.firstRange(of: "throws(") {
            let type = symbol.signature[typed.upperBound...].prefix { $0 != ")" }
            if type == "Never" { return }
            failures = [.init(error: String(type), sentence: "`\(type)`.")]
            return
        }
        failures = sites(symbol, file, keyword: "throw")
        guard failures.isEmpty else { return }
        let calls = tried(symbol, file)
        let sentence =
            calls.isEmpty
            ? "An error that the declaration does not name."
            : "What \(calls.listed()) \(calls.count == 1 ? "throws" : "throw")."
        failures = [.init(error: nil, sentence: sentence)]
    }

    private mutating func java(_ symbol: Symbol) {
        guard let clause = symbol.signature.firstRange(of: ") throws ") else { return }
        let declared = symbol.signature[clause.upperBound...].prefix { $0 != "{" && $0 != ";" }
        for name in declared.split(separator: ",") {
            failures.append(.init(error: name.filter { !$0.isWhitespace }, sentence: "as declared."))
        }
    }

    /// The names of the calls marked with `try`, in a body without `catch`, tasks and local functions: errors of calls
    /// inside those need not leave the body.
    private func tried(_ symbol: Symbol, _ file: IndexedFile) -> [String] {
        let body = file.code(of: symbol)
        let tokens = body.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        guard body.words.isDisjoint(with: ["catch", "Task", "addTask", "detached"]),
            tokens.count(where: { $0 == "func" }) <= 1
        else { return [] }
        var names: [String] = []
        for match in body.matches(of: /\btry\s+(?:await\s+)?([A-Za-z_][A-Za-z0-9_.]*)\(/) {
            let name = match.1.split(separator: ".").last.map(String.init) ?? String(match.1)
            if !names.contains("`\(name)`") { names.append("`\(name)`") }
        }
        return names
    }

    /// The throwing statements at the top level of the body, or directly in one `if` or `guard` there.
    private func sites(_ symbol: Symbol, _ file: IndexedFile, keyword: String) -> [DeclarationDetails.Failure] {
        guard let end = symbol.endLine, end > symbol.line else { return [] }
        let lines = (symbol.line..<end).map { String(decoding: file.mask.codeLine($0), as: UTF8.self) }
        let caught = lines.contains { line in !line.words.isDisjoint(with: ["catch", "except", "try!"]) }
        guard !caught else { return [] }
        let indents = lines.filter { !$0.isBlank }.map(\.indent)
        guard
            let base = indents.min(by: { $0.count < $1.count }).map({
                keyword == "raise" ? $0 : file.bodyIndent(of: symbol) ?? $0
            })
        else { return [] }
        var found: [DeclarationDetails.Failure] = []
        for (offset, line) in lines.enumerated() {
            guard let error = Self.error(in: line, keyword: keyword) else { continue }
            let alone = line.drop(while: \.isWhitespace).hasPrefix(keyword)
            var condition: String?
            if !alone || line.indent != base {
                let opener = alone ? offset - 1 : offset
                guard lines.indices.contains(opener), lines[opener].indent == base, lines[opener].opensBranch
                else { continue }
                condition = file.condition(atLine: symbol.line + opener, before: keyword)
            }
            let clause = condition.map { "when \($0)." }
            let failure = DeclarationDetails.Failure(
                error: error,
                sentence: file.language == .swift
                    ? "`\(error)`" + (clause.map { " " + $0 } ?? ".") : clause ?? "by a statement of its body.")
            if !found.contains(failure) { found.append(failure) }
        }
        return found
    }

    /// The error type of a throwing statement on a line; `nil` for a variable that is rethrown.
    private static func error(in line: String, keyword: String) -> String? {
        guard let at = line.firstRange(of: keyword + " ") else { return nil }
        if let before = line[..<at.lowerBound].last, before.isLetter || before.isNumber || before == "_" { return nil }
        var rest = line[at.upperBound...].drop(while: \.isWhitespace)
        if rest.hasPrefix("new ") { rest = rest.dropFirst(4).drop(while: \.isWhitespace) }
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
        guard let first = name.first, first.isUppercase else { return nil }
        return String(name)
    }
}
