import Coordinator
import GRDB
import Support
import TestSupport
import Testing

@testable import SQLiteStore

@Suite(.timeLimit(.minutes(10))) struct GroupCommits {
    private typealias Machine = GroupCommitStateMachine<Int>

    private func batch(_ action: Machine.Action) -> [Int]? {
        if case .commit(let batch) = action { batch } else { nil }
    }

    @Test func whatComesDuringACommitGoesWithTheNextInOrder() {
        var machine = Machine()
        #expect(batch(machine.added(1, bytes: 1)) == [1])
        for entry in 2...5 { #expect(batch(machine.added(entry, bytes: 1)) == nil) }
        #expect(machine.done() == [2, 3, 4, 5])
        #expect(batch(machine.added(6, bytes: 1)) == nil)
        #expect(machine.done() == [6])
        #expect(machine.done().isEmpty)
        #expect(batch(machine.added(7, bytes: 1)) == [7])
    }

    @Test func batchesEndAtTheirLimitsAndALargeEntryGoesAlone() {
        var machine = Machine(.init(waiting: 100, batch: 3, batchBytes: 10))
        _ = machine.added(0, bytes: 1)
        for (entry, bytes) in [(1, 4), (2, 4), (3, 4), (4, 50), (5, 1), (6, 1), (7, 1), (8, 1)] {
            _ = machine.added(entry, bytes: bytes)
        }
        #expect(machine.done() == [1, 2])
        #expect(machine.done() == [3])
        #expect(machine.done() == [4])
        #expect(machine.done() == [5, 6, 7])
        #expect(machine.done() == [8])
        #expect(machine.done().isEmpty)
    }

    @Test func tooManyAreRefusedAndAClosedStoreTakesNothing() {
        var machine = Machine(.init(waiting: 2))
        for entry in 0...2 { _ = machine.added(entry, bytes: 1) }
        guard case .refuseBusy = machine.added(3, bytes: 1) else {
            Issue.record("one more than may wait is taken")
            return
        }
        #expect(machine.close() == [1, 2])
        #expect(machine.done().isEmpty)
        guard case .refuseClosed = machine.added(4, bytes: 1) else {
            Issue.record("a closed store takes a write")
            return
        }
    }

    /// Without these a commit is no promise.
    @Test func writerFlushesEveryCommitAndAloneMovesTheLog() async throws {
        try await withStoreFile { path in
            let queue = try StoreConnection.writing(StorePath(path, mustExist: false), holding: StoreLock(of: path))
            let values = try await queue.writeWithoutTransaction { database in
                try ["journal_mode", "synchronous", "wal_autocheckpoint", "secure_delete", "user_version"].map {
                    try String.fetchOne(database, sql: "PRAGMA \($0)")
                }
            }
            #expect(values == ["wal", "2", "0", "1", "2"])
            try queue.close()
        }
    }

    @Test func logIsMovedAndCutAsItGrows() async throws {
        try await withStoreFile { path in
            let queue = try StoreConnection.writing(StorePath(path, mustExist: false), holding: StoreLock(of: path))
            let log = LogSize()
            let paths = try StorePath(path, mustExist: true)
            try await queue.writeWithoutTransaction { database in
                log.observe(database)
                var checkpoints = Checkpoints(log)
                func grow(_ pages: Int) throws {
                    for start in stride(from: 0, to: pages, by: 250) {
                        try database.execute(
                            sql: "INSERT INTO shared_values VALUES (randomblob(8), zeroblob(?))",
                            arguments: [min(250, pages - start) * 4_080])
                        checkpoints.afterCommit(database)
                    }
                }
                try grow(Checkpoints.passivePages - 300)
                let before = paths.bytes()
                try grow(600)
                #expect(paths.bytes() > before + 3_000_000, "the log has moved into the file")
                for _ in 0..<8 { try grow(Checkpoints.passivePages) }
                #expect(paths.bytes("-wal") < 12_000_000, "the log is used again")
            }
            try queue.close()
        }
    }

    @Test func longReaderMakesTheLogGrowAndItIsCutAfterwards() async throws {
        try await withStoreFile { path in
            let paths = try StorePath(path, mustExist: false)
            let queue = try StoreConnection.writing(paths, holding: StoreLock(of: path))
            let reader = try StoreConnection.reading(paths)
            let log = LogSize()
            try await queue.writeWithoutTransaction { database in
                log.observe(database)
                var checkpoints = Checkpoints(log)
                func grow(_ pages: Int) throws {
                    try database.execute(
                        sql: "INSERT INTO shared_values VALUES (randomblob(8), zeroblob(?))", arguments: [pages * 4_080]
                    )
                    checkpoints.afterCommit(database)
                }
                try reader.inDatabase { reading in
                    try reading.execute(sql: "BEGIN; SELECT * FROM jobs")
                    while log.pages.load(ordering: .relaxed) < Checkpoints.truncatePages + 5_000 { try grow(2_000) }
                    #expect(paths.bytes("-wal") > 64 << 20)
                    try reading.execute(sql: "COMMIT")
                }
                for _ in 0..<9 { try grow(2_000) }
                #expect(paths.bytes("-wal") < 40 << 20)
            }
            try queue.close()
            try reader.close()
        }
    }

    @Test func manyJobsShareTheirCommits() async throws {
        try await withStoreFile { path in
            let counted = Locked((commits: 0, changes: 0))
            let store = try SQLiteStore(path: path, observer: Counter(counted: counted))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask { try await runJob("job-\(number)", agents: ["a", "b", "c"], in: store) }
                }
                try await group.waitForAll()
            }
            let (commits, changes) = counted.withLock { ($0.commits, $0.changes) }
            #expect(commits * 2 < changes, "\(changes) changes took \(commits) commits")
            #expect(try await store.verify().firstBad == nil)
            await store.close()
        }
    }

    private struct Counter: StoreObserver {
        let counted: Locked<(commits: Int, changes: Int)>

        func committed(changes: Int, events: Int, in duration: Duration, at: Timestamp) {
            counted.withLock { $0 = ($0.commits + 1, $0.changes + changes) }
        }

        func failed(changes: Int, _ error: StoreError) {}
    }
}
