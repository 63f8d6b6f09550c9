import Processes
import SourceCode
import Support

/// Where a program starts: in its folder, or, where it is confined, in a copy of it that is removed when this value is
/// released.
struct ServerFolder: Sendable {
    /// The folder.
    let path: String
    /// How the program is confined.
    let sandbox: ProgramSandbox?
    private let scratch: ScratchDirectory?

    /// - Parameter folder: the folder; for a sandbox, one in a git working tree.
    /// - Throws: ``MCPError``, whose message is the rest of a sentence about the server.
    init(_ folder: String, _ policy: SandboxPolicy?, runner: ProgramRunner) async throws(MCPError) {
        guard let policy, policy.level != .unconfined else {
            (path, sandbox, scratch) = (folder, nil, nil)
            return
        }
        do throws(any Error) {
            let scratch = try ScratchDirectory()
            let (copy, temporary) = (scratch.path + "/workspace", scratch.path + "/tmp")
            for folder in [copy, temporary] { try makeFolder(folder) }
            _ = try await WorkspaceCopy(of: folder, to: copy, runner: runner)
            (path, self.scratch) = (copy, scratch)
            sandbox = ProgramSandbox(policy, folder: copy, scratch: temporary)
        } catch is CancellationError {
            throw MCPError(.cancelled, "was not started: the task was cancelled")
        } catch {
            throw MCPError(
                .sandbox,
                "was not started: it is to run in a sandbox, which starts in a copy of the files that git knows. \(error)"
            )
        }
    }
}
