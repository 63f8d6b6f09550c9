/// The declarations of one file.
package struct FileSymbols: Sendable, Hashable, Codable {
    /// The path of the file, as in ``SourceFile/path``.
    package var path: String
    /// The file's language.
    package var language: Language
    /// The extractor that read the declarations.
    package var extractor: ExtractorName
    /// The declarations in order of their lines.
    package var symbols: [Symbol]
}

/// The extractors that read declarations from source text.
package enum ExtractorName: String, Sendable, Hashable, Codable, CaseIterable {
    /// The Swift compiler's parse tree.
    case swiftcDumpParse = "swiftc-dump-parse"
    /// Universal Ctags.
    case universalCtags = "universal-ctags"
    /// A scan for lines that look like declarations; it knows no nesting beyond braces or indentation.
    case lineScan = "line-scan"
}

/// The declarations of many files, and the extractors that read them.
package struct SymbolExtraction: Sendable, Hashable, Codable {
    /// One entry per file of a language that has declarations, sorted by path.
    package var files: [FileSymbols]
    /// For each language found, the extractors that read its files, the one with the most files first.
    package var extractors: [String: [ExtractorName]]
    /// Messages for people: what an extractor could not do, and what was done instead.
    package var notes: [String]
}
