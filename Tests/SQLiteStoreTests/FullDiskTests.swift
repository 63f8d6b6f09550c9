import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct StoreOnAFullDisk {
    /// The process mounts a small file system that it alone sees.
    @Test(.enabled(if: getuid() == 0, "only root can mount a file system"))
    func writerSaysThatTheDiskIsFullAndGoesOnOnceThereIsRoom() async throws {
        let folder = try TemporaryFolder()
        let mounting = """
            mount -t tmpfs -o size=2m none '\(folder.path)' && head -c 800000 /dev/zero > '\(folder.path)/ballast'
            """
        let probe = try await StoreProcess(
            by: ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", "\(mounting) && exec \"$0\""])
        let path = folder.file("jobs.db").path
        #expect(try await probe.tell("write \(path)") == "done")
        #expect(try await probe.tell("create job") == "done")
        var (kept, answer) = (1, "done")
        for _ in 0..<100 where answer == "done" {
            answer = try await probe.tell("append job 60000")
            if answer == "done" { kept += 1 }
        }
        #expect(answer.contains("the file system is full") && answer.contains(path), "\(answer)")
        #expect(kept > 3)
        #expect(try await probe.tell("append job 60000").contains("the file system is full"))
        #expect(try await probe.tell("remove \(folder.path)/ballast") == "done")
        #expect(try await probe.tell("append job 60000") == "done")
        #expect(try await probe.tell("verify") == "1 jobs, \(kept + 1) events, sound")
        _ = try await probe.kill()
    }
}
