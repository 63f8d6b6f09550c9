import Coordinator
import Processes
import SourceCode
import Support

/// The copy of the workspace that an attempt's commands run in. It is made for the first of them, and gets the edits before
/// each; what commands leave in it is there for the next ones, and gone with the attempt.
actor ShellCopy {
    /// Where a command runs.
    struct Folder: Sendable {
        /// The copy's root.
        let path: String
        /// A folder beside it for temporary files.
        let scratch: String
    }

    private let code: WorkspaceCode
    private let runner: ProgramRunner
    private var made: (directory: ScratchDirectory, folder: Folder)?
    /// The edits that the copy has.
    private var written: [ExactString: String] = [:]

    init(_ code: WorkspaceCode, runner: ProgramRunner) {
        self.code = code
        self.runner = runner
    }

    /// The copy, with the edits so far.
    ///
    /// - Throws: ``AgentError`` when there can be no copy; `CancellationError`.
    func folder(_ attempt: AttemptContext) async throws -> Folder {
        do {
            let folder = try await copied(attempt)
            let place = ForeignFolder(folder.path)
            for revision in code.revisions {
                let path = ExactString(revision.path)
                guard let text = revision.new, written[path].map({ !$0.hasBytes(of: text) }) ?? true else { continue }
                place.remove(revision.path)
                try place.write(Array(text.utf8), to: revision.path)
                written[path] = text
            }
            return folder
        } catch {
            throw AgentFailure.of(error)
        }
    }

    /// Removes the copy.
    func remove() { made = nil }

    private func copied(_ attempt: AttemptContext) async throws -> Folder {
        if let made { return made.folder }
        attempt.progress("copying the workspace for the tool shell")
        let directory = try ScratchDirectory()
        let folder = Folder(path: directory.path + "/workspace", scratch: directory.path + "/tmp")
        try makeFolder(folder.path)
        try makeFolder(folder.scratch)
        _ = try await WorkspaceCopy(of: code.workspace, to: folder.path, leavesOutSecrets: true, runner: runner)
        made = (directory, folder)
        return folder
    }
}
