/// The parts of a workspace that are most relevant to a task, cut to fit into a model's context.
package struct ContextPack: Sendable, Hashable, Codable {
    /// The part of a file that an entry holds.
    package enum Kind: String, Sendable, Hashable, Codable {
        /// The whole file.
        case whole
        /// Some lines, unchanged.
        case excerpt
        /// The signatures of its declarations.
        case outline
    }

    /// One file, or a part of it.
    package struct Entry: Sendable, Hashable, Codable {
        /// The path relative to the workspace.
        package var path: String
        /// The part of the file.
        package var kind: Kind
        /// The first line, from 1.
        package var firstLine: Int
        /// The last line.
        package var lastLine: Int
        /// The lines, or the signatures.
        package var text: String

        enum CodingKeys: String, CodingKey {
            case path, kind, text
            case firstLine = "first_line"
            case lastLine = "last_line"
        }
    }

    /// The token budget of the pack.
    package var budgetTokens: Int
    /// The tokens the entries take, by ``TokenEstimate``.
    package var estimatedTokens: Int
    /// Files by relevance, the parts of one in the order of their lines.
    package var entries: [Entry]
    /// Relevant files of which no part fitted, at most ``ContextPacker/listedOmissions``.
    package var omitted: [String]

    enum CodingKeys: String, CodingKey {
        case entries, omitted
        case budgetTokens = "budget_tokens"
        case estimatedTokens = "estimated_tokens"
    }
}
