import Foundation
import GRDB
import SQLiteStore
import StoreProbe
import Testing

@Suite(.timeLimit(.minutes(10))) struct StoreVerifications {
    /// A store with a job that has agents and has ended, one that runs and has a large value, and one that was purged.
    private func fill(_ path: String) async throws {
        let store = try SQLiteStore(path: path)
        try await runJob("ended", agents: ["a", "b"], in: store)
        try await runJob("gone", agents: ["a", "c"], in: store)
        try await store.purge("gone", by: "tester")
        let owner = try await store.create("open", with: ProbeEvents.commits(of: "open", 1...2), as: "me")
        let large = try ProbeEvents.commits(of: "open", 3...3, text: String(repeating: "z", count: 5_000))
        try await store.append(large, to: "open", after: 2, owner: owner)
        try await store.release("open", by: owner)
        await store.close()
    }

    @Test func everyByteThatChangesIsFound() async throws {
        try await withStoreFile { path in
            try await fill(path)
            let store = try SQLiteStore(reading: path)
            let sound = try await store.verify()
            #expect(sound.firstBad == nil && sound.jobs == 3 && sound.events > 12)
            let database = try DatabaseQueue(path: path)
            try await database.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF")
            }
            var flips = 0
            for cell in try await database.read({ try TableCell.all($0) }) {
                for change in cell.changes {
                    try await database.write { try cell.write(change, $0) }
                    flips += 1
                    let found = try await store.verify()
                    try #require(found.firstBad != nil, "\(cell) became \(change)")
                    try await database.write { try cell.restore(from: change, $0) }
                }
            }
            #expect(flips > 3_000)
            #expect(try await store.verify().firstBad == nil)
        }
    }

    @Test func brokenJobIsNeitherReadNorGoneOnWithAndItsEventIsNamed() async throws {
        try await withStoreFile { path in
            try await fill(path)
            let database = try DatabaseQueue(path: path)
            let text = "replace(CAST(envelope AS TEXT), '2031', '2032')"
            try await database.write {
                try $0.execute(
                    sql: """
                        UPDATE events SET envelope = CAST(\(text) AS BLOB) WHERE sequence = 2
                        AND job = (SELECT id FROM jobs WHERE job_id = 'open')
                        """)
            }
            try database.close()
            let store = try SQLiteStore(path: path)
            for read in [
                { _ = try await store.events(of: "open", after: 0, limit: 10) },
                { _ = try await store.events(of: "open", after: 1, limit: 1) },
            ] {
                let error = try await #require(throws: StoreError.self) { try await read() }
                #expect(error.code == .broken && error.sequence == 2 && error.message.contains("event 2 of job 'open'"))
            }
            #expect(try await store.events(of: "open", after: 0, limit: 1).count == 1)
            let bad = try #require(try await store.verify().firstBad)
            #expect(bad.jobID == "open" && bad.sequence == 2)
            #expect(try await store.events(of: "ended", after: 0, limit: 1).count == 1)
            await store.close()
        }
    }

    @Test func missingEventsAreFoundAtBothEndsAndBetween() async throws {
        for (sequence, reason) in [(1, "missing"), (2, "missing"), (3, "missing")] {
            try await withStoreFile { path in
                try await fill(path)
                let database = try DatabaseQueue(path: path)
                try await database.write {
                    try $0.execute(
                        sql: """
                            DELETE FROM events WHERE sequence = ? AND job = (SELECT id FROM jobs WHERE job_id = 'open')
                            """, arguments: [sequence])
                }
                try database.close()
                let store = try SQLiteStore(reading: path)
                let error = try await #require(throws: StoreError.self) {
                    _ = try await store.events(of: "open", after: 0, limit: 10)
                }
                #expect(error.sequence == sequence && error.message.contains(reason))
            }
        }
    }
}
