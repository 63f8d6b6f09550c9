import Glibc
import SourceCode
import Support

/// The scratch copy in which fixers work, with the texts of the files that they are shown.
struct FixerCopy {
    /// How large a copy for fixers may be: less than for validation, since it is for a few files.
    static let limits = WorkspaceCopyLimits(fileCount: 20_000, totalBytes: 256 << 20)

    /// The copy's folder.
    let folder: String
    /// The folder for temporary files of programs.
    let temporaryFolder: String
    private let fileBytes: Int
    /// The texts as they were copied, and as accepted fixes left them, by path.
    private(set) var original: [ExactString: String] = [:]
    private(set) var current: [ExactString: String] = [:]

    /// - Throws: ``WorkspaceCopyError``, ``WorkspaceError``, `CancellationError`.
    init(_ input: DraftInput, in scratch: String) async throws {
        folder = scratch + "/workspace"
        temporaryFolder = scratch + "/tmp"
        fileBytes = input.limits.fileBytes
        try makeFolder(folder)
        try makeFolder(temporaryFolder)
        _ = try await WorkspaceCopy(
            of: input.request.workspace, to: folder, limits: Self.limits, runner: input.syntax.runner)
    }

    /// Makes the packages of the workspace visible in the copy, for fixers whose configuration needs them.
    func linkPackages(of workspace: String) {
        _ = symlink(workspace + "/node_modules", folder + "/node_modules")
    }

    /// The paths whose files in the copy have the texts that the draft is about.
    mutating func known(_ paths: [String], _ texts: [ExactString: String]) -> [String] {
        paths.filter { path in
            if original[path] != nil { return true }
            guard let text = text(of: path), text.utf8.elementsEqual((texts[path] ?? "").utf8) else { return false }
            original[path] = text
            current[path] = text
            return true
        }
    }

    /// The texts that a fixer changed, by path, and the files that it left as something else.
    func changes(of paths: [String]) -> (texts: [ExactString: String], unusable: [String]) {
        var texts: [ExactString: String] = [:]
        var unusable: [String] = []
        for path in paths {
            guard let new = text(of: path) else {
                unusable.append(path)
                continue
            }
            if let old = current[path], !new.utf8.elementsEqual(old.utf8) { texts[path] = new }
        }
        return (texts, unusable)
    }

    /// Keeps the changes of some files, and takes those of the others back.
    /// - Throws: ``WorkspaceCopyError``.
    mutating func keep(_ kept: [ExactString: String], of paths: [String]) throws {
        current.merge(kept) { _, new in new }
        for path in paths {
            guard kept[path] == nil, let old = current[path] else { continue }
            if let now = text(of: path), now.utf8.elementsEqual(old.utf8) { continue }
            ForeignFolder(folder).remove(path)
            try ForeignFolder(folder).write(Array(old.utf8), to: path)
        }
    }

    /// The text of a regular file that is not too large; a program may have put anything in its place.
    private func text(of path: String) -> String? { ForeignFolder(folder).text(path, limit: fileBytes) }
}
