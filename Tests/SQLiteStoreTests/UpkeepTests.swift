import Coordinator
import CoordinatorTestKit
import Foundation
import SQLiteStore
import StoreProbe
import Support
import Testing

@Suite(.timeLimit(.minutes(10))) struct StoreUpkeep {
    private func error(_ body: () async throws -> Void) async throws -> StoreError {
        try await #require(throws: StoreError.self) { try await body() }
    }

    @Test func backupIsAStoreOfTheSameJobsAndReplacesNothing() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            try await runJob("one", agents: ["a"], in: store)
            let owner = try await store.create("two", with: ProbeEvents.commits(of: "two", 1...3), as: "me")
            let copy = path + ".copy"
            // By a process that only reads, beside the one that writes.
            let reader = try SQLiteStore(reading: path)
            try await reader.backup(to: copy)
            #expect(try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int == 0o600)
            try await store.append(ProbeEvents.commits(of: "two", 4...4), to: "two", after: 3, owner: owner)
            let kept = try SQLiteStore(path: copy)
            #expect(try await kept.verify().firstBad == nil)
            #expect(try await kept.allEvents(of: "one") == store.allEvents(of: "one"))
            #expect(try await kept.job("two") == KeptJob(epoch: 1, owner: owner, lastSequence: 3))
            await kept.close()
            for taken in [copy, path] {
                let error = try await error { try await reader.backup(to: taken) }
                #expect(error.code == .refused && error.message.contains("exists"))
            }
            let missing = try await error { try await reader.backup(to: path + "/x/y") }
            #expect(missing.code == .missing)
            await store.close()
        }
    }

    @Test func purgedJobKeepsItsPlaceInListsAndNothingElse() async throws {
        try await withStoreFile { path in
            let now = try #require(Timestamp("2031-05-06T07:08:09Z"))
            let store = try SQLiteStore(path: path, clock: { now })
            let secret = "secret-" + String(repeating: "s", count: 5_000)
            for job in ["one", "two"] {
                let events = try ProbeEvents.commits(of: job, 1...1, text: secret)
                let owner = try await store.create(job, with: events, as: "me")
                let early = try await error { try await store.purge(job, by: "ann") }
                #expect(early.code == .refused && early.message.contains("has not ended"))
                try await store.append([ProbeEvents.end(of: job, 2)], to: job, after: 1, owner: owner)
            }
            let before = try await store.summary(of: "one")
            try await store.purge("one", by: "ann")
            #expect(try await store.summary(of: "one") == before)
            #expect(try await store.jobs(JobQuery()).jobs.map(\.jobID) == ["two", "one"])
            for body in [
                { _ = try await store.events(of: "one", after: 0, limit: 1) },
                { try await store.purge("one", by: "bob") },
            ] {
                let error = try await error { try await body() }
                #expect(error.code == .purged && error.message.contains("2031-05-06T07:08:09"))
                #expect(error.message.contains("by ann"))
            }
            // The value that both had stays for the other.
            #expect(try await store.allEvents(of: "two").count == 2)
            #expect(try await store.verify().firstBad == nil)
            try await store.purge("two", by: "ann")
            #expect(try await store.verify().firstBad == nil)
            let statistics = try await store.statistics()
            #expect(statistics.purged == 2 && statistics.events == 0 && statistics.jobs == [.succeeded: 2])
            await #expect(throws: JournalRefusal.unknown(job: "none")) { try await store.purge("none", by: "ann") }
            await #expect(throws: JournalRefusal.exists(job: "one")) {
                _ = try await store.create("one", with: ProbeEvents.commits(of: "one", 1...1), as: "me")
            }
            for suffix in ["", "-wal"] {
                let bytes = try Data(contentsOf: URL(filePath: path + suffix))
                #expect(bytes.range(of: Data("secret-s".utf8)) == nil, "the value is still in jobs.db\(suffix)")
            }
            await store.close()
        }
    }

    @Test func retentionPurgesEndedJobsOldestFirst() async throws {
        try await withStoreFile { path in
            let now = try #require(Timestamp("2031-01-01T00:01:00Z"))
            let store = try SQLiteStore(path: path, clock: { now })
            let text = String(repeating: "r", count: 200_000)
            // The one that was submitted last has ended first.
            for (job, second) in [("a", 40), ("b", 30), ("c", 20), ("open", 10)] {
                let events = try ProbeEvents.commits(of: job, 1...1, text: text + job)
                let owner = try await store.create(job, with: events, as: "me")
                guard job != "open" else { continue }
                let end = try ProbeEvents.event(
                    job, 2, "job_finished", ["status": "succeeded", "duration_ms": 1], second: second, agent: nil)
                try await store.append([end], to: job, after: 1, owner: owner)
            }
            #expect(try await store.apply(Retention(), by: "rule").isEmpty)
            #expect(try await store.apply(Retention(olderThan: .seconds(40)), by: "rule").isEmpty)
            #expect(try await store.apply(Retention(olderThan: .seconds(39)), by: "rule") == ["c"])
            let size = try await store.statistics().usedBytes
            #expect(try await store.apply(Retention(largestBytes: size), by: "rule").isEmpty)
            #expect(try await store.apply(Retention(largestBytes: size - 1), by: "rule") == ["b"])
            #expect(try await store.apply(Retention(largestBytes: 0), by: "rule") == ["a"])
            let statistics = try await store.statistics()
            #expect(statistics.jobs == [.running: 1, .succeeded: 3] && statistics.events == 1)
            // The file gives back what it held.
            #expect(statistics.storeBytes < 500_000 && statistics.walBytes == 0)
            #expect(try await store.verify().firstBad == nil)
            await store.close()
        }
    }

    private final class Seen: StoreObserver {
        let commits = Locked<[(changes: Int, events: Int)]>([])
        let failures = Locked<[StoreError.Code]>([])

        func committed(changes: Int, events: Int, in duration: Duration, at: Timestamp) {
            commits.withLock { $0.append((changes, events)) }
        }

        func failed(changes: Int, _ error: StoreError) { failures.withLock { $0.append(error.code) } }
    }

    @Test func observerLearnsOfEveryCommit() async throws {
        try await withStoreFile { path in
            let seen = Seen()
            let store = try SQLiteStore(path: path, observer: seen)
            let owner = try await store.create("job", with: ProbeEvents.commits(of: "job", 1...3), as: "me")
            try await store.append(ProbeEvents.commits(of: "job", 4...5), to: "job", after: 3, owner: owner)
            try? await store.append(ProbeEvents.commits(of: "job", 4...5), to: "job", after: 3, owner: owner)
            let commits = seen.commits.withLock { $0.map { [$0.changes, $0.events] } }
            #expect(commits == [[1, 3], [1, 2], [1, 0]])
            await store.close()
            let error = try await error { try await store.release("job", by: owner) }
            #expect(error.code == .unavailable && error.message.contains("is closed"))
        }
    }

    @Test func storeThatWasOpenedForReadingIsNotWritten() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            await store.close()
            let reader = try SQLiteStore(reading: path)
            let error = try await error {
                _ = try await reader.create("job", with: ProbeEvents.commits(of: "job", 1...1), as: "me")
            }
            #expect(error.code == .refused && error.message.contains("was opened for reading"))
        }
    }
}
