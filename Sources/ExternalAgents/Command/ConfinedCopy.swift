import Coordinator
import Processes
import SourceCode
import TelemetryCatalog

/// The copy of the workspace that a confined program has for one attempt.
struct ConfinedCopy {
    /// The copy's root, where the program starts.
    let folder: String
    /// A folder beside it for temporary files.
    let scratch: String

    /// The most files that are left out of a copy and named in the log; further ones are counted.
    static let namedFiles = 5

    /// Calls the body with a copy that is removed when it ends, however it does.
    ///
    /// - Throws: ``AgentError`` when there can be no copy; the body's errors.
    static func with<Result>(
        of workspace: String, for program: String, _ attempt: AttemptContext, by runner: ProgramRunner,
        _ body: (ConfinedCopy) async throws -> Result
    ) async throws -> Result {
        attempt.progress("copying the workspace for the sandbox of \(program)")
        do {
            return try await ScratchDirectory.with { folder in
                let copy = ConfinedCopy(folder: folder + "/workspace", scratch: folder + "/tmp")
                try makeFolder(copy.folder)
                try makeFolder(copy.scratch)
                let made = try await WorkspaceCopy(of: workspace, to: copy.folder, runner: runner)
                tell(made.skipped, attempt)
                return try await body(copy)
            }
        } catch let error as WorkspaceCopyError {
            throw fault(error.code.isTransient ? .transient : .permanent, program, error.description)
        } catch let error as WorkspaceError {
            throw fault(.permanent, program, error.description)
        }
    }

    private static func fault(_ failure: FailureClass, _ program: String, _ words: String) -> AgentError {
        AgentError(
            failure, errorType: ErrorType.workspace,
            "\(program) is to run in a sandbox, which starts in a copy of the files that git knows. \(words)")
    }

    private static func tell(_ skipped: [SkippedFile], _ attempt: AttemptContext) {
        guard !skipped.isEmpty else { return }
        let named = skipped.prefix(namedFiles).map { "\($0.path) (\($0.reason.rawValue))" }.joined(separator: ", ")
        let others = skipped.count > namedFiles ? " and \(skipped.count - namedFiles) more" : ""
        attempt.logger.notice("not in the copy of the workspace: \(named)\(others)")
    }
}
