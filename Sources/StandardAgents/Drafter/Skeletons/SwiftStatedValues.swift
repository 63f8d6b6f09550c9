import SourceCode

/// Values that the public declarations of a Swift file state as literals, so that the source proves tests of them.
struct SwiftStatedValues: Sendable {
    /// One assertion.
    struct Value: Sendable, Equatable {
        /// The type it belongs to, dotted.
        var type: String
        /// The declaration, dotted: `Limits.maximum`.
        var declaration: String
        /// The expression and the literal it equals.
        var expression: String
        var literal: String
    }

    private(set) var values: [Value] = []
    private let file: IndexedFile
    private let conditional: Set<Int>

    init(_ file: IndexedFile) {
        self.file = file
        conditional = Self.conditionalLines(file)
        for symbol in file.symbols {
            if symbol.kind == .enum {
                addCases(of: symbol)
            } else if symbol.isStatic, [.constant, .property, .variable].contains(symbol.kind) {
                addConstant(symbol)
            }
        }
    }

    /// The lines (from 1) inside `#if`.
    private static func conditionalLines(_ file: IndexedFile) -> Set<Int> {
        var depth = 0
        var lines: Set<Int> = []
        for line in file.mask.lineStarts.indices {
            let code = file.code(line).drop(while: \.isWhitespace)
            if code.hasPrefix("#if") { depth += 1 }
            if depth > 0 { lines.insert(line + 1) }
            if code.hasPrefix("#endif") { depth = max(0, depth - 1) }
        }
        return lines
    }

    /// Whether a test in another module can name the declaration unconditionally: it and all enclosing declarations
    /// are public, plain and in this file.
    private func isReachable(_ symbol: Symbol) -> Bool {
        var current = symbol
        while true {
            let range = current.startLine...(max(current.startLine, current.endLine ?? current.line))
            let isOuter = current != symbol || current.kind.isType
            let head = current.startLine...current.line
            guard current.isPublic, !head.contains(where: { conditional.contains($0) }),
                !current.signature.contains("<"),
                !head.contains(where: { hasAttribute(line: $0) })
            else { return false }
            if isOuter, range.contains(where: { conditional.contains($0) && $0 < symbol.line }), current == symbol {
                return false
            }
            guard let parent = current.parent else { return true }
            let outer = file.symbols.first { candidate in
                let path = (candidate.parent.map { $0 + "." } ?? "") + candidate.name
                return path == parent && candidate.kind.isType && candidate.kind != .extension
                    && candidate.line <= current.line && (candidate.endLine ?? 0) >= (current.endLine ?? current.line)
            }
            guard let outer else { return false }
            current = outer
        }
    }

    private func hasAttribute(line: Int) -> Bool {
        let code = file.code(line - 1)
        if code.contains("@") { return true }
        return line >= 2 && file.code(line - 2).drop(while: \.isWhitespace).hasPrefix("@")
    }

    private mutating func addConstant(_ symbol: Symbol) {
        guard let parent = symbol.parent, isReachable(symbol), symbol.startLine == symbol.line else { return }
        let line = file.mask.text(file.mask.range(ofLine: symbol.line - 1)).trimmingEnd
        let pattern =
            /^.*\bstatic let ([A-Za-z_][A-Za-z0-9_]*)\s*(?::\s*([A-Za-z0-9]+)\s*)?=\s*(-?[0-9][0-9_.]*|true|false|"[^"\\]*")\s*(?:\/\/.*)?$/
        guard let match = line.wholeMatch(of: pattern), match.1 == symbol.name else { return }
        if let type = match.2, !Self.plainTypes.contains(String(type)) { return }
        let expression = "\(parent).\(symbol.name)"
        values.append(Value(type: parent, declaration: expression, expression: expression, literal: String(match.3)))
    }

    private static let plainTypes: Set<String> = [
        "Int", "Int8", "Int16", "Int32", "Int64", "UInt", "UInt8", "UInt16", "UInt32", "UInt64", "Double", "Float",
        "Bool", "String",
    ]

    private mutating func addCases(of symbol: Symbol) {
        let path = (symbol.parent.map { $0 + "." } ?? "") + symbol.name
        guard isReachable(symbol), let end = symbol.endLine,
            !(symbol.startLine...end).contains(where: { conditional.contains($0) }),
            let clause = symbol.signature.split(separator: ":", maxSplits: 1).dropFirst().first
        else { return }
        let inherited = clause.split(separator: ",").map { $0.filter { !$0.isWhitespace && $0 != "{" } }
        let children = file.symbols.filter { $0.parent == path && (symbol.line...end).contains($0.line) }
        let names = Set(children.filter { $0.kind != .enumCase }.map(\.name))
        let cases = children.filter { $0.kind == .enumCase }
        guard !cases.isEmpty, cases.allSatisfy({ $0.parameters.isEmpty && !hasAttribute(line: $0.line) }) else {
            return
        }
        let lines = Set(cases.map(\.line)).sorted()
        let stated = lines.flatMap { Self.cases(file, line: $0) }
        guard stated.map(\.name) == cases.map(\.name).map(Self.bare) else { return }
        if let raw = inherited.first, raw == "String" || raw == "Int", !names.contains("rawValue") {
            for item in stated {
                let literal = item.value ?? (raw == "String" ? "\"\(item.name)\"" : nil)
                guard let literal, (raw == "String") == literal.hasPrefix("\"") else { continue }
                let declaration = "\(path).\(item.name)"
                let reference = Self.keywords.contains(item.name) ? "\(path).`\(item.name)`" : declaration
                values.append(
                    Value(type: path, declaration: declaration, expression: "\(reference).rawValue", literal: literal))
            }
        }
        if inherited.contains("CaseIterable"), !names.contains("allCases") {
            values.append(
                Value(type: path, declaration: path, expression: "\(path).allCases.count", literal: "\(cases.count)"))
        }
    }

    /// Case names that need backticks even after a dot.
    private static let keywords: Set<String> = ["init", "self", "Type", "Protocol"]

    private static func bare(_ name: String) -> String { name.filter { $0 != "`" } }

    /// The cases a line declares, with raw values where they are literals without escapes; empty for any other form.
    private static func cases(_ file: IndexedFile, line: Int) -> [(name: String, value: String?)] {
        let code = file.code(line - 1).trimmingEnd
        let original = Array(file.mask.text(file.mask.range(ofLine: line - 1)).utf8)
        let text = String(decoding: original.prefix(code.utf8.count), as: UTF8.self)
        // The masked line ends with its last code byte; a string at the end is blank in it, but needed here.
        let full = String(decoding: original, as: UTF8.self)
        let source = full.split(separator: "//", maxSplits: 1).first.map(String.init) ?? text
        guard let head = source.firstMatch(of: /^\s*case\s+/) else { return [] }
        var found: [(String, String?)] = []
        for part in source[head.range.upperBound...].split(separator: ",") {
            guard let match = part.wholeMatch(of: /\s*(`?[A-Za-z_][A-Za-z0-9_]*`?)\s*(?:=\s*("[^"\\]*"|-?[0-9]+))?\s*/)
            else { return [] }
            found.append((bare(String(match.1)), match.2.map(String.init)))
        }
        return found
    }
}
