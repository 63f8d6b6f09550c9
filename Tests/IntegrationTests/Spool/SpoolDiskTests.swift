import Foundation
import TestSupport
import Testing

/// No room and no permission: spans wait in memory, which is a word and never a signal.
@Suite(.timeLimit(.minutes(5))) struct SpoolDisk {
    /// The superuser may mount a file system that is small or read-only, for one process.
    static let mayMount: Bool = {
        let trial = Process()
        trial.executableURL = URL(filePath: "/usr/bin/unshare")
        trial.arguments = ["--mount", "/bin/sh", "-c", "mount -t tmpfs tmpfs /tmp"]
        trial.standardError = FileHandle.nullDevice
        guard (try? trial.run()) != nil else { return false }
        trial.waitUntilExit()
        return trial.terminationStatus == 0
    }()

    @Test func fileSizeLimitOnlyWarns() async throws {
        let folder = try TemporaryFolder()
        let sink = try await BriefSink()
        let probe = try await ProbeProcess(
            endpoint: sink.endpoint, directory: folder.url.path, shell: "ulimit -f 100")
        try await probe.tell("end 1000 100")
        #expect(try await probe.tell("shutdown 60") == "ok 0 0")
        #expect(try sink.spans().count == 1_000)
        #expect(probe.warnings.contains("wait in memory"), "\(probe.warnings)")
    }

    /// The first segments are files, those after them memory.
    @Test(.enabled(if: mayMount, "needs the right to mount"), arguments: [1, 9])
    func fullDiskOnlyWarns(_ megabytes: Int) async throws {
        let folder = try TemporaryFolder()
        let port = try FreePort.find()
        let probe = try await ProbeProcess(
            endpoint: "http://127.0.0.1:\(port)", directory: folder.url.path,
            shell: "mount -t tmpfs -o size=\(megabytes)m tmpfs '\(folder.url.path)'", hasOwnMounts: true)
        try await probe.tell("end 40000 400")
        let sink = try await BriefSink(port: port)
        #expect(try await probe.tell("flush 120") == "ok 0 0")
        #expect(Set(try sink.spans().map(\.id)).count == 40_000)
        #expect(probe.warnings.contains("No space left on device"), "\(probe.warnings)")
        #expect(probe.warnings.contains("wait in memory"), "\(probe.warnings)")
        #expect(probe.warnings.split(separator: "\n").count == 1, "\(probe.warnings)")
        #expect(try await probe.tell("shutdown 60") == "ok 0 0")
    }

    @Test(.enabled(if: mayMount, "needs the right to mount"))
    func readOnlySpoolFolderOnlyWarns() async throws {
        let folder = try TemporaryFolder()
        let sink = try await BriefSink()
        let probe = try await ProbeProcess(
            endpoint: sink.endpoint, directory: folder.url.path,
            shell: "mount -t tmpfs -o ro tmpfs '\(folder.url.path)'", hasOwnMounts: true)
        try await probe.tell("end 1000 100")
        #expect(try await probe.tell("shutdown 60") == "ok 0 0")
        #expect(try sink.spans().count == 1_000)
        #expect(probe.warnings.contains("Read-only file system"), "\(probe.warnings)")
        #expect(probe.warnings.contains("spans wait in memory"), "\(probe.warnings)")
    }
}
