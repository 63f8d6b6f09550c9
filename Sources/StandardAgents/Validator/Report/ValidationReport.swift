import Coordinator
import SourceCode

/// The validator's findings, in a format for programs; the checklist holds the same for people.
package struct ValidationReport: Sendable, Hashable, Codable {
    /// The version of this document's format.
    package var schemaVersion = 2
    /// Whether nothing that was checked failed: every command passed, no requirement failed, and the patch, if there was
    /// one, applies and leaves every file parsing. This is the only place that says so; jobs require it by
    /// `limits.require`.
    ///
    /// An unverified requirement does not count as failed, nor does a test that a model wrote, which may be wrong itself.
    package private(set) var passed = false
    /// A paragraph for people: what came out, and what it was about.
    package private(set) var statement = ""
    /// The outcome of the patch.
    package var patch = PatchReport(state: .none, reason: "", files: [])
    /// The scratch copy in which everything was run.
    package var copy: WorkspaceCopy
    /// The task's commands in their order, each once.
    package var commands: [CommandRun] = []
    /// The requirements in their order.
    package private(set) var requirements: [RequirementReport] = []
    /// The model's review; `nil` where no model was asked.
    package var model: ModelReview?

    /// Makes a report on a copy.
    package init(copy: WorkspaceCopy) { self.copy = copy }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case passed, statement, patch, copy, commands, requirements, model
    }

    /// Takes the findings on the requirements, and concludes.
    mutating func conclude(with requirements: [RequirementReport]) {
        self.requirements = requirements
        passed =
            commands.allSatisfy { $0.outcome == .passed } && !requirements.contains { $0.status == .failed }
            && patch.isUsable
        statement = ValidationStatement(self).text
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
    /// The longest such patch that is written down, in bytes. 1 MiB.
    package static let mostRepairedBytes = 1 << 20

    /// Writes the patch down as `git apply` takes it, or says that it is too long for that.
    package mutating func addRepaired(_ text: String) {
        let bytes = text.utf8.count
        guard bytes > Self.mostRepairedBytes else {
            repaired = text
            return
        }
        notes.append(
            "The patch as git takes it has \(bytes) bytes and is not written here; at most \(Self.mostRepairedBytes) are."
        )
    }

    /// The files that do not parse as patched.
    var broken: [File] { files.filter { $0.syntax.outcome == .fails } }

    /// Whether nothing speaks against the patch, or there is none.
    var isUsable: Bool { (state == .none || state == .applied) && broken.isEmpty }
}
