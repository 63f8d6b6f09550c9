import Foundation
import Processes
import SourceCode
import SourceCodeTestSupport
import Testing

/// Kinds of repositories, each asked without its own settings.
@Suite(.timeLimit(.minutes(5))) struct WorkspaceGit {
    private func scan(_ path: String) async throws -> WorkspaceScan { try await Workspace(path).scan() }

    /// The files of a copy, and what git says of them there.
    private func copied(_ path: String) async throws -> (files: [String], status: String) {
        let folder = try ScratchFolder()
        _ = try await WorkspaceCopy(of: path, to: folder.path, runner: ProgramRunner())
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".git") }
        return (files.sorted(), try await folder.git("status", "--porcelain"))
    }

    /// A file that is older than the index and was touched since: git compares its content.
    private func touch(_ path: String) throws {
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
    }

    /// As with large files kept elsewhere: the objects hold what the filter makes of the file. Whether the file differs only
    /// the filter could tell, and it is a program.
    @Test func filteredFilesAreNeitherCleanNorDirty() async throws {
        let folder = try ScratchFolder()
        try folder.write(".gitattributes", "*.bin filter=upper\n")
        try folder.write("large.bin", "content\n")
        try folder.write("plain.txt", "plain\n")
        try await folder.git("init", "-q")
        try await folder.git("config", "filter.upper.clean", "tr a-z A-Z")
        try await folder.git("config", "filter.upper.required", "true")
        try await folder.git("add", "-A")
        try await folder.git("commit", "-q", "-m", "content")
        try touch("\(folder.path)/large.bin")
        let result = try await scan(folder.path)
        #expect(result.dirty == nil && result.files.map(\.path) == [".gitattributes", "large.bin", "plain.txt"])
        #expect(try await copied(folder.path).files == ["large.bin", "plain.txt"])
        try folder.write("plain.txt", "changed\n")
        #expect(try await scan(folder.path).dirty == true)
    }

    /// What a file's bytes are compared with depends on settings that name no program, and those count.
    @Test func settingsThatSayHowFilesCompareAreKept() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "one\r\n")
        try folder.write("b.sh", "true\n")
        try await folder.git("init", "-q")
        try await folder.git("config", "core.autocrlf", "true")
        try await folder.git("config", "core.fileMode", "false")
        try await folder.git("config", "core.excludesFile", "\(folder.path)/.git/ignored-here")
        try folder.write(".git/ignored-here", "*.log\n")
        try folder.write(".git/info/exclude", "*.tmp\n")
        try await folder.git("add", "-A")
        try await folder.git("commit", "-q", "-m", "content")
        try touch("\(folder.path)/a.txt")
        #expect(chmod("\(folder.path)/b.sh", 0o755) == 0)
        try folder.write("x.log", "ignored")
        try folder.write("y.tmp", "ignored")
        try folder.write("fresh.txt", "untracked")
        #expect(try await folder.git("status", "--porcelain") == "?? fresh.txt\n")
        #expect(try await scan(folder.path).dirty == false)
        #expect(try await copied(folder.path).files == ["a.txt", "b.sh", "fresh.txt"])
    }

    @Test func repositoryIsNotWritten() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "x\n")
        try await folder.commitAll()
        try touch("\(folder.path)/a.txt")
        func content() throws -> [String: Data] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            return Dictionary(
                uniqueKeysWithValues: names.map {
                    ($0, FileManager.default.contents(atPath: "\(folder.path)/\($0)") ?? Data())
                })
        }
        let before = try content()
        #expect(try await scan(folder.path).dirty == false)
        _ = try await copied(folder.path)
        let patch = UnifiedDiff().patch(FileRevision(path: "a.txt", old: "x\n", new: "y\n"))
        #expect(
            try await GitApply(folder: folder.path, runner: ProgramRunner()).check(patch, files: 1) == .accepted)
        #expect(try content() == before)
    }

    @Test func linkedWorkingTreesAndSubmodulesAreRead() async throws {
        let folder = try ScratchFolder()
        try folder.write("main/a.txt", "x\n")
        try await folder.git("init", "-q", "main")
        try await folder.git("-C", "main", "add", "-A")
        try await folder.git("-C", "main", "commit", "-q", "-m", "one")
        try await folder.git("-C", "main", "worktree", "add", "-q", "../linked")
        try folder.write("linked/b.txt", "y\n")
        let linked = try await scan("\(folder.path)/linked")
        #expect(linked.files.map(\.path) == ["a.txt"] && linked.dirty == false && linked.revision?.count == 40)
        let copy = try await copied("\(folder.path)/linked")
        #expect(copy.files == ["a.txt", "b.txt"] && copy.status == "")

        try await folder.git("init", "-q", "super")
        try await folder.git("-C", "super", "submodule", "add", "-q", "\(folder.path)/main", "part")
        let outer = try await scan("\(folder.path)/super")
        #expect(outer.files.map(\.path) == [".gitmodules"] && outer.skipped.map(\.reason) == [.submodule])
        let inner = try await scan("\(folder.path)/super/part")
        #expect(inner.files.map(\.path) == ["a.txt"] && inner.dirty == false)
    }

    @Test(arguments: [
        ["update-index", "--split-index"], ["sparse-checkout", "set", "--cone", "--sparse-index", "one"],
        ["update-index", "--untracked-cache"], ["pack-refs", "--all"], ["gc", "-q"],
    ])
    func otherFormsOfAnIndexAreRead(command: [String]) async throws {
        let folder = try ScratchFolder()
        for path in ["one/a.txt", "two/b.txt", "two/deep/c.txt", "top.txt"] { try folder.write(path, "x\n") }
        try await folder.commitAll()
        _ = try await folder.run(git: command)
        let tracked = try await folder.git("ls-files").split(separator: "\n").map(String.init)
        let result = try await scan(folder.path)
        #expect((result.files.map(\.path) + result.skipped.map(\.path)).sorted() == tracked)
        #expect(result.dirty == false)
        try folder.write("one/a.txt", "changed\n")
        #expect(try await scan(folder.path).dirty == true)
    }

    @Test func objectsWithLongerNamesAreRead() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "x\n")
        try await folder.git("init", "-q", "--object-format=sha256")
        try await folder.git("add", "-A")
        try await folder.git("commit", "-q", "-m", "one")
        let result = try await scan(folder.path)
        #expect(result.revision?.count == 64 && result.dirty == false)
    }

    /// A repository may say that objects that lack come from elsewhere by a program.
    @Test func missingObjectsAreNotFetched() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "x\n")
        try await folder.commitAll()
        let tree = try await folder.git("rev-parse", "HEAD^{tree}").trimmingCharacters(in: .newlines)
        let mark = "\(folder.path)/.git/was-started"
        for (name, value) in [
            ("core.repositoryFormatVersion", "1"), ("extensions.partialClone", "origin"),
            ("remote.origin.promisor", "true"), ("remote.origin.url", "ext::touch \(mark)"),
            ("protocol.ext.allow", "always"),
        ] { try await folder.git("config", name, value) }
        let object = "\(folder.path)/.git/objects/\(tree.prefix(2))/\(tree.dropFirst(2))"
        try FileManager.default.removeItem(atPath: object)
        // The index knows the tree, unless something was added.
        try folder.write("b.txt", "y\n")
        try await folder.git("update-index", "--add", "b.txt")
        let result = try await scan(folder.path)
        #expect(result.files.map(\.path) == ["a.txt", "b.txt"] && result.dirty == nil)
        #expect(!FileManager.default.fileExists(atPath: mark))
        // git itself does start it.
        _ = try await folder.run(git: ["status", "--porcelain"])
        #expect(FileManager.default.fileExists(atPath: mark))
    }

    @Test func pathWithALineBreakIsAWorkspace() async throws {
        let folder = try ScratchFolder()
        try folder.write("two\nlines/below/a.txt", "x\n")
        try await folder.git("init", "-q", "two\nlines")
        try await folder.git("-C", "two\nlines", "add", "-A")
        #expect(try await scan("\(folder.path)/two\nlines").files.map(\.path) == ["below/a.txt"])
        #expect(try await scan("\(folder.path)/two\nlines/below").files.map(\.path) == ["a.txt"])
    }

    /// A repository without a working tree of its own that lies in one, as a file among files, is not opened.
    @Test func bareRepositoryInAWorkingTreeIsNoWorkspace() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "x\n")
        try await folder.commitAll()
        try await folder.git("init", "-q", "--bare", "inner.git")
        let path = "\(folder.path)/inner.git"
        let error = await #expect(throws: WorkspaceError.self) { try await Workspace(path).scan() }
        #expect(error?.code == .bareRepository)
    }
}
