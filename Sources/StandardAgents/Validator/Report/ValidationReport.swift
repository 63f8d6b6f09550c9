import SourceCode

/// The validator's findings, in a format for programs; the checklist holds the same for people.
package struct ValidationReport: Sendable, Hashable, Codable {
    /// The validator's judgement of a requirement, or of the whole task.
    package enum Verdict: String, Sendable, Hashable, Codable {
        /// Evidence was found in the workspace, and nothing that concerns the requirement failed.
        case supported
        /// No passage was found that contains enough of the requirement's words.
        case noEvidence = "no_evidence"
        /// A command or a changed file that concerns the requirement failed.
        case failed
    }

    /// The version of this document's format.
    package var schemaVersion = 1
    /// `failed` when anything failed, `supported` when every requirement is, else `no_evidence`.
    package var verdict = Verdict.noEvidence
    /// A sentence for people on what was validated.
    package var statement = ""
    /// The outcome of the patch.
    package var patch = PatchReport(state: .none, reason: "", files: [])
    /// The scratch copy in which everything was run.
    package var copy: WorkspaceCopy
    /// The validation commands in their order.
    package var commands: [CommandRun] = []
    /// The requirements in their order.
    package var requirements: [RequirementReport] = []
    /// The model's review; `nil` where no model was asked.
    package var model: ModelReview?

    /// Makes a report on a copy.
    package init(copy: WorkspaceCopy) { self.copy = copy }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case verdict, statement, patch, copy, commands, requirements, model
    }
}

/// The outcome of a patch.
package struct PatchReport: Sendable, Hashable, Codable {
    /// How far a patch was applied.
    package enum State: String, Sendable, Hashable, Codable {
        /// There was no patch: the workspace was validated as it is.
        case none
        /// The patch was not tried, because it would touch a path that no patch may touch.
        case refused
        /// git could not apply the patch.
        case rejected
        /// The patch was applied in the scratch copy.
        case applied
    }

    /// A file the patch touches.
    package struct File: Sendable, Hashable, Codable {
        package var path: String
        package var change: PatchedFile.Change
        /// Whether the file parses as patched.
        package var syntax: SyntaxStatus
    }

    package var state: State
    /// Why the patch was refused or rejected; empty otherwise.
    package var reason: String
    package var files: [File]
    /// What was read otherwise than it stands in the patch, in whole sentences.
    package var notes: [String] = []
    /// The patch as `git apply` takes it, where git does not take the one that was given.
    package var repaired: String?
}

/// The findings on one requirement.
package struct RequirementReport: Sendable, Hashable, Codable {
    package var requirement: String
    package var verdict: ValidationReport.Verdict
    /// The reason for the verdict, in one sentence.
    package var reason: String
    /// Words of the requirement that appear nowhere.
    package var missingWords: [String]
    /// The evidence on the requirement, the strongest first.
    package var evidence: [Evidence]

    enum CodingKeys: String, CodingKey {
        case requirement, verdict, reason
        case missingWords = "missing_words"
        case evidence
    }
}
