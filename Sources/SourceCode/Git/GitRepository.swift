import Processes
import Support

/// Where the repository of a folder is, as git finds it for the user: a folder that git would not open for the user is
/// not opened here either.
struct GitRepository: Sendable, Hashable {
    /// The name of the format of objects that needs no mention in a repository's settings.
    static let defaultObjectFormat = "sha1"

    /// The top of the working tree.
    let top: String
    /// The folder with the index.
    let gitFolder: String
    /// The folder with the objects; another one in a linked working tree.
    let commonFolder: String
    /// The name of the hash that names objects.
    let objectFormat: String
    /// The commit checked out; `nil` before the first.
    let head: String?

    /// Finds the repository of a folder.
    /// - Parameter folder: the folder's real path.
    /// - Throws: ``WorkspaceError`` when there is none, or git refuses it, with git's words; `CancellationError`.
    init(of folder: String, by git: Git) async throws {
        let result: ProgramResult
        do {
            result = try await git.ask(.location, in: folder)
        } catch let error as ProgramError where error.code == .notFound {
            throw WorkspaceError(code: .gitMissing, path: folder)
        }
        let answer = result.outputText
        guard result.succeeded, answer.hasPrefix("true\n") else {
            let isNone = result.errorText.contains("not a git repository")
            let outside = answer.hasPrefix("false\ntrue\n") ? WorkspaceErrorCode.bareRepository : .gitFolder
            throw WorkspaceError(
                code: result.succeeded ? outside : isNone ? .notARepository : .gitFailed, path: folder,
                cause: result.succeeded || isNone ? "" : result.gitMessage)
        }
        guard let text = String(validating: result.standardOutput, as: UTF8.self) else {
            throw WorkspaceError(code: .gitFailed, path: folder, cause: "the path of its git folder is not UTF-8")
        }
        guard let location = Location(text, of: folder) else {
            throw WorkspaceError(
                code: .gitFailed, path: folder, cause: "git rev-parse answered in another way than git 2.32 and later")
        }
        top = location.top
        gitFolder = location.gitFolder
        objectFormat = location.objectFormat
        head = location.head
        // A linked working tree names the repository's own folder in a file.
        let common = readText(location.gitFolder + "/commondir")?.trimming(while: \.isNewline)
        commonFolder =
            common.map { $0.isAbsolutePath ? String($0) : location.gitFolder + "/" + $0 } ?? location.gitFolder
    }

    /// The settings that say how files compare and which are ignored, as the user and the repository set them. They
    /// name no program.
    private static let settings = [
        "core.autocrlf", "core.eol", "core.filemode", "core.symlinks", "core.ignorecase", "core.precomposeunicode",
        "core.trustctime", "core.checkstat", "core.excludesfile", "core.attributesfile", "core.sparsecheckout",
        "core.sparsecheckoutcone", "sparse.expectfilesoutsideofpatterns",
    ]

    /// A git folder of ours that shows this repository.
    /// - Throws: ``WorkspaceError``; ``WorkspaceCopyError`` when there is no room for the folder; `CancellationError`.
    func view(by git: Git) async throws -> GitFolder {
        let result = try await git.ask(.settings(names: Self.settings), in: top)
        // Status 1 says that none of them is set.
        guard result.succeeded || result.exitStatus == 1 else {
            throw WorkspaceError(code: .gitFailed, path: top, cause: result.gitMessage)
        }
        let settings = result.standardOutput.split(separator: 0).map { record in
            // A record is the name and, unless the setting stands there without one, a line break and the value.
            let parts = record.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "=")
        }
        return try GitFolder(of: self, settings: settings)
    }
}

/// The answer to ``Git/Query/location``.
private struct Location {
    let top: String
    let gitFolder: String
    let objectFormat: String
    let head: String?

    /// Reads lines: whether the folder is in a working tree, whether the repository has none, the way up to its top, the
    /// format of objects, the git folder, which may itself hold line breaks, and the commit, if there is one.
    init?(_ text: String, of folder: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.count >= 5 else { return nil }
        let steps = lines[2].pathSegments
        guard steps.allSatisfy({ $0 == ".." }) else { return nil }
        let parents = folder.pathSegments
        guard parents.count >= steps.count else { return nil }
        top = "/" + parents.dropLast(steps.count).joined(separator: "/")
        objectFormat = String(lines[3])
        guard objectFormat.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x61 && $0 <= 0x7A }) else { return nil }
        if let last = lines.last, lines.count > 5, [40, 64].contains(last.count), last.allSatisfy(\.isHexDigit) {
            head = String(last)
            lines.removeLast()
        } else {
            head = nil
        }
        gitFolder = lines[4...].joined(separator: "\n")
        guard gitFolder.isAbsolutePath else { return nil }
    }
}
