/// The part of the compiler's parse tree (`-dump-parse -dump-ast-format json`) that symbols are read from.
///
/// The compiler does not promise this format, so little of it is used: each declaration's kind, extent and nesting.
/// Names, types and effects are read from the text.
struct SwiftParseTree: Decodable {
    let items: [Node]

    private enum Keys: String, CodingKey {
        case kind = "_kind"
        case items
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Keys.self)
        guard try values.decode(String.self, forKey: .kind) == "source_file" else {
            throw DecodingError.dataCorruptedError(forKey: .kind, in: values, debugDescription: "not a source file")
        }
        // A file without declarations has no list.
        items = try values.decodeIfPresent([Node].self, forKey: .items) ?? []
    }

    struct Node: Decodable {
        let kind: String
        let range: Extent?
        let attributes: [Attribute]
        let members: [Node]
        let isActor: Bool
        let isConstant: Bool

        private enum Keys: String, CodingKey {
            case kind = "_kind"
            case range
            case attributes = "attrs"
            case members
            case isActor = "actor"
            case isConstant = "let"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Keys.self)
            kind = try values.decode(String.self, forKey: .kind)
            range = try values.decodeIfPresent(Extent.self, forKey: .range)
            attributes = try values.decodeIfPresent([Attribute].self, forKey: .attributes) ?? []
            members = try values.decodeIfPresent([Node].self, forKey: .members) ?? []
            isActor = try values.decodeIfPresent(Bool.self, forKey: .isActor) ?? false
            isConstant = try values.decodeIfPresent(Bool.self, forKey: .isConstant) ?? false
        }
    }

    struct Attribute: Decodable {
        let range: Extent?
    }

    /// Byte offsets of the first and the last token's first byte.
    struct Extent: Decodable {
        let start: Int
        let end: Int
    }
}

extension SwiftParseTree {
    /// The declarations in the tree, in order, without local declarations inside bodies.
    func symbols(in text: SwiftText) -> [Symbol] {
        var symbols: [Symbol] = []
        Self.collect(items, in: text, scope: .init(), into: &symbols)
        return symbols
    }

    private static func collect(
        _ nodes: [Node], in text: SwiftText, scope: SwiftDeclaration.Scope, into symbols: inout [Symbol]
    ) {
        // Variables and cases come as a statement, then as one declaration per name, whose extent is inside the
        // statement's.
        var statement: Node?
        for node in nodes {
            if node.kind == "pattern_binding_decl" || node.kind == "enum_case_decl" {
                statement = node
                continue
            }
            guard let declaration = declaration(node, statement: statement, in: text, isMember: scope.path != nil)
            else {
                continue
            }
            let symbol = declaration.symbol(in: text, scope: scope)
            symbols.append(symbol)
            guard symbol.kind.isType else { continue }
            collect(node.members, in: text, scope: declaration.memberScope(of: symbol, in: scope), into: &symbols)
        }
    }

    private static let keywords: [String: (SymbolKind, [String])] = [
        "struct_decl": (.struct, ["struct"]), "class_decl": (.class, ["class", "actor"]),
        "enum_decl": (.enum, ["enum"]),
        "protocol": (.protocol, ["protocol"]), "extension_decl": (.extension, ["extension"]),
        "func_decl": (.function, ["func"]), "constructor_decl": (.initializer, ["init"]),
        "destructor_decl": (.deinitializer, ["deinit"]), "subscript_decl": (.subscript, ["subscript"]),
        "typealias": (.typealias, ["typealias"]), "associated_type_decl": (.associatedtype, ["associatedtype"]),
        "macro_decl": (.macro, ["macro"]),
    ]

    private static func declaration(
        _ node: Node, statement: Node?, in text: SwiftText, isMember: Bool
    ) -> SwiftDeclaration? {
        guard let range = node.range, range.start >= 0, range.end < text.code.count, range.start <= range.end else {
            return nil
        }
        if node.kind == "var_decl" || node.kind == "enum_element_decl" {
            return part(node, range, of: statement, in: text, isMember: isMember)
        }
        guard let (kind, keywords) = keywords[node.kind],
            let keyword = position(of: keywords, from: range.start, to: range.end, in: text)
        else { return nil }
        var declaration = base(node, start: range.start, in: text)
        declaration.kind = kind == .class && node.isActor ? .actor : kind
        declaration.end = endOfToken(range.end, in: text)
        switch kind {
        case .initializer, .deinitializer, .subscript:
            declaration.nameStart = keyword
            declaration.name = keywords[0]
        default:
            declaration.nameStart = text.skipSpace(keyword + text.word(at: keyword).utf8.count)
            declaration.name =
                kind == .extension
                ? text.dottedName(at: declaration.nameStart) : text.name(at: declaration.nameStart)
        }
        if kind == .function {
            let first = declaration.name.utf8.first ?? 0
            let isName = ByteClass.word.contains(first) || first >= 0x80 || first == UInt8(ascii: "`")
            declaration.kind = !isName ? .operator : isMember ? .method : .function
        }
        declaration.modifiers += words(declaration.modifiersStart..<keyword, in: text)
        return declaration.name.isEmpty ? nil : declaration
    }

    /// A variable of a pattern, or a case of an enumeration; its statement holds the keyword and the modifiers.
    private static func part(
        _ node: Node, _ range: Extent, of statement: Node?, in text: SwiftText, isMember: Bool
    ) -> SwiftDeclaration? {
        guard let whole = statement?.range, whole.start <= range.start, range.start <= whole.end else { return nil }
        var declaration = base(node, start: whole.start, in: text)
        declaration.nameStart = range.start
        declaration.name = text.name(at: range.start)
        // Search up to the keyword only: a statement may declare thousands of names.
        let keyword = position(of: ["let", "var", "case"], from: declaration.modifiersStart, to: range.start, in: text)
        declaration.modifiers += words(declaration.modifiersStart..<(keyword ?? range.start), in: text)
        if node.kind == "enum_element_decl" {
            declaration.kind = .enumCase
            // A raw value is part of the extent, not of the signature.
            declaration.end = text.caseEnd(range.start + declaration.name.utf8.count)
            declaration.modifiersStart = range.start
        } else {
            declaration.kind = isMember ? .property : node.isConstant ? .constant : .variable
            declaration.end = endOfToken(whole.end, in: text)
            declaration.introducer = node.isConstant ? "let" : "var"
        }
        return declaration.name.isEmpty ? nil : declaration
    }

    private static func base(_ node: Node, start: Int, in text: SwiftText) -> SwiftDeclaration {
        var first = start
        var modifiersStart = start
        var attributes: [String] = []
        for attribute in node.attributes {
            guard let offset = attribute.range?.start, offset >= 0, offset < start else { continue }
            // The extent of some attributes starts at the `@`, that of others after it.
            let sign = text.code[offset] == UInt8(ascii: "@") ? offset : max(0, offset - 1)
            if text.code[sign] == UInt8(ascii: "@") {
                first = min(first, sign)
                attributes.append("@" + text.word(at: sign + 1))
            } else {
                first = min(first, offset)
                modifiersStart = min(modifiersStart, offset)
            }
        }
        return SwiftDeclaration(
            kind: .other, start: first, modifiersStart: modifiersStart, nameStart: start, name: "", end: start,
            modifiers: attributes)
    }

    private static func words(_ range: Range<Int>, in text: SwiftText) -> [String] {
        text.line(range).split(separator: " ").map(String.init).filter { !$0.hasPrefix("@") }
    }

    private static func position(of keywords: [String], from start: Int, to end: Int, in text: SwiftText) -> Int? {
        var position = start
        while position <= end {
            let word = text.word(at: position)
            if keywords.contains(word) { return position }
            position = text.skipSpace(position + max(1, word.utf8.count))
        }
        return nil
    }

    /// The offset after the token that starts at an offset.
    private static func endOfToken(_ start: Int, in text: SwiftText) -> Int {
        start + max(1, text.word(at: start).utf8.count)
    }
}
