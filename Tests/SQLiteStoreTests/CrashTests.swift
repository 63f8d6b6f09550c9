import Coordinator
import Foundation
import SQLiteStore
import StoreProbe
import Support
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct StoreCrashes {
    /// A library that is loaded before the C library notes every flush in a file: one byte each.
    private static let noting = """
        #include <fcntl.h>
        #include <stdlib.h>
        #include <unistd.h>
        int fsync(int file);
        int fdatasync(int file) {
            int status = fsync(file);
            int log = open(getenv("PROBE_SYNCS"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
            if (log < 0 || write(log, "s", 1) != 1) abort();
            close(log);
            return status;
        }
        """

    @Test func everyEventIsFlushedToTheDiskBeforeItIsAcknowledged() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.noting, to: "noting.c")
        let library = folder.file("noting.so").path
        let compiler = try ChildProcess(
            .init("/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", library, folder.file("noting.c").path]))
        #expect(try await compiler.wait() == 0)
        let probe = try await StoreProcess(
            environment: ["LD_PRELOAD": library, "PROBE_SYNCS": folder.file("syncs").path])
        #expect(try await probe.tell("write \(folder.file("jobs.db").path)") == "done")
        #expect(try await probe.tell("create job") == "done")
        for number in 2...6 {
            let before = try folder.read("syncs").count
            #expect(try await probe.tell("append job 100") == "done")
            // One flush of the log; the file itself is not touched.
            #expect(try folder.read("syncs").count == before + 1, "event \(number)")
        }
        _ = try await probe.kill()
    }

    @Test func whatWasAcknowledgedIsThereAfterItsWriterWasKilled() async throws {
        try await withStoreFile { path in
            var last = 1
            for round in 1...3 {
                let probe = try await StoreProcess()
                let job = "job-\(round)"
                try await probe.tell("write \(path)")
                try await probe.tell("create \(job)")
                var acknowledged = try await Int(probe.tell("flood \(job)")) ?? 0
                for _ in 0..<20 * round { acknowledged = try await Int(probe.next()) ?? 0 }
                for line in try await probe.kill() { acknowledged = Int(line) ?? acknowledged }
                let store = try SQLiteStore(path: path)
                let kept = try #require(try await store.job(job))
                // One more may be kept whose acknowledgement was not printed any more.
                #expect(kept.lastSequence == acknowledged || kept.lastSequence == acknowledged + 1)
                #expect(kept.owner == JobOwner(epoch: 1, name: "probe"))
                #expect(try await store.owned(among: [job]).isEmpty, "its process is gone")
                let found = try await store.verify()
                #expect(found.firstBad == nil && found.jobs == round)
                #expect(try await store.jobs(JobQuery(statuses: [.interrupted])).jobs.count == round)
                #expect(try await store.claim(job, after: 1, as: "next").epoch == 2)
                await store.close()
                last += kept.lastSequence
            }
        }
    }

    @Test func logThatWasCutIsAPrefixOrIsRefused() async throws {
        try await withStoreFile { path in
            let empty = try SQLiteStore(path: path)
            await empty.close()
            let store = try SQLiteStore(path: path)
            let owner = try await store.create("job", with: ProbeEvents.commits(of: "job", 1...1), as: "a")
            for number in 2...12 {
                let events = try ProbeEvents.commits(
                    of: "job", number...number, text: String(repeating: "y", count: 700 * (number % 7)))
                try await store.append(events, to: "job", after: number - 1, owner: owner)
            }
            let (file, log) = (try bytes(path), try bytes(path + "-wal"))
            await store.close()
            let events = 12
            let seed = UInt64.random(in: .min ... .max)
            var generator = SeededGenerator(seed: seed)
            let frame = 24 + 4_096
            var cuts: [Int] = []
            for number in stride(from: 0, through: log.count / frame, by: 2) {
                let edge = 32 + number * frame
                cuts.append(edge + Int.random(in: -1...1, using: &generator))
                cuts.append(Int.random(in: 0...log.count, using: &generator))
            }
            cuts += [0, log.count]
            var lengths: Set<Int> = []
            for cut in cuts where cut <= log.count {
                let folder = try TemporaryFolder()
                let copy = folder.file("jobs.db").path
                try file.write(to: URL(filePath: copy))
                try log.prefix(cut).write(to: URL(filePath: copy + "-wal"))
                let cutStore = try SQLiteStore(path: copy)
                let found = try await cutStore.verify()
                let kept = try await cutStore.job("job")?.lastSequence ?? 0
                #expect(found.firstBad == nil && found.events == kept, "cut at \(cut), seed \(seed)")
                #expect((0...events).contains(kept))
                lengths.insert(kept)
                await cutStore.close()
            }
            #expect(lengths.contains(0) && lengths.contains(events) && lengths.count > events / 2)
        }
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }
}
