import Support

/// All files of a workspace, with the calls in them: enough to prove where a declaration is called from.
///
/// A call counts as proven only where the name can refer to nothing else: a name declared once in its language and
/// called without a receiver, a static member called through its type, a method called on `self` inside its own type.
package struct SourceIndex: Sendable {
    /// The files in the order of their paths.
    package let files: [IndexedFile]
    private let byPath: [ExactString: Int]
    private let declarations: [Key: Int]
    private let calls: [Key: [Call]]

    private struct Key: Hashable {
        var language: Language
        var name: String
    }

    private struct Call {
        var file: Int
        var line: Int
        /// The offset of the opening parenthesis.
        var offset: Int
        /// The word before the dot before the name; empty without a dot.
        var receiver: String
        var hasReceiver: Bool
    }

    /// Indexes texts and their declarations, both keyed by path.
    package init(texts: [ExactString: String], symbols: [ExactString: [Symbol]]) {
        files = texts.keys.sorted().map { path in
            IndexedFile(path: path.string, text: texts[path] ?? "", symbols: symbols[path] ?? [])
        }
        byPath = Dictionary(
            files.enumerated().map { (ExactString($1.path), $0) }, uniquingKeysWith: { first, _ in first })
        var declarations: [Key: Int] = [:]
        for file in files {
            for symbol in file.symbols where symbol.kind != .extension {
                declarations[Key(language: file.language, name: symbol.name), default: 0] += 1
            }
        }
        var calls: [Key: [Call]] = [:]
        for (number, file) in files.enumerated() {
            let declared = Dictionary(grouping: file.symbols, by: \.name).mapValues { Set($0.map(\.line)) }
            Self.scan(file.mask) { name, offset, receiver, hasReceiver in
                let key = Key(language: file.language, name: name)
                guard declarations[key] != nil else { return }
                let line = file.mask.line(of: offset) + 1
                guard declared[name]?.contains(line) != true else { return }
                calls[key, default: []].append(
                    Call(
                        file: number, line: line, offset: offset + name.utf8.count, receiver: receiver,
                        hasReceiver: hasReceiver))
            }
        }
        self.declarations = declarations
        self.calls = calls
    }

    /// The file at a path.
    package subscript(path: String) -> IndexedFile? { byPath[path].map { files[$0] } }

    /// "Called from `f` in `X.swift`.", when that is proven; at most two call sites are named.
    package func callers(of symbol: Symbol, in file: IndexedFile) -> String? {
        let isInitializer = symbol.kind == .initializer
        guard symbol.kind.isCallable, !isInitializer, symbol.kind != .operator, symbol.kind != .subscript else {
            return nil
        }
        let key = Key(language: file.language, name: symbol.name)
        guard declarations[key] == 1 else { return nil }
        let type = symbol.parent?.split(separator: ".").last.map(String.init)
        let proven = (calls[key] ?? []).filter { call in
            let caller = files[call.file]
            guard Scope.isVisible(symbol, of: file, from: caller), !Scope.isShadowed(symbol, at: call.line, in: caller),
                Scope.fits(symbol, caller, at: call.offset)
            else { return false }
            if symbol.parent == nil || file.language == .go && !symbol.isMember {
                if !call.hasReceiver { return true }
                let module = file.name.split(separator: ".").first.map(String.init)
                return file.language == .python && call.receiver == module
            }
            if symbol.isStatic, call.receiver == type { return true }
            let same = caller.path.hasBytes(of: file.path) && caller.callable(at: call.line)?.parent == symbol.parent
            return same
                && (["self", "this"].contains(call.receiver) || (!call.hasReceiver && file.language != .python))
        }
        var callers: [String] = []
        for call in proven.sorted(by: { Self.isTest(files[$0.file].path) ? false : Self.isTest(files[$1.file].path) }) {
            let caller = files[call.file]
            let within = caller.callable(at: call.line)
            if within?.name == symbol.name { continue }
            let callSite = within.map { "`\($0.name)` in `\(caller.name)`" } ?? "`\(caller.name)`"
            if !callers.contains(callSite) { callers.append(callSite) }
            if callers.count == 2 { break }
        }
        return callers.isEmpty ? nil : "Called from \(callers.joined(separator: " and "))."
    }

    /// Whether a path looks like a test.
    package static func isTest(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map { $0.lowercased() }
        guard let name = parts.last else { return false }
        let folders: Set<String> = ["tests", "test", "__tests__", "spec", "specs", "testdata", "fixtures"]
        return parts.dropLast().contains { folders.contains($0) } || name.hasPrefix("test_") || name.contains(".test.")
            || name.contains(".spec.") || name.contains("_test.") || name.hasSuffix("tests.swift")
    }

    /// Every identifier directly before an opening parenthesis.
    private static func scan(_ mask: CodeMask, _ found: (String, Int, String, Bool) -> Void) {
        let code = mask.code
        for index in code.indices where code[index] == 0x28 && index > 0 && LexicalRules.isWord(code[index - 1]) {
            var start = index
            while start > 0, LexicalRules.isWord(code[start - 1]) { start -= 1 }
            let hasReceiver = start > 0 && code[start - 1] == 0x2E
            let receiver = hasReceiver ? code[..<(start - 1)].reversed().prefix(while: LexicalRules.isWord) : [][...]
            found(
                String(decoding: code[start..<index], as: UTF8.self), start,
                String(decoding: receiver.reversed(), as: UTF8.self), hasReceiver)
        }
    }
}
