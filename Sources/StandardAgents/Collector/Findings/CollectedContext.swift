import SourceCode

/// The collector's findings about a workspace, in the format that other agents read (`artifacts.context`).
///
/// Everything is sorted, so the same input gives the same bytes. Lists are bounded by ``CollectorLimits``; entries left
/// out are counted in ``omitted``.
package struct CollectedContext: Sendable, Hashable, Codable {
    /// The version of this document's format.
    package static let currentSchemaVersion = 2

    package var schemaVersion: Int = Self.currentSchemaVersion
    /// The commit checked out; `nil` when not known.
    package var revision: String?
    /// Whether tracked files differ from the commit; `nil` when not known.
    package var dirty: Bool?
    /// Files, lines and bytes per language, the language with the most bytes first.
    package var languages: [LanguageSummary]
    /// The files read, by path.
    package var files: [FileSummary]
    /// The files that contain words of the task, the most relevant first.
    package var ranking: [RankedFile]
    /// The words of the task that the ranking looked for, sorted.
    package var taskWords: [String]
    /// The declarations per file, by path; when cut, those of the most relevant files are kept.
    package var symbols: [FileSymbols]
    /// Headings of Markdown files, by path and line.
    package var headings: [Heading]
    /// Comments that mark work left to do, by path and line.
    package var todos: [WorkMarker]
    /// Dependency manifests, by path.
    package var manifests: [Manifest]
    /// Files left out, with the reason.
    package var skipped: [SkippedFile]
    /// For each language, the extractors that read its declarations.
    package var extractors: [String: [ExtractorName]]
    /// Messages for people: what a tool could not do, and what was done instead.
    package var notes: [String]
    /// The most relevant parts of files, cut to fit into the model's context; `nil` where the job has no model.
    package var pack: ContextPack?
    /// How many entries of each list a limit left out; complete lists are not in it.
    package var omitted: [String: Int]

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case revision, dirty, languages, files, ranking
        case taskWords = "task_words"
        case symbols, headings, todos, manifests, skipped, extractors, notes, pack, omitted
    }
}

/// The amount of text in one language.
package struct LanguageSummary: Sendable, Hashable, Codable {
    package var language: Language
    package var files: Int
    package var lines: Int
    package var bytes: Int
}

/// One file that was read.
package struct FileSummary: Sendable, Hashable, Codable {
    package var path: String
    package var language: Language
    package var lines: Int
    package var bytes: Int
    /// How many declarations were found in it.
    package var symbols: Int
}

/// A heading of a Markdown file.
package struct Heading: Sendable, Hashable, Codable {
    package var path: String
    package var line: Int
    /// The level, 1 for the topmost.
    package var level: Int
    package var text: String
}

/// A comment that marks work left to do.
package struct WorkMarker: Sendable, Hashable, Codable {
    package var path: String
    package var line: Int
    /// `TODO`, `FIXME`, `HACK` or `XXX`.
    package var marker: String
    /// The text after the marker on its line.
    package var text: String
}
