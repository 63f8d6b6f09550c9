import SourceCode

/// One way of drafting changes without a model.
package protocol DraftRule: Sendable {
    /// The rule's stable name.
    var id: String { get }
    /// A description of the rule, for people.
    var description: String { get }
    /// Whether the rule may have something for a requirement, or for a whole task.
    func serves(_ text: String) -> Bool
    /// Drafts changes. A statement in them must follow from the source alone, and a change must be one that the
    /// repository's own tools make.
    /// - Throws: `CancellationError`; what a scratch folder throws. A missing tool is told in ``RuleDraft/findings``.
    func draft(_ input: DraftInput) async throws -> RuleDraft
}

/// The input of a rule.
package struct DraftInput: Sendable {
    /// The task, and the files that may be changed.
    package let request: DraftRequest
    /// How much may be changed.
    package let limits: DraftLimits
    /// Checks whether a text parses.
    package let syntax: SyntaxChecker
}

/// The changes that a rule drafted.
package struct RuleDraft: Sendable {
    /// One changed or new file.
    package struct Change: Sendable {
        package var revision: FileRevision
        package var declarations: [String] = []
        package var syntax: SyntaxStatus
        /// The number of single changes in the file: assertions, or lines.
        package var count: Int
        /// The tool that made the change, with its version: `swift format 6.3.1`; `nil` for a rule's own.
        package var tool: String?
        /// What a rule's own change was made of: `the raw values of Parser`.
        package var source = ""
        /// What made the change, for people.
        package var author: String { tool ?? "a rule, from \(source)" }
    }

    package var changes: [Change] = []
    package var checklist: [ChecklistItem] = []
    /// What the rule did and why it did no more, in whole sentences.
    package var findings: [String] = []
}
