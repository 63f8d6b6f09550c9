import SourceCode

/// One way of drafting changes. The standard rules need no model; what a model drafts can enter as another rule.
package protocol DraftRule: Sendable {
    /// The rule's stable name.
    var id: String { get }
    /// What the rule does, for a reader.
    var description: String { get }
    /// Words of a requirement that this rule can serve.
    var servedWords: Set<String> { get }
    /// Drafts changes; everything it returns must hold by the source alone.
    /// - Throws: `CancellationError`; a tool that is missing is a checklist item instead.
    func draft(_ input: DraftInput) async throws -> RuleDraft
}

/// What a rule may look at.
package struct DraftInput: Sendable {
    /// All files with their declarations and calls.
    package let sources: SourceIndex
    /// The paths of all files, those relevant to the task first.
    package let orderedPaths: [String]
    /// How much may be changed.
    package let limits: DraftLimits
    /// Tells whether a text parses.
    package let syntax: SyntaxChecker
}

/// What a rule drafted.
package struct RuleDraft: Sendable {
    /// One changed or new file.
    package struct Change: Sendable {
        package var revision: FileRevision
        package var declarations: [String]
        package var syntax: SyntaxStatus
        /// How many single changes it holds.
        package var count: Int
    }

    package var changes: [Change] = []
    package var checklist: [ChecklistItem] = []
    package var notes: [String] = []
}
