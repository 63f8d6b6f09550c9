/// A place that bears on a requirement: one that a model cites, or one that has the requirement's words.
package struct Evidence: Sendable, Hashable, Codable {
    /// The kind of source that the place is in.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// A declaration with its comment and body.
        case symbol
        /// Lines of a document, or of source outside of declarations.
        case text
        /// Lines a patch adds.
        case patch
        /// A line that a model cites and that exists.
        case model
    }

    /// The kind of source that the place is in.
    package var kind: Kind
    /// The file.
    package var path: String
    /// The line with most of the words, from 1.
    package var line: Int
    /// The declaration, dotted.
    package var name: String?
    /// The requirement's words that were found there in any form (plural, verb ending), in lower case, sorted.
    package var matchedWords: [String]
    /// The share of the requirement's words that these are, by weight, from 0 to 1; rare words weigh more.
    package var coverage: Double
    /// The line itself, shortened.
    package var excerpt: String

    enum CodingKeys: String, CodingKey {
        case kind, path, line, name
        case matchedWords = "matched_words"
        case coverage, excerpt
    }
}

/// A passage, searched as a unit: a declaration, a paragraph of a document, the added lines of a hunk.
struct EvidenceUnit: Sendable {
    var kind: Evidence.Kind
    var path: String
    var name: String?
    /// The number (from 1) of its first line.
    var firstLine: Int
    var lines: [String]
}
