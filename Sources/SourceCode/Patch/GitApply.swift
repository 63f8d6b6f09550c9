import Processes
import Support

/// Runs `git apply` so that only the folder's files decide, their attributes among them: no repository in or above it,
/// and no settings of anybody.
package struct GitApply: Sendable {
    /// The folder to which the patch's paths are relative; itself absolute, or relative to the current folder.
    package let folder: String
    private let git: Git

    /// Makes a runner of `git apply` for one folder.
    /// - Parameter runner: Starts git.
    package init(folder: String, runner: ProgramRunner) {
        self.folder = folder
        git = Git(runner: runner)
    }

    /// The outcome of a call of git on a patch.
    package enum Outcome: Sendable, Hashable {
        case accepted
        /// git's own message.
        case rejected(String)
    }

    /// Whether git would apply the patch to the folder as it is, changing exactly this many files.
    /// - Throws: `CancellationError`; ``ProgramError`` when git cannot be started; ``WorkspaceCopyError`` when there is
    ///   no room for a scratch folder; ``WorkspaceError`` when the folder is not there.
    package func check(_ patch: String, files: Int) async throws -> Outcome {
        let result = try await run(["--check", "--numstat", "-z"], patch)
        guard result.succeeded else { return .rejected(message(result)) }
        // git skips paths outside of its folder without an error, so the files it counted are compared with `files`.
        let seen = result.standardOutput.count { $0 == 0 }
        return seen == files ? .accepted : .rejected("git apply saw \(seen) of \(files) files")
    }

    /// Applies a patch to the folder.
    /// - Throws: `CancellationError`; ``ProgramError`` when git cannot be started; ``WorkspaceCopyError`` when there is
    ///   no room for a scratch folder; ``WorkspaceError`` when the folder is not there.
    package func apply(_ patch: String) async throws -> Outcome {
        let result = try await run([], patch)
        return result.succeeded ? .accepted : .rejected(message(result))
    }

    /// The paths git reads in a patch, new names for renamed files; or why git cannot read it. Nothing is applied.
    /// - Throws: `CancellationError`; ``ProgramError`` when git cannot be started; ``WorkspaceCopyError`` when there is
    ///   no room for a scratch folder; ``WorkspaceError`` when the folder is not there.
    package func paths(of patch: String) async throws -> Result<Set<ExactString>, Unreadable> {
        let result = try await run(["--numstat", "-z"], patch)
        guard result.succeeded else { return .failure(Unreadable(message: message(result))) }
        var paths: Set<ExactString> = []
        for record in result.standardOutput.split(separator: 0) {
            let fields = record.split(separator: 0x09, maxSplits: 2, omittingEmptySubsequences: false)
            if fields.count == 3 { paths.insert(ExactString(String(decoding: fields[2], as: UTF8.self))) }
        }
        return .success(paths)
    }

    /// Why git cannot read a patch.
    package struct Unreadable: Error, Sendable, Hashable { package let message: String }

    private func run(_ options: [String], _ patch: String) async throws -> ProgramResult {
        // Git is started elsewhere, where a relative path would lead somewhere else.
        let workTree = try Workspace(folder).root
        return try await git.run(
            ["apply", "--whitespace=nowarn"] + options + ["-"], with: try GitFolder(workTree: workTree),
            input: Array(patch.utf8))
    }

    private func message(_ result: ProgramResult) -> String {
        if result.timedOut { return "git apply took longer than \(Git.timeout)" }
        return result.errorText.split(separator: "\n").prefix(5).joined(separator: "; ")
    }
}
