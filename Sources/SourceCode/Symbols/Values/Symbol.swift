/// One declaration in a source file, as far as its extractor could tell.
package struct Symbol: Sendable, Hashable, Codable {
    /// The name without parameters: `run`, `init`, `==`.
    package var name: String
    /// The kind of declaration.
    package var kind: SymbolKind
    /// The line of the declaration's name or keyword, from 1.
    package var line: Int
    /// The first line of the declaration with its attributes and modifiers, from 1: a documentation comment belongs
    /// directly above it.
    package var startLine: Int
    /// The last line of the declaration, from 1, where the extractor knows it.
    package var endLine: Int?
    /// The declaration on one line, without attributes and body: `public func run(_ job: Job) async throws -> Result`.
    package var signature: String
    /// The access word as written or implied (`public`, `internal`, `private`, …), where the language has one.
    package var access: String?
    /// Whether users of the file's module may see it.
    package var isPublic: Bool
    /// Whether a documentation comment (or docstring) is attached.
    package var isDocumented: Bool
    /// The text of that comment without its markers.
    package var documentation: String?
    /// The parameters in order; empty for a declaration without any.
    package var parameters: [SymbolParameter]
    /// The type returned, or the type of a property, as written.
    package var returnType: String?
    /// Whether it may throw; `false` where the language does not say.
    package var `throws`: Bool
    /// Whether it is asynchronous.
    package var async: Bool
    /// Whether it belongs to the type rather than to its instances.
    package var isStatic: Bool
    /// The enclosing declarations, dotted from the outside: `Outer.Inner`; `nil` at the top of a file.
    package var parent: String?

    /// Makes a symbol; `startLine` defaults to `line`.
    package init(
        name: String, kind: SymbolKind, line: Int, startLine: Int? = nil, endLine: Int? = nil, signature: String,
        access: String? = nil, isPublic: Bool, isDocumented: Bool = false, documentation: String? = nil,
        parameters: [SymbolParameter] = [], returnType: String? = nil, throws: Bool = false, async: Bool = false,
        isStatic: Bool = false, parent: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.line = line
        self.startLine = startLine ?? line
        self.endLine = endLine
        self.signature = signature
        self.access = access
        self.isPublic = isPublic
        self.isDocumented = isDocumented
        self.documentation = documentation
        self.parameters = parameters
        self.returnType = returnType
        self.throws = `throws`
        self.async = async
        self.isStatic = isStatic
        self.parent = parent
    }

    /// Whether its lines are in order, and lines of a text that has so many.
    package func lies(within count: Int) -> Bool {
        let last = endLine ?? line
        return startLine >= 1 && startLine <= line && line <= last && last <= count
    }

    enum CodingKeys: String, CodingKey {
        case name, kind, line
        case startLine = "start_line"
        case endLine = "end_line"
        case signature, access
        case isPublic = "is_public"
        case isDocumented = "is_documented"
        case documentation, parameters
        case returnType = "return_type"
        case `throws`, async
        case isStatic = "is_static"
        case parent
    }
}

/// One parameter of a ``Symbol``.
package struct SymbolParameter: Sendable, Hashable, Codable {
    /// The name a caller writes; `nil` when there is none (`_` in Swift, positional elsewhere).
    package var label: String?
    /// The name inside the body.
    package var name: String
    /// The type as written, where the language has one.
    package var type: String?
    /// Whether a default value is declared.
    package var hasDefault = false

    enum CodingKeys: String, CodingKey {
        case label, name, type
        case hasDefault = "has_default"
    }
}

/// The kinds of declarations, over all languages.
package enum SymbolKind: String, Sendable, Hashable, Codable, CaseIterable {
    case module, `class`, `struct`, `enum`, actor, `protocol`, interface, trait, `extension`
    case function, method, initializer, deinitializer, `subscript`, `operator`, macro
    case property, variable, constant, enumCase = "enum_case", `typealias`, `associatedtype`
    /// Any other kind of declaration.
    case other

    /// Whether a declaration of this kind contains others.
    package var isType: Bool {
        switch self {
        case .class, .struct, .enum, .actor, .protocol, .interface, .trait, .extension, .module: true
        default: false
        }
    }

    /// Whether a declaration of this kind can be called.
    package var isCallable: Bool {
        switch self {
        case .function, .method, .initializer, .subscript, .operator, .macro: true
        default: false
        }
    }
}
