import Glibc
import Processes
import Support

/// How large a scratch copy may become.
package struct WorkspaceCopyLimits: Sendable, Hashable, Codable {
    /// The most files that are copied. Default 50,000.
    package var fileCount: Int
    /// The most bytes that are copied. Default 1 GiB.
    package var totalBytes: Int

    /// Makes limits; negative values count as 0.
    package init(fileCount: Int = 50_000, totalBytes: Int = 1 << 30) {
        self.fileCount = max(0, fileCount)
        self.totalBytes = max(0, totalBytes)
    }

    enum CodingKeys: String, CodingKey {
        case fileCount = "file_count"
        case totalBytes = "total_bytes"
    }
}

/// A copy of a workspace's files as they are now: tracked ones, and untracked ones that are not ignored.
///
/// The copy has no link to the original: files are copied byte by byte, links that lead out of the workspace are left
/// out, and the copy gets a repository of its own, so that no program run in it reaches the original through git.
package struct WorkspaceCopy: Sendable, Hashable, Codable {
    /// How many files were copied.
    package private(set) var fileCount = 0
    /// The bytes of the files that were copied.
    package private(set) var totalBytes = 0
    /// The files that were left out, with the reason, sorted by path.
    package private(set) var skipped: [SkippedFile] = []

    enum CodingKeys: String, CodingKey {
        case fileCount = "file_count"
        case totalBytes = "total_bytes"
        case skipped
    }

    /// Copies the files of a workspace.
    /// - Parameters:
    ///   - workspace: A folder in a git working tree.
    ///   - destination: An empty folder.
    ///   - leavesOutSecrets: Whether files that hold secrets, by their names or by what they look like, are left out: what
    ///     runs in the copy was written by a model.
    ///   - runner: Starts git.
    /// - Throws: ``WorkspaceCopyError``; ``WorkspaceError`` when there is no working tree or git refuses it;
    ///   ``ProgramError`` when git cannot be started; `CancellationError`.
    package init(
        of workspace: String, to destination: String, limits: WorkspaceCopyLimits = .init(),
        leavesOutSecrets: Bool = false, runner: ProgramRunner
    ) async throws {
        let root = try Workspace(workspace).root
        let paths = try await GitWorkingTree(root: root, runner: runner).presentFiles()
        guard paths.count <= limits.fileCount else {
            throw WorkspaceCopyError(
                code: .tooLarge, path: root, cause: "\(paths.count) files, at most \(limits.fileCount) are copied")
        }
        var folders: [ExactString: Bool] = ["": true]
        for path in paths {
            try Task.checkCancellation()
            guard let text = path.text else {
                skipped.append(SkippedFile(path: path.shown, reason: .unusablePath, detail: "its name is not UTF-8"))
                continue
            }
            if leavesOutSecrets, let reason = Self.secret(text, in: root) {
                skipped.append(SkippedFile(path: path.shown, reason: reason.0, detail: reason.1))
                continue
            }
            if let reason = try copy(text, from: root, to: destination, &folders) {
                skipped.append(SkippedFile(path: path.shown, reason: reason.0, detail: reason.1))
            }
            guard totalBytes <= limits.totalBytes else {
                throw WorkspaceCopyError(
                    code: .tooLarge, path: root, cause: "more than \(limits.totalBytes) bytes")
            }
        }
        skipped = skipped.sorted(byBytesOf: \.path)
        // A repository with one commit, so that git reports the files as tracked and a patch as a change.
        try await Git(runner: runner).makeRepository(in: destination, message: "The workspace as it was copied")
    }

    /// Why a file is taken for a secret; `nil` for one that is not. Of a large file the name alone is looked at.
    private static func secret(_ path: String, in root: String) -> (SkipReason, String)? {
        if let rule = SecretNames.rule(for: path) { return (.secretName, rule) }
        guard let text = ForeignFolder(root).text(path, limit: WorkspaceLimits().fileBytes), !text.utf8.contains(0)
        else { return nil }
        return SecretScanner.firstFinding(in: Array(text.utf8), path: path).map {
            (.secretContent, "\($0.rule) on line \($0.line)")
        }
    }

    /// Copies one path; returns the reason when it is left out.
    private mutating func copy(
        _ path: String, from root: String, to destination: String, _ folders: inout [ExactString: Bool]
    ) throws -> (SkipReason, String)? {
        let parts = path.allPathSegments
        let folder = String(path.parentPath)
        guard !parts.contains(".."), !parts.contains(".git") else { return (.unusablePath, "it is not a plain path") }
        let inside = folders[folder] ?? Self.isInside(root + "/" + folder, root)
        folders[folder] = inside
        guard inside else { return (.outsideWorkspace, "its folder is a link out of the workspace") }
        let source = root + "/" + path
        let target = destination + "/" + path
        var status = stat()
        guard lstat(source, &status) == 0 else { return (.missing, "") }
        do {
            try Folders.make(destination + "/" + folder, mode: 0o777)
        } catch {
            throw WorkspaceCopyError(code: .writeFailed, path: error.path, cause: error.error.description)
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            guard let bytes = try Self.copyFile(source, target, status.st_mode) else {
                return (.unreadable, String(cString: strerror(errno)))
            }
            fileCount += 1
            totalBytes += bytes
            return nil
        case S_IFLNK: return copyLink(source, target, folder, root)
        case S_IFDIR: return (.submodule, "")
        default: return (.notRegularFile, "")
        }
    }

    /// Whether a folder, all links followed, lies in the root.
    private static func isInside(_ folder: String, _ root: String) -> Bool {
        guard let resolved = realpath(folder, nil) else { return errno == ENOENT }
        defer { free(resolved) }
        let real = String(cString: resolved)
        return real == root || real.hasPrefix(root == "/" ? "/" : root + "/")
    }

    private mutating func copyLink(
        _ source: String, _ target: String, _ folder: String, _ root: String
    ) -> (SkipReason, String)? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink(source, $0, bytes.count) } ?? -1
        }
        guard count > 0, count < buffer.count else { return (.unreadable, "") }
        let link = String(decoding: buffer[..<count], as: UTF8.self)
        // Both the link's text and the file it resolves to now must stay inside the workspace.
        var depth = folder.pathSegments.count
        var leaves = link.isAbsolutePath
        for part in link.pathSegments where part != "." {
            depth += part == ".." ? -1 : 1
            leaves = leaves || depth < 0 || part == ".git"
        }
        if leaves || !Self.isInside(source, root) { return (.outsideWorkspace, "a link to \(link)") }
        guard symlink(link, target) == 0 else { return (.unreadable, String(cString: strerror(errno))) }
        fileCount += 1
        return nil
    }

    /// Copies one file and returns the number of bytes; `nil` when the source cannot be read.
    private static func copyFile(_ source: String, _ target: String, _ mode: mode_t) throws -> Int? {
        let input = open(source, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard input >= 0 else { return nil }
        defer { close(input) }
        let output = open(
            target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0o100 != 0 ? 0o755 : 0o644)
        guard output >= 0 else { throw WorkspaceCopyError(code: .writeFailed, path: target, errno: errno) }
        defer { close(output) }
        var total = 0
        while true {
            let count = sendfile(output, input, nil, 1 << 30)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw WorkspaceCopyError(code: .writeFailed, path: target, errno: errno) }
            if count == 0 { return total }
            total += count
        }
    }
}
