/// Reads Swift declarations without a compiler: it follows braces and looks for declaration keywords where a
/// declaration can stand. It sees every branch of conditional compilation, and copes with text that does not parse.
///
/// swift-syntax is not used because it takes minutes to build (395 s when it was tried).
struct SwiftLineScan {
    private enum Frame {
        case members(SwiftDeclaration.Scope, symbol: Int)
        case body(symbol: Int?, open: Int = 0)
    }

    private let text: SwiftText
    private var symbols: [Symbol] = []
    private var frames: [Frame] = []
    /// The frame that the next `{` opens.
    private var pending: Frame?
    private var index = 0

    /// The insides of the bodies of functions, initializers and deinitializers.
    private var bodies: [Range<Int>] = []

    /// The text for the compiler: every branch of conditional compilation, without the bodies of functions, which would
    /// be most of its output (the compiler's own option to skip bodies makes it crash or write malformed output).
    static func declarationsOnly(of text: SwiftText) -> [UInt8] {
        var scan = SwiftLineScan(text: text)
        scan.run()
        var bytes = text.mask.unconditional
        for body in scan.bodies {
            for index in body where bytes[index] != UInt8(ascii: "\n") { bytes[index] = UInt8(ascii: " ") }
        }
        return bytes
    }

    /// The declarations of a file, in order.
    static func symbols(of text: SwiftText) -> [Symbol] {
        var scan = SwiftLineScan(text: text)
        scan.run()
        return scan.symbols
    }

    private init(text: SwiftText) { self.text = text }

    private var scope: SwiftDeclaration.Scope? {
        guard let last = frames.last else { return .init() }
        guard case .members(let scope, _) = last else { return nil }
        return scope
    }

    private mutating func run() {
        let code = text.code
        var parentheses = 0
        var canStart = true
        while index < code.count {
            let byte = code[index]
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses = max(0, parentheses - 1)
            case UInt8(ascii: "{"):
                if case .body(let symbol, _)? = pending {
                    frames.append(.body(symbol: symbol, open: index))
                } else {
                    frames.append(pending ?? .body(symbol: nil))
                }
                pending = nil
                parentheses = 0
            case UInt8(ascii: "}"):
                close(at: index)
                parentheses = 0
            default: break
            }
            if canStart, parentheses == 0, byte == UInt8(ascii: "@") || ByteClass.word.contains(byte), let scope {
                if let end = declaration(at: index, in: scope) {
                    index = end
                    canStart = false
                    continue
                }
                canStart = false
            }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "{")
                || byte == UInt8(ascii: "}")
            {
                canStart = true
            } else if byte > 0x20 {
                canStart = false
            }
            index += 1
        }
    }

    private mutating func close(at offset: Int) {
        guard let frame = frames.popLast() else { return }
        switch frame {
        case .members(_, let symbol): symbols[symbol].endLine = text.lines.line(at: offset)
        case .body(let symbol?, let open):
            symbols[symbol].endLine = text.lines.line(at: offset)
            switch symbols[symbol].kind {
            case .function, .method, .operator, .initializer, .deinitializer: bodies.append((open + 1)..<offset)
            default: break
            }
        case .body(nil, _): break
        }
    }

    private static let modifierWords: Set<String> = [
        "static", "final", "override", "mutating", "nonmutating", "lazy", "weak", "unowned", "required", "convenience",
        "dynamic", "optional", "indirect", "nonisolated", "borrowing", "consuming", "prefix", "postfix", "infix",
        "distributed", "class",
    ]

    private static let kinds: [String: SymbolKind] = [
        "struct": .struct, "class": .class, "enum": .enum, "actor": .actor, "protocol": .protocol,
        "extension": .extension, "func": .function, "init": .initializer, "deinit": .deinitializer,
        "subscript": .subscript, "var": .variable, "let": .constant, "case": .enumCase, "typealias": .typealias,
        "associatedtype": .associatedtype, "macro": .macro,
    ]

    /// Reads a declaration that may start here; returns the offset to go on from.
    private mutating func declaration(at start: Int, in scope: SwiftDeclaration.Scope) -> Int? {
        var position = start
        var modifiers: [String] = []
        var modifiersStart: Int?
        while position < text.code.count {
            if text.code[position] == UInt8(ascii: "@") {
                let name = text.word(at: position + 1)
                modifiers.append("@" + name)
                position = afterArguments(position + 1 + name.utf8.count)
                continue
            }
            let word = text.word(at: position)
            let after = position + word.utf8.count
            let next = text.skipSpace(after)
            if SwiftDeclaration.accessWords.contains(word) || Self.modifierWords.contains(word), isModifier(word, next)
            {
                let isSetterOnly = text.word(at: after + 1) == "set" && text.code[after] == UInt8(ascii: "(")
                modifiers.append(isSetterOnly ? word + "(set)" : word)
                modifiersStart = modifiersStart ?? position
                position = afterArguments(after)
                continue
            }
            guard let kind = Self.kinds[word] else { return nil }
            return add(
                kind, keyword: word, at: position, name: next, start: start, modifiersStart: modifiersStart ?? position,
                modifiers: modifiers, in: scope)
        }
        return nil
    }

    /// `class` is a modifier only before another declaration word.
    private func isModifier(_ word: String, _ next: Int) -> Bool {
        guard word == "class" else { return true }
        let following = text.word(at: next)
        return Self.kinds[following] != nil || Self.modifierWords.contains(following)
            || SwiftDeclaration.accessWords.contains(following)
    }

    /// Skips the space, and `(…)` when it follows directly.
    private func afterArguments(_ start: Int) -> Int {
        guard start < text.code.count, text.code[start] == UInt8(ascii: "(") else { return text.skipSpace(start) }
        var depth = 0
        var position = start
        while position < text.code.count {
            if text.code[position] == UInt8(ascii: "(") { depth += 1 }
            if text.code[position] == UInt8(ascii: ")") { depth -= 1 }
            position += 1
            if depth == 0 { break }
        }
        return text.skipSpace(position)
    }

    private mutating func add(
        _ keywordKind: SymbolKind, keyword: String, at position: Int, name next: Int, start: Int, modifiersStart: Int,
        modifiers: [String], in scope: SwiftDeclaration.Scope
    ) -> Int? {
        var kind = keywordKind
        var nameStart = next
        var name = text.name(at: next)
        switch kind {
        case .initializer, .deinitializer, .subscript:
            nameStart = position
            name = keyword
        case .extension: name = text.dottedName(at: next)
        case .enumCase where scope.kind != .enum: return nil
        case .function where !(name.utf8.first.map { ByteClass.word.contains($0) || $0 >= 0x80 || $0 == 0x60 } ?? true):
            kind = .operator
        case .function where scope.path != nil: kind = .method
        case .variable where scope.path != nil, .constant where scope.path != nil: kind = .property
        default: break
        }
        guard !name.isEmpty else { return nil }
        let isValue = kind == .property || kind == .variable || kind == .constant
        let nameEnd = nameStart + name.utf8.count
        let headerEnd =
            kind == .enumCase
            ? text.caseEnd(nameEnd) : text.headerEnd(from: nameEnd, limit: text.code.count, isValue: isValue)
        let declaration = SwiftDeclaration(
            kind: kind, start: start, modifiersStart: modifiersStart, nameStart: nameStart, name: name, end: headerEnd,
            modifiers: modifiers, introducer: isValue ? keyword : nil)
        let symbol = declaration.symbol(in: text, scope: scope)
        symbols.append(symbol)
        let number = symbols.count - 1
        if kind == .enumCase {
            return addMore(like: declaration, in: scope, next: text.nextCase, end: text.caseEnd)
        }
        if isValue, text.nextVariable(headerEnd) != nil {
            return addMore(like: declaration, in: scope, next: text.nextVariable) { [text] in
                text.headerEnd(from: $0, limit: text.code.count, isValue: true)
            }
        }
        pending =
            kind.isType
            ? .members(declaration.memberScope(of: symbol, in: scope), symbol: number) : .body(symbol: number)
        if text.code.indices.contains(headerEnd), text.code[headerEnd] != UInt8(ascii: "{") { pending = nil }
        return headerEnd
    }

    /// Further names of the same statement: `let a = 1, b = 2`, `case one, two`. Returns the offset after the last.
    private mutating func addMore(
        like first: SwiftDeclaration, in scope: SwiftDeclaration.Scope, next: (Int) -> Int?, end: (Int) -> Int
    ) -> Int {
        var declaration = first
        while let start = next(declaration.end) {
            declaration.nameStart = start
            declaration.name = text.name(at: start)
            guard !declaration.name.isEmpty else { break }
            declaration.end = end(start + declaration.name.utf8.count)
            if declaration.kind == .enumCase { declaration.modifiersStart = start }
            symbols.append(declaration.symbol(in: text, scope: scope))
        }
        return declaration.end
    }
}
