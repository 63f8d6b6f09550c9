import Support

/// A language of source text, determined by a file's name; coded as its lower-case name (`swift`, `cpp`, `markdown`).
package struct Language: RawRepresentable, Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// The language of a file, from its last path segment; ``other`` when the name does not determine one.
    package init(path: String) {
        let name = String(path.lastPathSegment)
        if let known = Self.byName[name] {
            self = known
        } else if let dot = name.lastIndex(of: "."), dot != name.startIndex,
            let known = Self.byExtension[name[name.index(after: dot)...].lowercased()]
        {
            self = known
        } else {
            self = .other
        }
    }

    package var description: String { rawValue }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package static let swift = Self(rawValue: "swift")
    package static let python = Self(rawValue: "python")
    package static let javascript = Self(rawValue: "javascript")
    package static let typescript = Self(rawValue: "typescript")
    package static let go = Self(rawValue: "go")
    package static let rust = Self(rawValue: "rust")
    package static let java = Self(rawValue: "java")
    package static let kotlin = Self(rawValue: "kotlin")
    package static let csharp = Self(rawValue: "csharp")
    package static let c = Self(rawValue: "c")
    package static let cpp = Self(rawValue: "cpp")
    package static let objectiveC = Self(rawValue: "objective-c")
    package static let ruby = Self(rawValue: "ruby")
    package static let php = Self(rawValue: "php")
    package static let perl = Self(rawValue: "perl")
    package static let lua = Self(rawValue: "lua")
    package static let shell = Self(rawValue: "shell")
    package static let sql = Self(rawValue: "sql")
    package static let protobuf = Self(rawValue: "protobuf")
    package static let html = Self(rawValue: "html")
    package static let css = Self(rawValue: "css")
    package static let markdown = Self(rawValue: "markdown")
    package static let json = Self(rawValue: "json")
    package static let yaml = Self(rawValue: "yaml")
    package static let toml = Self(rawValue: "toml")
    package static let xml = Self(rawValue: "xml")
    package static let make = Self(rawValue: "make")
    package static let cmake = Self(rawValue: "cmake")
    package static let dockerfile = Self(rawValue: "dockerfile")
    package static let gradle = Self(rawValue: "gradle")
    /// Plain text, and every file whose name does not determine a language.
    package static let other = Self(rawValue: "other")

    private static let byName: [String: Self] = [
        "Makefile": .make, "GNUmakefile": .make, "makefile": .make, "CMakeLists.txt": .cmake, "Dockerfile": .dockerfile,
        "Gemfile": .ruby, "Rakefile": .ruby, "Cargo.lock": .toml,
    ]

    private static let byExtension: [String: Self] = [
        "swift": .swift, "py": .python, "pyi": .python, "js": .javascript, "mjs": .javascript, "cjs": .javascript,
        "jsx": .javascript, "ts": .typescript, "mts": .typescript, "cts": .typescript, "tsx": .typescript, "go": .go,
        "rs": .rust, "java": .java, "kt": .kotlin, "kts": .kotlin, "cs": .csharp, "c": .c, "h": .c, "cc": .cpp,
        "cpp": .cpp, "cxx": .cpp, "hpp": .cpp, "hh": .cpp, "hxx": .cpp, "m": .objectiveC, "mm": .objectiveC,
        "rb": .ruby, "php": .php, "pl": .perl, "pm": .perl, "lua": .lua, "sh": .shell, "bash": .shell, "zsh": .shell,
        "sql": .sql, "proto": .protobuf, "html": .html, "htm": .html, "css": .css, "md": .markdown,
        "markdown": .markdown, "json": .json, "yaml": .yaml, "yml": .yaml, "toml": .toml, "xml": .xml, "mk": .make,
        "cmake": .cmake, "gradle": .gradle,
    ]
}

extension Language {
    /// Whether files of this language are programs, rather than data, configuration or prose.
    package var isProgramText: Bool {
        switch self {
        case .markdown, .json, .yaml, .toml, .xml, .html, .css, .dockerfile, .other: false
        default: true
        }
    }
}
