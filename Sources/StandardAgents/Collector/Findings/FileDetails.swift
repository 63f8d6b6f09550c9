import SourceCode

/// The details of one file that can be read without a parser of its language.
struct FileDetails: Sendable {
    let lines: Int
    let headings: [Heading]
    let todos: [WorkMarker]
    let manifest: Manifest?

    init(_ file: SourceFile) {
        lines = SourceLines(file.text).count
        headings = file.language == .markdown ? MarkdownHeadings.headings(of: file) : []
        todos = WorkMarkers.markers(of: file)
        manifest = ManifestReader.manifest(of: file)
    }
}

/// Picks the public declarations that need documentation and have none.
enum Undocumented {
    static func declarations(of file: FileSymbols) -> [UndocumentedDeclaration] {
        file.symbols.filter(needsDocumentation).map { symbol in
            UndocumentedDeclaration(
                path: file.path, line: symbol.line, name: symbol.name, kind: symbol.kind, signature: symbol.signature,
                parent: symbol.parent)
        }
    }

    private static func needsDocumentation(_ symbol: Symbol) -> Bool {
        guard symbol.isPublic, !symbol.isDocumented else { return false }
        switch symbol.kind {
        case .extension, .deinitializer, .module, .enumCase, .variable, .other: return false
        // An override has the documentation of what it overrides.
        default: return !symbol.signature.split(separator: " ").contains("override")
        }
    }
}
