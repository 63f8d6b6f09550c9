import SourceCode

/// What the validator found, in a form for programs; the checklist says the same for readers.
package struct ValidationReport: Sendable, Hashable, Codable {
    /// What is known of a requirement.
    package enum Verdict: String, Sendable, Hashable, Codable {
        /// Something in the workspace bears on it, and nothing that bears on it failed.
        case supported
        /// Nothing was found that carries enough of its words.
        case noEvidence = "no_evidence"
        /// A command or a changed file that bears on it failed.
        case failed
    }

    /// The version of this form.
    package var schemaVersion = 1
    /// `failed` when anything failed, `supported` when every requirement is, else `no_evidence`.
    package var verdict = Verdict.noEvidence
    /// What was validated, for a reader.
    package var statement = ""
    /// What became of the patch.
    package var patch = PatchReport(state: .none, reason: "", files: [])
    /// The scratch copy everything was run in.
    package var copy: WorkspaceCopy
    /// The validation commands in their order.
    package var commands: [CommandRun] = []
    /// The requirements in their order.
    package var requirements: [RequirementReport] = []
    /// What a model holds of it; `nil` where none was asked.
    package var model: ModelReview?

    /// Makes a report on a copy.
    package init(copy: WorkspaceCopy) { self.copy = copy }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case verdict, statement, patch, copy, commands, requirements, model
    }
}

/// What became of a patch.
package struct PatchReport: Sendable, Hashable, Codable {
    /// How far a patch got.
    package enum State: String, Sendable, Hashable, Codable {
        /// There was no patch: the workspace was validated as it is.
        case none
        /// It was not tried, because it would touch what no patch may.
        case refused
        /// git could not apply it.
        case rejected
        /// It was applied in the scratch copy.
        case applied
    }

    /// A file the patch touches.
    package struct File: Sendable, Hashable, Codable {
        package var path: String
        package var change: PatchInspection.File.Change
        /// Whether the file parses as patched.
        package var syntax: SyntaxStatus
    }

    package var state: State
    /// Why it was refused or rejected; empty otherwise.
    package var reason: String
    package var files: [File]
}

/// What is known of one requirement.
package struct RequirementReport: Sendable, Hashable, Codable {
    package var requirement: String
    package var verdict: ValidationReport.Verdict
    /// Why, in one sentence.
    package var reason: String
    /// Words of the requirement that appear nowhere.
    package var missingWords: [String]
    /// What bears on it, the strongest first.
    package var evidence: [Evidence]

    enum CodingKeys: String, CodingKey {
        case requirement, verdict, reason
        case missingWords = "missing_words"
        case evidence
    }
}
