import Coordinator
import Foundation
import GRDB
import SQLiteStore
import StoreProbe
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct StoreOpening {
    private func refusal(_ open: () throws -> SQLiteStore) throws -> StoreError {
        try #require(throws: StoreError.self) { _ = try open() }
    }

    @Test func secondWriterIsToldWhoHoldsTheStore() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            #expect(store.isHeld)
            let own = try refusal { try SQLiteStore(path: path) }
            #expect(own.code == .held && own.message.contains("this process itself"))
            let probe = try await StoreProcess()
            let answer = try await probe.tell("write \(path)")
            #expect(answer.contains("is open for writing in process \(getpid())"))
            await store.close()
            #expect(!store.isHeld)
            #expect(try await probe.tell("write \(path)") == "done")
            let other = try refusal { try SQLiteStore(path: path) }
            #expect(other.code == .held && other.message.contains("process \(probe.child.pid)"))
            // A link is the same store.
            try FileManager.default.createSymbolicLink(atPath: path + "-link", withDestinationPath: path)
            let linked = try refusal { try SQLiteStore(path: path + "-link") }
            #expect(linked.code == .held)
            _ = try await probe.kill()
            let next = try SQLiteStore(path: path)
            await next.close()
        }
    }

    @Test func whatIsNoStoreIsRefusedAndLeftAsItIs() async throws {
        let folder = try TemporaryFolder()
        try folder.write("no database, however long it is\n", to: "text")
        let foreign = folder.file("foreign").path
        let database = try DatabaseQueue(path: foreign)
        try await database.write { try $0.execute(sql: "CREATE TABLE notes (text TEXT)") }
        try database.close()
        let cases: [(String, StoreError.Code, String)] = [
            ("text", .notAStore, "no SQLite database"), ("foreign", .notAStore, "a database of another program"),
            ("", .notAStore, "is no file"), ("missing/jobs.db", .missing, "the store's folder"),
        ]
        for (name, code, words) in cases {
            let path = folder.file(name).path
            let before = try? Data(contentsOf: URL(filePath: path))
            let error = try refusal { try SQLiteStore(path: path) }
            #expect(error.code == code && error.message.contains(words), "\(error)")
            let after = try? Data(contentsOf: URL(filePath: path))
            #expect(before == after, "\(name) was changed")
        }
        let absent = folder.file("absent").path
        let error = try refusal { try SQLiteStore(reading: absent) }
        #expect(error.code == .missing && error.message.contains(absent) && !folder.exists("absent"))
        try folder.write("", to: "empty")
        let empty = try refusal { try SQLiteStore(reading: folder.file("empty").path) }
        #expect(empty.code == .notAStore)
    }

    @Test func storeOfALaterVersionIsRefused() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            await store.close()
            let database = try DatabaseQueue(path: path)
            try await database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
            try database.close()
            for open in [
                { try SQLiteStore(path: path) },
                { try SQLiteStore(reading: path) },
            ] {
                let error = try refusal(open)
                #expect(error.code == .newerSchema && error.message.contains("tables of version 99"))
            }
        }
    }

    @Test func storeIsReadableByItsOwnerAlone() async throws {
        try await withStoreFile { path in
            let store = try SQLiteStore(path: path)
            _ = try await store.create("job", with: ProbeEvents.commits(of: "job", 1...1), as: "a")
            for suffix in ["", "-wal", "-shm", ".lock"] {
                let mode = try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions]
                #expect(mode as? Int == 0o600, "\(suffix)")
            }
            await store.close()
        }
    }

    /// The reader is another user, who may write neither the file nor its folder.
    @Test(.enabled(if: getuid() == 0, "only root can become another user"))
    func storeIsReadWithoutPermissionToWriteIt() async throws {
        try await withStoreFile { path in
            let folder = URL(filePath: path).deletingLastPathComponent().path
            let store = try SQLiteStore(path: path)
            _ = try await store.create("job", with: ProbeEvents.commits(of: "job", 1...1), as: "a")
            for suffix in ["", "-wal", "-shm", ".lock"] { chmod(path + suffix, 0o644) }
            chmod(folder, 0o755)
            let other = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            let probe = try await StoreProcess(by: other)
            #expect(try await probe.tell("read \(path)") == "done")
            #expect(try await probe.tell("jobs") == "1 held")
            #expect(try await probe.tell("write \(path)").contains("error: the store's lock file"))
            try await probe.tell("close")
            await store.close()
            #expect(try await probe.tell("read \(path)") == "done")
            #expect(try await probe.tell("jobs") == "1 free")
            try await probe.tell("close")
            unlink(path + "-shm")
            let answer = try await probe.tell("read \(path)")
            #expect(answer.contains("may not write its folder") && answer.contains(path), "\(answer)")
            _ = try await probe.kill()
        }
    }

    @Test func storeThatIsLetGoOfInTheMidstOfWritesIsFreeOnceTheyAreDone() async throws {
        try await withStoreFile { path in
            for round in 0..<20 {
                var store: SQLiteStore?
                try await eventually {
                    store = try? SQLiteStore(path: path)
                    return store != nil
                }
                _ = try await store?.create(
                    "job-\(round)", with: ProbeEvents.commits(of: "job-\(round)", 1...1), as: "a")
                store = nil
            }
            let reader = try SQLiteStore(reading: path)
            #expect(try await reader.verify().jobs == 20)
        }
    }

    @Test func eventsAreBoundedWhereTheyEnterAndPagesWhereTheyLeave() async throws {
        try await withStoreFile { path in
            var limits = SQLiteStore.Limits()
            limits.eventBytes = 12 << 20
            let store = try SQLiteStore(path: path, limits: limits)
            let events = try ProbeEvents.commits(of: "job", 1...3, text: String(repeating: "x", count: 9 << 20))
            let owner = try await store.create("job", with: events, as: "a")
            #expect(try await store.events(of: "job", after: 0, limit: 10).count == 2, "each page up to 16 MiB")
            #expect(try await store.events(of: "job", after: 2, limit: .max).count == 1)
            let large = try ProbeEvents.commits(of: "job", 4...4, text: String(repeating: "x", count: 12 << 20))
            let error = try await #require(throws: StoreError.self) {
                try await store.append(large, to: "job", after: 3, owner: owner)
            }
            #expect(error.code == .refused && error.message.contains("event 4 of job 'job' has 12583"))
            await store.close()
        }
    }
}
