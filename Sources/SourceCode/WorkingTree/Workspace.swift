import Glibc
import Processes

/// A folder in a git working tree whose tracked files agents may read.
package struct Workspace: Sendable, Hashable {
    /// The absolute path, without symbolic links.
    package let root: String

    /// Finds the folder.
    /// - Parameter path: Absolute, or relative to the current folder; links are resolved.
    /// - Throws: ``WorkspaceError`` when there is no readable folder.
    package init(_ path: String) throws(WorkspaceError) {
        guard let resolved = realpath(path, nil) else {
            throw WorkspaceError(code: errno == EACCES ? .notReadable : .missing, path: path, errno: errno)
        }
        defer { free(resolved) }
        var status = stat()
        guard stat(resolved, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw WorkspaceError(code: .notAFolder, path: path)
        }
        guard access(resolved, R_OK | X_OK) == 0 else {
            throw WorkspaceError(code: .notReadable, path: path, errno: errno)
        }
        root = String(cString: resolved)
    }

    /// Reads the tracked files that are selected, within limits, leaving out files that must not or cannot be read.
    ///
    /// The same tree always gives the same scan. Files that are not tracked, and those not selected, are not mentioned.
    /// - Parameters:
    ///   - selection: Which paths; everything by default.
    ///   - limits: How much.
    ///   - runner: Starts git.
    /// - Throws: ``WorkspaceError`` when there is no working tree or git fails; ``WorkspaceCopyError`` when there is no
    ///   room for a scratch folder; `CancellationError`.
    package func scan(
        _ selection: PathSelection = PathSelection(), limits: WorkspaceLimits = WorkspaceLimits(),
        by runner: ProgramRunner = ProgramRunner()
    ) async throws -> WorkspaceScan {
        let git = try await GitWorkingTree(root: root, runner: runner)
        let tracked = try await git.trackedFiles()
        let dirty = try await git.isDirty()

        var files: [SourceFile] = []
        var skipped: [SkippedFile] = []
        var reader = FileReader(root: root)
        var totalBytes = 0
        let filter = PathFilter(selection)
        for entry in tracked where filter.contains(entry.path) {
            try Task.checkCancellation()
            let room = FileRoom(limits: limits, totalBytes: totalBytes, fileCount: files.count)
            let outcome = reader.read(entry, room: room)
            switch outcome {
            case .read(let file):
                totalBytes += file.bytes
                files.append(file)
            case .skip(let reason, let detail):
                skipped.append(SkippedFile(path: entry.path, reason: reason, detail: detail))
            }
        }
        return WorkspaceScan(files: files, skipped: skipped, revision: git.revision, dirty: dirty)
    }

    /// The commit checked out, `nil` before the first, and the paths of the files that differ from it, from the top of the
    /// working tree; see ``GitWorkingTree/uncommittedFiles()``.
    /// - Throws: as ``scan(_:limits:by:)``.
    package func commit(by runner: ProgramRunner) async throws -> (revision: String?, uncommitted: [String]) {
        let git = try await GitWorkingTree(root: root, runner: runner)
        return (git.revision, try await git.uncommittedFiles().map(\.shown))
    }

    /// How many files below the folder git tracks.
    /// - Throws: as ``scan(_:limits:by:)``.
    package func trackedFileCount(by runner: ProgramRunner) async throws -> Int {
        try await GitWorkingTree(root: root, runner: runner).trackedFiles().count
    }
}
