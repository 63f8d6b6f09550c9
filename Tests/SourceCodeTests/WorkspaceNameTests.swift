import Foundation
import Processes
import SourceCode
import SourceCodeTestSupport
import Support
import Testing

/// Names of files as git has them: bytes.
@Suite(.timeLimit(.minutes(5))) struct WorkspaceNames {
    private static let composed = "caf\u{E9}.py"
    private static let decomposed = "cafe\u{301}.py"

    /// Made by the shell, since Foundation may not write such names.
    private func folder(_ script: String) async throws -> ScratchFolder {
        let folder = try ScratchFolder()
        try await folder.git("init", "-q")
        let run = try await ProgramRunner().run(ProgramInvocation(["sh", "-c", script], workingDirectory: folder.path))
        try #require(run.succeeded, "\(run.errorText)")
        return folder
    }

    private func copy(_ path: String) async throws -> (copy: WorkspaceCopy, files: [String]) {
        let target = try ScratchFolder()
        let copy = try await WorkspaceCopy(of: path, to: target.path, runner: ProgramRunner())
        let files = try FileManager.default.subpathsOfDirectory(atPath: target.path).filter { !$0.hasPrefix(".git") }
        return (copy, files.sorted(byBytesOf: \.self))
    }

    @Test func twoCanonicallyEqualNamesAreTwoFilesInScansCopiesAndIndexes() async throws {
        let folder = try await folder(
            #"printf 1 > "$(printf 'caf\303\251.py')"; printf 2 > "$(printf 'cafe\314\201.py')""#)
        try await folder.commitAll()
        let scan = try await Workspace(folder.path).scan()
        let names = [Self.decomposed, Self.composed].map { Array($0.utf8) }
        #expect(scan.files.map { Array($0.path.utf8) } == names && scan.files.map(\.text) == ["2", "1"])
        let copied = try await copy(folder.path)
        #expect(copied.copy.fileCount == 2 && copied.files.map { Array($0.utf8) } == names)
        let texts = Dictionary(
            scan.files.map { (ExactString($0.path), $0.text) }, uniquingKeysWith: { first, _ in first })
        #expect(WorkspaceScan(texts: texts).files.count == 2)
    }

    /// A slash and an accent after it are one character for Swift, and two for the kernel.
    @Test func namesThatBeginWithAnAccentLieInTheirFolders() async throws {
        let folder = try await folder(#"mkdir a; printf 1 > "a/$(printf '\314\201b.py')""#)
        try await folder.commitAll()
        let name = "a/\u{301}b.py"
        #expect(try await Workspace(folder.path).scan().files.map { Array($0.path.utf8) } == [Array(name.utf8)])
        let copied = try await copy(folder.path)
        #expect(copied.copy.fileCount == 1 && copied.files.contains { $0.utf8.elementsEqual(name.utf8) })
        for path in ["../\u{301}b.py", ".git/\u{301}b", "/\u{301}b", "a//\u{301}b"] {
            #expect(PlainPath.fault(in: path) != nil, "\(path)")
        }
        #expect(PlainPath.fault(in: name) == nil)
    }

    @Test func namesThatAreNoUTF8AreListedAsLeftOutEachOnItsOwn() async throws {
        let folder = try await folder(
            #"printf 1 > "$(printf 'caf\351.py')"; printf 2 > "$(printf 'caf\352.py')"; printf 3 > ok"#)
        try await folder.commitAll()
        let left = [#""caf\351.py""#, #""caf\352.py""#]
        let scan = try await Workspace(folder.path).scan()
        #expect(scan.files.map(\.path) == ["ok"] && scan.skipped.map(\.path) == left)
        #expect(scan.skipped.allSatisfy { $0.reason == .unusablePath })
        let copied = try await copy(folder.path)
        #expect(copied.files == ["ok"] && copied.copy.skipped.map(\.path) == left)
    }

    @Test func aReplacementCharacterInANameIsACharacterLikeAnyOther() async throws {
        let folder = try ScratchFolder()
        try folder.write("a\u{FFFD}b.txt", "x")
        try await folder.commitAll()
        #expect(try await copy(folder.path).files == ["a\u{FFFD}b.txt"])
    }

    // MARK: Results of runs

    @Test func resultsOfRunsAreCopiedNeitherBesideTheUsersFilesNorFromEarlierVersions() async throws {
        let folder = try ScratchFolder()
        try folder.write("code.py", "x = 1\n")
        try await folder.commitAll()
        try folder.write("build/out/.coordinator-files", "artifacts/code.md\nartifacts/sub/b.txt\n../../code.py\n")
        for name in ["result.json", "events.jsonl", "artifacts/code.md", "artifacts/sub/b.txt", ".x.coordinator-tmp"] {
            try folder.write("build/out/" + name, "old")
        }
        try folder.write("build/out/artifacts/mine.txt", "the user's")
        try folder.write("build/result.json", "the user's")
        #expect(
            try await copy(folder.path).files.filter { $0.contains(".") }
                == ["build/out/artifacts/mine.txt", "build/result.json", "code.py"])
        // What the user tracks is his by his own word.
        try await folder.git("add", "-f", "build/out")
        #expect(try await copy(folder.path).files.contains("build/out/result.json"))
    }

    // MARK: Kinds of repositories

    private func error(_ path: String) async throws -> String {
        do {
            _ = try await Workspace(path).scan()
            return "no error"
        } catch let error as WorkspaceError {
            return error.description
        }
    }

    @Test func aBareRepositoryAndGitsOwnFolderAreToldAsWhatTheyAre() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "a")
        try await folder.commitAll()
        try await folder.git("clone", "-q", "--bare", ".", "bare.git")
        #expect(try await error(folder.path + "/bare.git").contains("is a bare repository: it has no working tree"))
        #expect(try await error(folder.path + "/bare.git/objects").contains("is a bare repository"))
        #expect(try await error(folder.path + "/.git").contains("lies in the folder in which git keeps a repository"))
        try await folder.git("-C", "bare.git", "worktree", "add", "-q", "../tree")
        #expect(try await Workspace(folder.path + "/tree").scan().files.map(\.path) == ["a.txt"])
    }

    @Test func worktreesSubmodulesSHA256AndRepositoriesWithoutACommitAreReadAndCopied() async throws {
        let folder = try ScratchFolder()
        try folder.write("inner/a.txt", "a")
        try await folder.git("init", "-q", "inner")
        try await folder.git("-C", "inner", "add", "-A")
        try await folder.git("-C", "inner", "commit", "-q", "-m", "x")
        try await folder.git("init", "-q", "outer")
        try folder.write("outer/b.txt", "b")
        try await folder.git("-C", "outer", "submodule", "add", "-q", "../inner", "sub")
        try await folder.git("-C", "outer", "add", "-A")
        #expect(try await Workspace(folder.path + "/outer").scan().files.map(\.path) == [".gitmodules", "b.txt"])
        #expect(try await Workspace(folder.path + "/outer/sub").scan().files.map(\.path) == ["a.txt"])
        #expect(try await copy(folder.path + "/outer/sub").files == ["a.txt"])
        #expect(try await copy(folder.path + "/outer").copy.skipped.map(\.path) == ["sub"])
        try await folder.git("-C", "inner", "worktree", "add", "-q", "--detach", "../linked")
        #expect(try await copy(folder.path + "/linked").files == ["a.txt"])
        try await folder.git("init", "-q", "--object-format=sha256", "sha")
        try folder.write("sha/c.txt", "c")
        try await folder.git("-C", "sha", "add", "-A")
        #expect(try await Workspace(folder.path + "/sha").scan().revision == nil)
        try await folder.git("-C", "sha", "commit", "-q", "-m", "x")
        let scan = try await Workspace(folder.path + "/sha").scan()
        #expect(scan.revision?.count == 64 && scan.files.map(\.path) == ["c.txt"])
        #expect(try await copy(folder.path + "/sha").files == ["c.txt"])
    }
}
