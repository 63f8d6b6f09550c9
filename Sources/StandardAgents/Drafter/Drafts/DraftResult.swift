import SourceCode

/// A draft: a patch that `git apply --check` accepted, what made it, and what is left for people.
package struct DraftResult: Sendable, Hashable, Codable {
    /// What wrote a draft.
    package enum Method: String, Sendable, Hashable, Codable { case rules, model }

    /// The version of this form.
    package var schemaVersion = 1
    /// What wrote the draft.
    package var method = Method.rules
    /// The same for a reader.
    package var statement = "Drafted by declared rules, without a language model."
    /// Which model wrote it, and what that took; `nil` where none was asked.
    package var model: ModelUse?
    /// Every rule that was tried, with how often it applied.
    package var rules: [AppliedRule] = []
    /// The patch in git's form; empty when no rule applied.
    package var patch = ""
    /// How the patch was checked on the workspace; `nil` when there is none.
    package var check: String?
    /// The files the patch touches, sorted by path.
    package var files: [DraftedFile] = []
    /// Every requirement of the task, then what the rules left open.
    package var checklist: [ChecklistItem] = []
    /// Files a rule would have changed and did not, each with the reason.
    package var notes: [String] = []
    /// The limits that held.
    package var limits = DraftLimits()

    /// Makes an empty draft.
    package init() {}

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case method, statement, model, rules, patch, check, files, checklist, notes, limits
    }
}

/// A rule of the drafter, and how often it applied.
package struct AppliedRule: Sendable, Hashable, Codable {
    /// The rule's stable name: `doc-comments`.
    package var id: String
    /// What the rule does, for a reader.
    package var description: String
    /// How many comments, assertions or other single changes it made.
    package var count: Int
}

/// A file as the patch touches it.
package struct DraftedFile: Sendable, Hashable, Codable {
    /// Whether the patch adds the file or changes it.
    package enum Change: String, Sendable, Hashable, Codable { case added, modified }

    /// The path relative to the workspace.
    package var path: String
    /// Whether the file is added or changed.
    package var change: Change
    /// The rule that did it, or `model`.
    package var rule: String
    /// The declarations the change is about.
    package var declarations: [String]
    /// Whether the new text was parsed, and how.
    package var syntax: SyntaxStatus
}

/// Something a person has to look at.
package struct ChecklistItem: Sendable, Hashable, Codable {
    /// How far the draft got with it.
    package enum Status: String, Sendable, Hashable, Codable {
        /// Nothing was drafted for it.
        case open
        /// Something was drafted; whether it suffices is for a reader to say.
        case drafted
    }

    /// What is to be done or looked at.
    package var text: String
    /// How far the draft got.
    package var status: Status
    /// Why it stands here.
    package var reason: String
    /// The rules that drafted something for it.
    package var rules: [String]
}
