import Glibc
import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct FileBytesTests {
    @Test func atMostOneByteMoreThanTheLimitIsRead() throws {
        let folder = try TemporaryFolder()
        try folder.write("123456", to: "a")
        #expect(try FileBytes.read(path: folder.file("a").path, limit: 6) == Array("123456".utf8))
        #expect(try FileBytes.read(path: folder.file("a").path, limit: 3) == Array("1234".utf8))
        #expect(FileBytes.ofRegularFile(folder.file("a").path, limit: 6) == Array("123456".utf8))
        #expect(FileBytes.ofRegularFile(folder.file("a").path, limit: 5) == nil)
    }

    @Test func whatCannotBeReadIsToldApartFromWhatIsMissing() throws {
        let folder = try TemporaryFolder()
        #expect(symlink("round", folder.file("round").path) == 0)
        for (name, isMissing, words) in [
            ("none", true, "there is no such file"), (".", false, "this is a folder, not a file"),
            ("round", false, "the file cannot be read: Too many levels of symbolic links"),
        ] {
            let fault = #expect(throws: FileBytes.Fault.self) {
                try FileBytes.read(path: folder.path + "/" + name, limit: 1)
            }
            #expect(fault?.isMissing == isMissing && fault?.message == words, "\(name)")
            #expect(FileBytes.ofRegularFile(folder.path + "/" + name, limit: 1) == nil)
        }
    }

    @Test func linkIsFollowedOnlyWhereThatIsWanted() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", to: "a")
        try folder.link("b", to: "a")
        #expect(FileBytes.ofRegularFile(folder.file("b").path, limit: 1) == [0x61])
        #expect(FileBytes.ofRegularFile(folder.file("b").path, limit: 1, followsLink: false) == nil)
    }

    @Test func pipeToWhichNobodyWritesKeepsNoReader() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("pipe").path
        #expect(mkfifo(path, 0o600) == 0)
        #expect(FileBytes.ofRegularFile(path, limit: 1) == nil)
        let fault = #expect(throws: FileBytes.Fault.self) { try FileBytes.read(path: path, limit: 1) }
        #expect(fault?.message == "this is a pipe to which nothing is written")
    }

    @Test func pipeIsWaitedForWhenThatIsTold() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("pipe").path
        #expect(mkfifo(path, 0o600) == 0)
        var writer: Int32 = -1
        defer { close(writer) }
        // The reader holds the other end while it tells, so that this neither waits nor fails.
        let bytes = try FileBytes.read(path: path, limit: 1) {
            writer = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
            #expect(write(writer, "ab", 2) == 2)
        }
        #expect(bytes == Array("ab".utf8))
    }
}
