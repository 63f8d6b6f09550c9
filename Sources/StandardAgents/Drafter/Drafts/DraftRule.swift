import SourceCode

/// One way of drafting changes. The standard rules need no model.
package protocol DraftRule: Sendable {
    /// The rule's stable name.
    var id: String { get }
    /// A description of the rule, for people.
    var description: String { get }
    /// Words of the requirements that this rule can serve.
    var servedWords: Set<String> { get }
    /// Drafts changes; every statement in them must follow from the source alone.
    /// - Throws: `CancellationError`. A missing tool becomes a checklist item instead.
    func draft(_ input: DraftInput) async throws -> RuleDraft
}

/// The input of a rule.
package struct DraftInput: Sendable {
    /// All files with their declarations and calls.
    package let sources: SourceIndex
    /// The paths of all files, those relevant to the task first.
    package let orderedPaths: [String]
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
        package var declarations: [String]
        package var syntax: SyntaxStatus
        /// The number of single changes in the file.
        package var count: Int
    }

    package var changes: [Change] = []
    package var checklist: [ChecklistItem] = []
    package var notes: [String] = []
}
