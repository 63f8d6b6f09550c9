import Coordinator
import GRDB
import SQLiteStore
import StoreProbe
import Testing

/// What a store remembers of things from outside.
@Suite(.timeLimit(.minutes(5))) struct StorePins {
    @Test func storeOfTheVersionBeforeGetsTheTableAndKeepsItsJobs() async throws {
        try await withStoreFile { path in
            let first = try SQLiteStore(path: path)
            let events = try ProbeEvents.commits(of: "job", 1...3)
            _ = try await first.create("job", with: events, as: "a")
            await first.close()
            try await old(path)
            let reading = try SQLiteStore(reading: path)
            #expect(try await reading.verify().firstBad == nil, "it is read as it is")
            await reading.close()
            let store = try SQLiteStore(path: path)
            #expect(try await store.events(of: "job", after: 0, limit: 10) == events)
            #expect(try await store.pin(["a.b": "1"], by: "job").isEmpty)
            #expect(try await store.pin(["a.b": "2"], by: "next") == ["a.b": JournalPin(digest: "1", jobID: "job")])
            #expect(try await store.verify().firstBad == nil)
            await store.close()
            let database = try DatabaseQueue(path: path)
            #expect(try await database.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == 2)
            try database.close()
        }
    }

    /// Makes the store one of the first version: without the table, and with its number.
    private func old(_ path: String) async throws {
        let database = try DatabaseQueue(path: path)
        try await database.writeWithoutTransaction { try $0.execute(sql: "DROP TABLE pins; PRAGMA user_version = 1") }
        try database.close()
    }

    @Test func onlyTheLatestAreKept() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            _ = try await store.pin(["oldest": "1"], by: "a")
            for start in stride(from: 0, to: JournalPin.mostKept, by: JournalPin.most) {
                let names = (start..<start + JournalPin.most).map { "n\($0)" }
                _ = try await store.pin(Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }), by: "b")
            }
            #expect(try await store.pin(["oldest": "2"], by: "c").isEmpty)
            #expect(try await store.pin(["n\(JournalPin.mostKept - 1)": "2"], by: "c").count == 1)
            await store.close()
            let database = try DatabaseQueue(path: path)
            #expect(
                try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM pins") }
                    == JournalPin.mostKept)
            try database.close()
        }
    }

    @Test func changedRowIsFoundAndTakenAsNew() async throws {
        try await withStoreFile { path in
            let first = try SQLiteStore(path: path)
            _ = try await first.pin(["a.b": "1", "a.c": "1"], by: "job")
            await first.close()
            let database = try DatabaseQueue(path: path)
            try await database.writeWithoutTransaction {
                try $0.execute(sql: "UPDATE pins SET digest = '0' WHERE name = 'a.b'")
            }
            try database.close()
            let store = try SQLiteStore(path: path)
            #expect(try await store.verify().firstBad?.reason.contains("what the store remembers") == true)
            #expect(try await store.pin(["a.b": "2", "a.c": "2"], by: "next").keys.sorted() == ["a.c"])
            #expect(try await store.verify().firstBad == nil)
            await store.close()
        }
    }

    @Test func storeThatWasOpenedForReadingRemembersNothing() async throws {
        try await withStoreFile { path in
            await (try SQLiteStore(path: path)).close()
            let store = try SQLiteStore(reading: path)
            await #expect(throws: StoreError.self) { try await store.pin(["a": "1"], by: "b") }
            await store.close()
        }
    }
}
