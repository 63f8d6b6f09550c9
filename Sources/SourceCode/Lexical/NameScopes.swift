import Support

/// What one file says about names, found when it is first asked for and kept: each call in the file asks again.
final class NameScopes: Sendable {
    private struct State {
        var callables: [Int: Int]?
        var declared: [Range<Int>: Set<String>] = [:]
        var imports: [Set<String>]?
    }

    private let state = Locked(State())

    /// The innermost callable declaration around each line (from 1), as its index among the file's symbols.
    func callables(of file: IndexedFile) -> [Int: Int] {
        state.withLock { state in
            if let known = state.callables { return known }
            let found = Self.callables(file.symbols, lines: file.mask.lineStarts.count)
            state.callables = found
            return found
        }
    }

    /// The names that the code of a declaration declares.
    func declared(within symbol: Symbol, of file: IndexedFile) -> Set<String> {
        let lines = symbol.line..<max(symbol.line, symbol.endLine ?? symbol.line) + 1
        return state.withLock { state in
            if let known = state.declared[lines] { return known }
            let words = file.code(of: symbol).split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
            let binders: Set<String> = ["let", "var", "func", "const", "fn", "function", "def"]
            let names = Set(zip(words, words.dropFirst()).filter { binders.contains($0.0) }.map(\.1))
            state.declared[lines] = names
            return names
        }
    }

    /// The words of each line that imports something.
    func imports(of file: IndexedFile) -> [Set<String>] {
        state.withLock { state in
            if let known = state.imports { return known }
            let found: [Set<String>] = file.mask.lineStarts.indices.compactMap { line in
                let words = file.code(line).words
                return words.isDisjoint(with: ["import", "from", "use", "require", "include"]) ? nil : words
            }
            state.imports = found
            return found
        }
    }

    /// Of several around a line the one that begins last, and of those the first in order.
    private static func callables(_ symbols: [Symbol], lines: Int) -> [Int: Int] {
        let sorted = symbols.indices.filter { symbols[$0].kind.isCallable }
            .sorted { (symbols[$0].line, $1) < (symbols[$1].line, $0) }
        var found: [Int: Int] = [:]
        var open: [Int] = []
        var next = 0
        var line = sorted.first.map { symbols[$0].line } ?? 0
        while line <= lines, next < sorted.count || !open.isEmpty {
            if open.isEmpty { line = max(line, symbols[sorted[next]].line) }
            while next < sorted.count, symbols[sorted[next]].line <= line {
                open.append(sorted[next])
                next += 1
            }
            // One that ended below another is dropped when the other has ended.
            while let last = open.last, (symbols[last].endLine ?? symbols[last].line) < line { open.removeLast() }
            if let last = open.last { found[line] = last }
            line += 1
        }
        return found
    }
}
