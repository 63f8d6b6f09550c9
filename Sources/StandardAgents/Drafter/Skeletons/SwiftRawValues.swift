import SourceCode
import Support

/// The raw values that public enumerations of a Swift file write out.
///
/// Such a value is what others have stored or sent, and the compiler does not notice when it changes. A value that
/// follows from the case's name, a constant or a number of cases is not stated here: a test of it would say what the
/// declaration says, and break with each change.
struct SwiftRawValues: Sendable {
    /// One assertion.
    struct Value: Sendable, Equatable {
        /// The enumeration, dotted.
        var type: String
        /// The case, dotted: `Currency.euro`.
        var declaration: String
        /// The literal that the raw value equals.
        var literal: String
        var expression: String { declaration + ".rawValue" }
    }

    private(set) var values: [Value] = []
    private let lines: [String]
    /// The declarations that are right within another, by its dotted name; the types themselves by theirs.
    private let members: [ExactString: [Symbol]]
    private let types: [ExactString: [Symbol]]

    init(_ text: String, _ symbols: [Symbol]) {
        members = Dictionary(grouping: symbols.filter { $0.parent != nil }) { ExactString($0.parent ?? "") }
        types = Dictionary(grouping: symbols.filter { $0.kind.isType && $0.kind != .extension }) {
            ExactString(Self.path(of: $0))
        }
        // Code with comments blank, one text a line; a file with conditional compilation has declarations that may not be.
        let source = SwiftText(text)
        guard !text.contains("#if") else {
            lines = []
            return
        }
        var lines: [String] = []
        var start = 0
        for (index, byte) in source.code.enumerated() where byte == 0x0A {
            lines.append(source.line(start..<index))
            start = index + 1
        }
        self.lines = lines + [source.line(start..<source.code.count)]
        for symbol in symbols where symbol.kind == .enum { addCases(of: symbol) }
    }

    private mutating func addCases(of symbol: Symbol) {
        let path = Self.path(of: symbol)
        guard isReachable(symbol), let end = symbol.endLine,
            let clause = symbol.signature.split(separator: ":", maxSplits: 1).dropFirst().first,
            let raw = clause.split(separator: ",").first.map({ $0.filter { !$0.isWhitespace && $0 != "{" } }),
            raw == "String" || raw == "Int"
        else { return }
        let members = (self.members[path] ?? []).filter { (symbol.line...end).contains($0.line) }
        let cases = members.filter { $0.kind == .enumCase }
        guard !members.contains(where: { $0.name == "rawValue" }), !cases.contains(where: isMarked) else { return }
        for line in Set(cases.map(\.line)).sorted() {
            for item in Self.written(line <= lines.count ? lines[line - 1] : "") {
                let isText = item.literal.hasPrefix("\"")
                guard isText == (raw == "String"), item.literal != "\"\(item.name)\"" else { continue }
                values.append(Value(type: path, declaration: "\(path).\(item.name)", literal: item.literal))
            }
        }
    }

    private static func path(of symbol: Symbol) -> String { (symbol.parent.map { $0 + "." } ?? "") + symbol.name }

    /// Whether a test in another module can name the type: it and all around it are public, plain and in this file.
    private func isReachable(_ symbol: Symbol) -> Bool {
        var current = symbol
        while true {
            guard current.isPublic, !current.signature.contains("<"), !isMarked(current) else { return false }
            guard let parent = current.parent else { return true }
            let outer = types[parent]?.first { candidate in
                candidate.line <= current.line && (candidate.endLine ?? 0) >= (current.endLine ?? current.line)
            }
            guard let outer else { return false }
            current = outer
        }
    }

    /// Whether a declaration has attributes, such as availability.
    private func isMarked(_ symbol: Symbol) -> Bool {
        symbol.startLine < symbol.line || symbol.line <= lines.count && lines[symbol.line - 1].contains("@")
    }

    /// The cases that a line declares with a literal without escapes; empty for any other form.
    private static func written(_ line: String) -> [(name: String, literal: String)] {
        guard let head = line.firstMatch(of: #/^case /#) else { return [] }
        var found: [(String, String)] = []
        for part in line[head.range.upperBound...].split(separator: ",") {
            guard let match = part.wholeMatch(of: /\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:=\s*("[^"\\]*"|-?[0-9]+))?\s*/)
            else { return [] }
            if let literal = match.2 { found.append((String(match.1), String(literal))) }
        }
        return found
    }
}
