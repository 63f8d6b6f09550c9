/// One thing that bears on a requirement.
package struct Evidence: Sendable, Hashable, Codable {
    /// Where it was found.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// A declaration with its comment and body.
        case symbol
        /// Lines of a document, or of source outside of declarations.
        case text
        /// Lines a patch adds.
        case patch
        /// A validation command: its arguments or the end of its output.
        case command
        /// A line that a model points at, and that is there.
        case model
    }

    /// Where it was found.
    package var kind: Kind
    /// The file; `nil` for a command.
    package var path: String?
    /// The line with most of the words, from 1; `nil` for a command.
    package var line: Int?
    /// The declaration, dotted, or the command.
    package var name: String?
    /// The requirement's words that were found there in any form (plural, verb ending), in lower case, sorted.
    package var matchedWords: [String]
    /// How much of the requirement's meaning these words carry, from 0 to 1; rare words weigh more.
    package var coverage: Double
    /// The line itself, shortened.
    package var excerpt: String

    enum CodingKeys: String, CodingKey {
        case kind, path, line, name
        case matchedWords = "matched_words"
        case coverage, excerpt
    }
}

/// A stretch of text that counts as one place: a declaration, a paragraph of a document, the added lines of a hunk.
struct EvidenceUnit: Sendable {
    var kind: Evidence.Kind
    var path: String
    var name: String?
    /// The number (from 1) of its first line.
    var firstLine: Int
    var lines: [String]
}
