import SourceCode

/// A draft: a patch that `git apply --check` accepted, its author, and the work left for people.
package struct DraftResult: Sendable, Hashable, Codable {
    /// The kind of author of a draft.
    package enum Method: String, Sendable, Hashable, Codable { case rules, model }

    /// The version of this document's format.
    package var schemaVersion = 2
    /// The kind of author of this draft.
    package var method = Method.rules
    /// What was drafted, by whom, or why there is nothing, in sentences for people.
    package var statement = ""
    /// The model that wrote the draft, and its usage; `nil` where no model was asked.
    package var model: ModelUse?
    /// Every rule that was tried, with the number of changes it made.
    package var rules: [AppliedRule] = []
    /// The patch in git's form; empty when no rule applied.
    package var patch = ""
    /// How the patch was checked on the workspace; `nil` when there is no patch.
    package var check: String?
    /// The files the patch touches, sorted by path.
    package var files: [DraftedFile] = []
    /// Every requirement of the task, then the work that the rules left open.
    package var checklist: [ChecklistItem] = []
    /// What the rules and tools found, and files that they did not change, each with the reason.
    package var notes: [String] = []
    /// The limits that applied.
    package var limits = DraftLimits()

    /// Makes an empty draft.
    package init() {}

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case method, statement, model, rules, patch, check, files, checklist, notes, limits
    }
}

/// A rule of the drafter, and the number of changes it made.
package struct AppliedRule: Sendable, Hashable, Codable {
    /// The rule's stable name: `tools`.
    package var id: String
    /// A description of the rule, for people.
    package var description: String
    /// How many lines, assertions or other single changes it made.
    package var count: Int
}

/// A file that the patch adds or changes.
package struct DraftedFile: Sendable, Hashable, Codable {
    /// Whether the patch adds the file or changes it.
    package enum Change: String, Sendable, Hashable, Codable { case added, modified }

    /// The path relative to the workspace.
    package var path: String
    /// Whether the file is added or changed.
    package var change: Change
    /// The rule that made the change, or `model`.
    package var rule: String
    /// The tool that made the change, with its version; `nil` for a model, and for a rule without one.
    package var tool: String?
    /// The declarations the change is about.
    package var declarations: [String]
    /// Whether the new text parses, and with which parser.
    package var syntax: SyntaxStatus
}

/// A point that a person must check.
package struct ChecklistItem: Sendable, Hashable, Codable {
    /// How much of a point the draft covers.
    package enum Status: String, Sendable, Hashable, Codable {
        /// Nothing was drafted for the point.
        case open
        /// Something was drafted; a person must decide whether it is enough.
        case drafted
    }

    /// The work to do or to check.
    package var text: String
    /// How much of the point the draft covers.
    package var status: Status
    /// Why the point is on the list.
    package var reason: String
    /// The rules that drafted something for the point.
    package var rules: [String]
}
