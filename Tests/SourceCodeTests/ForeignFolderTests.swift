import Foundation
import Glibc
import Processes
import SourceCode
import SourceCodeTestSupport
import TestSupport
import Testing

/// Folders in which programs of somebody else have run: what they planted leads nobody out.
@Suite(.timeLimit(.minutes(5))) struct ForeignFolders {
    private let base: TemporaryFolder
    /// What programs may not reach.
    private let outside: TemporaryFolder
    private var copy: ForeignFolder { ForeignFolder(base.path) }

    init() throws {
        base = try TemporaryFolder()
        outside = try TemporaryFolder()
        try outside.write("secret\n", to: "key")
        try base.write("plain\n", to: "Tests/plain.txt")
    }

    private func socket(at path: String) throws {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        try #require(bound == 0)
    }

    @Test func aPlainFileIsReadAndFoundAtItsPlace() {
        #expect(copy.text("Tests/plain.txt") == "plain\n" && copy.hasFile("Tests/plain.txt"))
        #expect(copy.text("Tests/plain.txt", limit: 5) == nil)
        #expect(copy.place("Tests/plain.txt") == .taken && copy.place("Tests") == .taken)
        #expect(copy.place("Tests/New/x.py") == .free && copy.text("Tests/New/x.py") == nil)
        #expect(copy.place("Tests/plain.txt/x") == .blocked)
    }

    @Test(arguments: ["", "/etc/passwd", "../key", "Tests/../../key", "Tests//plain.txt", ".git/config", "./a"])
    func aPathThatIsNotPlainIsNone(path: String) {
        #expect(copy.text(path) == nil && !copy.hasFile(path) && copy.place(path) == .blocked)
        #expect(throws: WorkspaceCopyError.self) { try copy.write([1], to: path) }
        copy.remove(path)
        #expect(outside.exists("key") && base.files == ["Tests/plain.txt"])
    }

    /// Links of folders and of files, absolute and relative, to what is outside.
    @Test(arguments: [true, false]) func aPlantedLinkIsNeverFollowed(isRelative: Bool) throws {
        let target = isRelative ? "../../" + (outside.path.split(separator: "/").last ?? "") : outside.path
        try base.link("Tests/New", to: target)
        try base.link("Tests/key", to: target + "/key")
        #expect(try base.read("Tests/New/key") == "secret\n", "the control: whoever follows it gets out")
        for path in ["Tests/New/key", "Tests/key"] {
            #expect(copy.text(path) == nil && !copy.hasFile(path), "\(path)")
        }
        #expect(copy.place("Tests/New/authorized_keys") == .blocked && copy.place("Tests/key") == .taken)
        for path in ["Tests/New/authorized_keys", "Tests/New/deep/x", "Tests/key"] {
            #expect(throws: WorkspaceCopyError.self, "\(path)") { try copy.write([1], to: path) }
        }
        copy.remove("Tests/New/key")
        copy.remove("Tests/New")
        copy.remove("Tests/key")
        #expect(try outside.files == ["key"] && outside.read("key") == "secret\n")
        #expect(!base.exists("Tests/New") && copy.place("Tests/New") == .free)
    }

    /// Waiting for a pipe or a device would last for ever.
    @Test func pipesAndSocketsAreNeitherReadNorWritten() throws {
        try #require(mkfifo(base.path + "/pipe", 0o600) == 0)
        try socket(at: base.path + "/socket")
        for path in ["pipe", "socket"] {
            #expect(copy.text(path) == nil && !copy.hasFile(path) && copy.place(path) == .taken)
            #expect(throws: WorkspaceCopyError.self) { try copy.write([1], to: path) }
            copy.remove(path)
            #expect(copy.place(path) == .free)
        }
    }

    @Test func aFileThatHasANameElsewhereIsNotRead() throws {
        try #require(link(outside.path + "/key", base.path + "/key") == 0)
        #expect(copy.hasFile("key") && copy.text("key") == nil)
        #expect(throws: WorkspaceCopyError.self) { try copy.write([1], to: "key") }
        copy.remove("key")
        #expect(try outside.read("key") == "secret\n")
    }

    @Test func aHugeFileIsNotRead() throws {
        try base.write("", to: "huge")
        try #require(truncate(base.path + "/huge", 1 << 40) == 0)
        #expect(copy.text("huge") == nil && copy.hasFile("huge"))
    }

    @Test func aNewFileGetsItsFoldersAndTakesNothingsPlace() throws {
        try copy.write(Array("x\n".utf8), to: "Tests/New/deep/x.py")
        #expect(try base.read("Tests/New/deep/x.py") == "x\n")
        #expect(throws: WorkspaceCopyError.self) { try copy.write([], to: "Tests/New/deep/x.py") }
        copy.remove("Tests/New")
        #expect(base.files == ["Tests/plain.txt"])
    }

    /// git is asked after programs have run: neither a link in a patch's way nor what the copy's repository says counts.
    @Test func gitFollowsNoPlantedLinkAndReadsNoPlantedSettings() async throws {
        let repository = try await DrafterRepository(["Tests/plain.txt": "plain\n"])
        let folder = repository.path
        let planted = outside.path + "/planted"
        try repository.write(".gitattributes", "* filter=evil diff=evil\n")
        let settings = """
            [core]
            \tfsmonitor = touch \(planted)
            \thooksPath = \(folder)/hooks
            \tpager = touch \(planted)
            [filter "evil"]
            \tclean = touch \(planted)
            \tsmudge = touch \(planted)
            """
        try repository.write(".git/config", settings)
        try FileManager.default.createSymbolicLink(atPath: folder + "/New", withDestinationPath: outside.path)
        try FileManager.default.createSymbolicLink(atPath: folder + "/key", withDestinationPath: outside.path + "/key")
        let application = PatchApplication(folder: folder, runner: ProgramRunner())
        for path in ["New/authorized_keys", "New/key", "key"] {
            for old in [nil, "secret\n"] {
                let patch = UnifiedDiff().patch([FileRevision(path: path, old: old, new: "mine\n")])
                if case .applied = try await application.apply(patch) { Issue.record("\(path) is written") }
            }
        }
        let plain = UnifiedDiff().patch([FileRevision(path: "Tests/plain.txt", old: "plain\n", new: "new\n")])
        guard case .applied = try await application.apply(plain) else {
            Issue.record("a plain patch is refused")
            return
        }
        #expect(try outside.files == ["key"] && outside.read("key") == "secret\n")
        #expect(repository.read("Tests/plain.txt") == "new\n")
    }
}
