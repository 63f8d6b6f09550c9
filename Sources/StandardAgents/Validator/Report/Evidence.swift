/// One piece of evidence on a requirement.
package struct Evidence: Sendable, Hashable, Codable {
    /// The kind of source that evidence was found in.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// A declaration with its comment and body.
        case symbol
        /// Lines of a document, or of source outside of declarations.
        case text
        /// Lines a patch adds.
        case patch
        /// A validation command: its arguments or the end of its output.
        case command
        /// A line that a model cites and that exists.
        case model
    }

    /// The kind of source that the evidence was found in.
    package var kind: Kind
    /// The file; `nil` for a command.
    package var path: String?
    /// The line with most of the words, from 1; `nil` for a command.
    package var line: Int?
    /// The declaration, dotted, or the command.
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
