import Foundation
import Processes
import SourceCode
import SourceCodeTestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct WorkspaceScanTests {
    private func scan(
        _ folder: borrowing ScratchFolder, _ selection: PathSelection = .init(), limits: WorkspaceLimits = .init()
    ) async throws -> WorkspaceScan {
        try await Workspace(folder.path).scan(selection, limits: limits)
    }

    private func reasons(_ scan: WorkspaceScan) -> [String: SkipReason] {
        Dictionary(uniqueKeysWithValues: scan.skipped.map { ($0.path, $0.reason) })
    }

    @Test func trackedFilesAreReadSortedWithTheRevision() async throws {
        let folder = try ScratchFolder()
        try folder.write("b.py", "print('hé')\n")
        try folder.write("a/z.swift", "let x = 1\n")
        try folder.write("empty.txt", "")
        try await folder.commitAll()
        try folder.write("untracked.txt", "no")
        let result = try await scan(folder)
        #expect(result.files.map(\.path) == ["a/z.swift", "b.py", "empty.txt"])
        #expect(result.files.map(\.language) == [.swift, .python, .other])
        #expect(result.files[1].text == "print('hé')\n" && result.files[1].bytes == 13)
        #expect(result.skipped.isEmpty)
        #expect(result.revision == (try await folder.git("rev-parse", "HEAD").trimmingCharacters(in: .newlines)))
        #expect(result.dirty == false)
        #expect(try await scan(folder) == result)

        try folder.write("b.py", "changed")
        let changed = try await scan(folder)
        #expect(changed.dirty == true && changed.files[1].text == "changed")
    }

    @Test func scanRoundTripsThroughJSON() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.swift", "let x = 1\n")
        try folder.write(".env", "A=b")
        try await folder.commitAll()
        let result = try await scan(folder)
        let json = try JSONEncoder().encode(result)
        #expect(try JSONDecoder().decode(WorkspaceScan.self, from: json) == result)
        #expect(String(decoding: json, as: UTF8.self).contains("\"secret_name\""))
    }

    @Test func emptyRepositoryIsNoError() async throws {
        let folder = try ScratchFolder()
        try await folder.git("init", "-q")
        let result = try await scan(folder)
        #expect(result == WorkspaceScan(files: [], skipped: [], revision: nil, dirty: false))
    }

    @Test func filesStagedBeforeTheFirstCommitAreRead() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "x")
        try await folder.git("init", "-q")
        try await folder.git("add", "a.txt")
        let result = try await scan(folder)
        #expect(result.files.map(\.path) == ["a.txt"] && result.revision == nil && result.dirty == true)
    }

    @Test func subfolderIsAWorkspaceOfItsOwn() async throws {
        let folder = try ScratchFolder()
        try folder.write("top.txt", "x")
        try folder.write("part/in.txt", "y")
        try await folder.commitAll()
        let result = try await Workspace("\(folder.path)/part").scan()
        #expect(result.files.map(\.path) == ["in.txt"])
    }

    @Test func invalidWorkspaceErrorNamesARemedy() async throws {
        let folder = try ScratchFolder()
        try folder.write("file", "")
        let path = folder.path
        #expect(#expect(throws: WorkspaceError.self) { try Workspace("\(path)/none") }?.code == .missing)
        #expect(#expect(throws: WorkspaceError.self) { try Workspace("\(path)/file") }?.code == .notAFolder)
        let error = await #expect(throws: WorkspaceError.self) { try await Workspace(path).scan() }
        #expect(error?.code == .notARepository)
        #expect(error?.description.contains("git init") == true && error?.description.contains(path) == true)
        try await folder.git("init", "-q", "--bare", "bare.git")
        let bare = await #expect(throws: WorkspaceError.self) { try await Workspace("\(path)/bare.git").scan() }
        #expect(bare?.code == .bareRepository)
    }

    @Test func selectionFollowsThePatterns() async throws {
        let folder = try ScratchFolder()
        for path in ["Sources/A.swift", "Sources/Generated/B.swift", "Tests/C.swift", "README.md"] {
            try folder.write(path, "x")
        }
        try await folder.commitAll()
        let result = try await scan(folder, .init(include: ["Sources/**", "*.md"], exclude: ["**/Generated/**"]))
        #expect(result.files.map(\.path) == ["README.md", "Sources/A.swift"])
        #expect(result.skipped.isEmpty)
    }

    @Test func linksAreNeverFollowed() async throws {
        let outside = try ScratchFolder()
        try outside.write("inner/stolen.txt", "private")
        let folder = try ScratchFolder()
        try folder.write("real.txt", "x")
        try folder.write("swapped/stolen.txt", "mine")
        try folder.write("moved/real.txt", "mine")
        try folder.link("inside", to: "real.txt")
        try folder.link("out", to: "\(outside.path)/inner/stolen.txt")
        try folder.link("up", to: "../../../../../../../etc/passwd")
        try folder.link("dangling", to: "nowhere")
        try folder.link("loop", to: "loop")
        try folder.link("folder", to: outside.path)
        try await folder.commitAll()
        // A tracked folder is replaced by a link after the commit: the path itself still looks harmless.
        try folder.remove("swapped")
        try folder.link("swapped", to: "\(outside.path)/inner")
        try folder.remove("moved")
        try folder.link("moved", to: ".")
        let result = try await scan(folder)
        #expect(result.files.map(\.path) == ["real.txt"])
        #expect(
            reasons(result) == [
                "inside": .symbolicLink, "out": .outsideWorkspace, "up": .outsideWorkspace, "dangling": .symbolicLink,
                "loop": .symbolicLink, "folder": .outsideWorkspace, "swapped/stolen.txt": .outsideWorkspace,
                "moved/real.txt": .symbolicLink,
            ])
    }

    @Test func workspaceMayBeOpenedThroughALink() async throws {
        let folder = try ScratchFolder()
        try folder.write("repo/a.txt", "x")
        try folder.link("alias", to: "repo")
        let repository = "\(folder.path)/repo"
        _ = try await ProgramRunner().run(.init(["git", "init", "-q"], workingDirectory: repository))
        _ = try await ProgramRunner().run(.init(["git", "add", "."], workingDirectory: repository))
        let workspace = try Workspace("\(folder.path)/alias")
        #expect(workspace.root == repository)
        #expect(try await workspace.scan().files.map(\.path) == ["a.txt"])
    }

    @Test func unusableContentIsSkippedWithItsReason() async throws {
        let folder = try ScratchFolder()
        try folder.write("binary.bin", Data([65, 0, 66]))
        try folder.write("utf16.txt", Data([0xFF, 0xFE, 65, 0]))
        try folder.write("latin1.txt", Data([0x63, 0x61, 0x66, 0xE9]))
        try folder.write("overlong.txt", Data([0xC0, 0xAF]))
        try folder.write("gone.txt", "x")
        try folder.write("deep/gone.txt", "x")
        try folder.write("pipe", "x")
        try folder.write("became/folder.txt", "x")
        try folder.write("bom.txt", Data([0xEF, 0xBB, 0xBF, 65]))
        try await folder.commitAll()
        try folder.remove("gone.txt")
        try folder.remove("deep")
        try folder.remove("became")
        try folder.write("became", "now a file")
        try folder.remove("pipe")
        #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
        let result = try await scan(folder)
        #expect(result.files.map(\.path) == ["bom.txt"] && result.files[0].bytes == 4)
        #expect(
            reasons(result) == [
                "binary.bin": .binary, "utf16.txt": .binary, "latin1.txt": .invalidUTF8, "overlong.txt": .invalidUTF8,
                "gone.txt": .missing, "deep/gone.txt": .missing, "became/folder.txt": .missing, "pipe": .notRegularFile,
            ])
        #expect(result.dirty == true)
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything")) func unreadableFilesAndFoldersAreSkipped()
        async throws
    {
        let folder = try ScratchFolder()
        try folder.write("closed.txt", "x")
        try folder.write("shut/in.txt", "x")
        try await folder.commitAll()
        chmod("\(folder.path)/closed.txt", 0)
        chmod("\(folder.path)/shut", 0)
        let result = try await scan(folder)
        chmod("\(folder.path)/shut", 0o700)
        #expect(reasons(result) == ["closed.txt": .unreadable, "shut/in.txt": .unreadable])
    }

    @Test func submodulesAreSkipped() async throws {
        let library = try ScratchFolder()
        try library.write("lib.c", "int x;")
        try await library.commitAll()
        let folder = try ScratchFolder()
        try folder.write("a.c", "int y;")
        try await folder.commitAll()
        try await folder.git("submodule", "--quiet", "add", library.path, "vendor")
        let result = try await scan(folder)
        #expect(result.files.map(\.path) == [".gitmodules", "a.c"])
        #expect(reasons(result) == ["vendor": .submodule])
    }

    @Test func unusualNamesAreReadAndUnprintableOnesAreSkipped() async throws {
        let folder = try ScratchFolder()
        let names = ["with space.txt", "ünïcode.txt", "-dash.txt", "quote\"'.txt", "*.txt"]
        for name in names { try folder.write(name, "x") }
        try folder.write("line\nbreak.txt", "x")
        let raw = open(folder.path + "/bad", O_CREAT | O_WRONLY, 0o600)
        close(raw)
        var target = Array("\(folder.path)/bad-".utf8CString.dropLast())
        target += [CChar(bitPattern: 0xFF), 0]
        #expect(rename("\(folder.path)/bad", target) == 0)
        try await folder.commitAll()
        let result = try await scan(folder)
        #expect(result.files.map(\.path) == names.sorted())
        #expect(Set(result.skipped.map(\.reason)) == [.unusablePath] && result.skipped.count == 2)
    }

    @Test func fileInConflictIsListedOnce() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "base\n")
        try await folder.commitAll()
        try await folder.git("checkout", "-q", "-b", "side")
        try folder.write("a.txt", "side\n")
        try await folder.git("commit", "-qam", "side")
        try await folder.git("checkout", "-q", "main")
        try folder.write("a.txt", "main\n")
        try await folder.git("commit", "-qam", "main")
        let merge = try await ProgramRunner().run(.init(["git", "merge", "-q", "side"], workingDirectory: folder.path))
        #expect(merge.exitStatus == 1)
        let result = try await scan(folder)
        #expect(result.files.map(\.path) == ["a.txt"] && result.dirty == true)
    }

    @Test func gitSettingsOfTheRepositoryStartNoProgram() async throws {
        let folder = try ScratchFolder()
        try folder.write("a.txt", "x")
        try await folder.commitAll()
        // The repository's own settings must not start a program either.
        try await folder.git("config", "core.fsmonitor", "touch \(folder.path)/../started-by-git; false")
        let result = try await scan(folder)
        #expect(result.files.map(\.path) == ["a.txt"])
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/../started-by-git"))
    }
}
