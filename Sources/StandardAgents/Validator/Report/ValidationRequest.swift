import SourceCode
import Support

/// The input of a validation.
package struct ValidationRequest: Sendable {
    /// The workspace; it is copied and never written.
    package var workspace: String
    package var requirements: [String]
    /// Programs with their arguments, to run in the scratch copy.
    package var commands: [[String]]
    /// The patch to validate, if there is one.
    package var patch: String?
    /// The texts that are searched for evidence, by path.
    package var texts: [ExactString: String]
    /// The declarations of those texts, by path.
    package var symbols: [ExactString: [Symbol]]
    /// Paths in the order of their relevance, the best first.
    package var ranking: [String]

    /// Makes a request.
    package init(
        workspace: String, requirements: [String] = [], commands: [[String]] = [], patch: String? = nil,
        texts: [ExactString: String], symbols: [ExactString: [Symbol]], ranking: [String] = []
    ) {
        self.workspace = workspace
        self.requirements = requirements
        self.commands = commands
        self.patch = patch
        self.texts = texts
        self.symbols = symbols
        self.ranking = ranking
    }
}
