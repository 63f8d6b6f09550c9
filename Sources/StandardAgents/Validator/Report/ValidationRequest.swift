import Coordinator
import SourceCode
import Support

/// The input of a validation.
package struct ValidationRequest: Sendable {
    /// The workspace; it is copied and never written.
    package var workspace: String
    /// What the copy is held against: requirements, and commands to run in it.
    package var task: JobTask
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
        workspace: String, task: JobTask = JobTask(), patch: String? = nil, texts: [ExactString: String],
        symbols: [ExactString: [Symbol]], ranking: [String] = []
    ) {
        self.workspace = workspace
        self.task = task
        self.patch = patch
        self.texts = texts
        self.symbols = symbols
        self.ranking = ranking
    }

    /// The requirements' sentences in their order.
    var requirements: [String] { task.requirements.map(\.text) }
    /// Every command of the task once.
    var commands: [[String]] { task.commands }
}
