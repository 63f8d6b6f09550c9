import Processes
import Support

/// Applies patches to a folder, whoever wrote them.
///
/// git has the last word and does the work. A patch that it does not take as it is may still say clearly what is meant:
/// the lines stand in the file with other ends, or without the white space at their ends. Such a patch is made anew from
/// the files, and git applies that one.
package struct PatchApplication: Sendable {
    /// How applying a patch ended.
    package enum Outcome: Sendable {
        /// It was applied as this patch.
        case applied(Patch)
        /// It must not be applied; why.
        case refused(String)
        /// It does not apply; why.
        case rejected(String)
    }

    private let git: GitApply

    /// Makes it for one folder.
    /// - Parameter runner: Starts git.
    package init(folder: String, runner: ProgramRunner) { git = GitApply(folder: folder, runner: runner) }

    /// Applies a patch: all of it, or none.
    /// - Throws: `CancellationError`; ``ProgramError`` when git cannot be started; ``WorkspaceCopyError`` when there is
    ///   no room for a scratch folder; ``WorkspaceError`` when the folder is not there.
    package func apply(_ text: String) async throws -> Outcome {
        var patch = Patch(text, isFile: isFile)
        if let refusal = patch.refusal { return .refused(refusal) }
        if let difference = try await difference(patch) { return difference }
        guard case .rejected(let reason) = try await git.apply(patch.text) else { return .applied(patch) }
        do throws(PatchFault) {
            patch = try patch.fitted { path in self.text(path) }
        } catch {
            return .rejected("The patch does not apply: \(error.sentence)")
        }
        guard case .rejected = try await git.apply(patch.text) else { return .applied(patch) }
        return .rejected("The patch does not apply. git says: \(reason)")
    }

    /// What is wrong when git reads other paths in the patch than we do.
    private func difference(_ patch: Patch) async throws -> Outcome? {
        switch try await git.paths(of: patch.text) {
        case .failure(let reason): return .rejected("git cannot read the patch: \(reason.message)")
        case .success(let seen) where seen != Set(patch.files.map { ExactString($0.path) }):
            return .refused("The patch is refused: git reads other paths in it than its headers name.")
        case .success: return nil
        }
    }

    private func isFile(_ path: String) -> Bool { ForeignFolder(git.folder).hasFile(path) }

    private func text(_ path: String) -> String? { ForeignFolder(git.folder).text(path) }
}
