/// A language's name in ctags, and its kinds of tags that are declarations.
struct CtagsLanguage: Sendable {
    /// The name for `--language-force`.
    let name: String
    /// Kinds that are off by default and wanted here (`--kinds-<name>=+…`).
    var extraKinds = ""
    var comments = DocumentationComment.Style.slashes
    /// The separators in ctags' scope.
    var scopeSeparators = ["."]

    static let all: [Language: CtagsLanguage] = [
        .python: .init(name: "Python", comments: .hash), .javascript: .init(name: "JavaScript"),
        .typescript: .init(name: "TypeScript"), .go: .init(name: "Go"),
        .rust: .init(name: "Rust", comments: .rust, scopeSeparators: ["::"]),
        .java: .init(name: "Java", comments: .blocks),
        .kotlin: .init(name: "Kotlin", comments: .blocks), .csharp: .init(name: "C#", comments: .blocks),
        .c: .init(name: "C", extraKinds: "p", scopeSeparators: ["::"]),
        .cpp: .init(name: "C++", extraKinds: "p", scopeSeparators: ["::"]), .objectiveC: .init(name: "ObjectiveC"),
        .ruby: .init(name: "Ruby", comments: .hash),
        .php: .init(name: "PHP", comments: .blocks, scopeSeparators: ["\\", "::"]),
        .perl: .init(name: "Perl", comments: .hash, scopeSeparators: ["::"]),
        .lua: .init(name: "Lua", comments: .dashes),
        .shell: .init(name: "Sh", comments: .hash), .protobuf: .init(name: "Protobuf"),
        .sql: .init(name: "SQL", comments: .dashes),
    ]

    static let kinds: [String: SymbolKind] = [
        "class": .class, "struct": .struct, "union": .struct, "enum": .enum, "interface": .interface, "trait": .trait,
        "protocol": .protocol, "module": .module, "namespace": .module, "package": .module, "function": .function,
        "func": .function, "subroutine": .function, "prototype": .function, "method": .method, "methodSpec": .method,
        "singletonMethod": .method, "generator": .function, "getter": .property, "setter": .property,
        "constructor": .initializer, "macro": .macro, "property": .property, "field": .property, "member": .property,
        "variable": .variable, "var": .variable, "constant": .constant, "const": .constant, "enumerator": .enumCase,
        "enumConstant": .enumCase, "typedef": .typealias, "type": .typealias, "alias": .typealias,
        "talias": .typealias, "implementation": .extension, "object": .class, "annotation": .interface,
        "message": .struct, "service": .interface, "rpc": .method, "table": .struct, "view": .struct,
        "procedure": .function, "trigger": .function,
    ]
}
