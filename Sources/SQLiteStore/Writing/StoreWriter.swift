import Coordinator
import Foundation
import GRDB
import Support

/// The one connection that writes, and the batches that it commits.
final class StoreWriter: Sendable {
    typealias Answer = Result<KeptJob, any Error>

    struct Entry: Sendable {
        let change: Change
        let answer: @Sendable (Answer) -> Void
    }

    private let queue: DatabaseQueue
    private let path: StorePath
    private let lock: StoreLock
    private let clock: @Sendable () -> Timestamp
    private let observer: (any StoreObserver)?
    private let machine: Locked<GroupCommitStateMachine<Entry>>
    private let log = LogSize()
    /// Used on the queue of the connection alone; its lock is never waited for.
    private let work: Locked<Work>

    private struct Work {
        var jobs = JobWriting()
        var checkpoints: Checkpoints
        /// Why nothing is written any more.
        var failure: StoreError?
    }

    init(
        _ path: StorePath, limits: GroupCommitStateMachine<Entry>.Limits, observer: (any StoreObserver)?,
        clock: @escaping @Sendable () -> Timestamp
    ) throws(StoreError) {
        (self.path, self.observer, self.clock) = (path, observer, clock)
        lock = try StoreLock(of: path.file)
        queue = try StoreConnection.writing(path, holding: lock)
        machine = Locked(GroupCommitStateMachine(limits))
        work = Locked(Work(checkpoints: Checkpoints(log)))
        do {
            try queue.writeWithoutTransaction { [log] database in
                log.observe(database)
                try JobOwners.letGo(database)
            }
        } catch { throw StoreError(error, "the store cannot be opened", path: path.file) }
    }

    /// Carries a change out, and returns once it is on the disk. No thread waits meanwhile.
    func carryOut(_ change: Change) async throws -> KeptJob {
        try await withCheckedThrowingContinuation { continuation in
            let entry = Entry(change: change) { continuation.resume(with: $0) }
            let bytes = change.bytes
            switch machine.withLock({ $0.added(entry, bytes: bytes) }) {
            case .nothing: break
            case .commit(let batch): queue.asyncWriteWithoutTransaction { self.commit(batch, $0) }
            case .refuseBusy:
                continuation.resume(
                    throwing: StoreError(
                        .busy, "more writes wait for the store '\(path.file)' than may: its disk does not keep up"))
            case .refuseClosed: continuation.resume(throwing: closed)
            }
        }
    }

    /// Runs something on the connection that writes, between two commits.
    func run<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncWriteWithoutTransaction { database in
                continuation.resume(with: Result { try body(database) })
            }
        }
    }

    /// Carries out what belongs to no job, in a commit of its own between two others.
    func transact<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await run { [work, path] database in
            if let failure = work.withLock({ $0.failure }) { throw failure }
            do {
                var value: Result<Value, any Error>?
                try database.inTransaction(.immediate) {
                    value = .success(try body(database))
                    return .commit
                }
                guard let value else { throw StoreError(.unavailable, "nothing was kept") }
                return try value.get()
            } catch {
                let failure = StoreError(error, "nothing was kept", path: path.file)
                // As after a failed commit of events.
                if (error as? DatabaseError)?.resultCode == .SQLITE_IOERR { work.withLock { $0.failure = failure } }
                throw failure
            }
        }
    }

    var now: Timestamp { clock() }

    /// Gives the pages that are free back to the file system, and with them the log that still holds what was removed.
    func shrink() async throws {
        try await run { [path] database in
            do {
                try database.execute(sql: "PRAGMA incremental_vacuum")
                _ = try? database.checkpoint(.truncate)
            } catch { throw StoreError(error, "the store does not shrink", path: path.file) }
        }
    }

    /// Ends the writing: what waits is refused, and what is committed moves from the log into the file.
    func close() async {
        for entry in machine.withLock({ $0.close() }) { entry.answer(.failure(closed)) }
        try? await run { _ = try $0.checkpoint(.truncate) }
        try? queue.close()
        lock.release()
    }

    private var closed: StoreError { StoreError(.unavailable, "the store '\(path.file)' is closed") }

    /// Commits batch after batch, until nothing waits.
    private func commit(_ first: [Entry], _ database: Database) {
        var batch = first
        while !batch.isEmpty {
            commitOne(batch, database)
            batch = machine.withLock { $0.done() }
        }
    }

    private func commitOne(_ batch: [Entry], _ database: Database) {
        let start = ContinuousClock.now
        do {
            let answers = try work.withLock { work in
                if let failure = work.failure { throw failure }
                return try Self.carryOut(batch, &work.jobs, database)
            }
            let events = zip(batch, answers).reduce(0) { sum, pair in
                if case .success = pair.1 { sum + pair.0.change.eventCount } else { sum }
            }
            observer?.committed(
                changes: batch.count, events: events, in: .now - start, at: clock())
            for (entry, answer) in zip(batch, answers) { entry.answer(answer) }
            work.withLock { $0.checkpoints.afterCommit(database) }
        } catch {
            let failure = StoreError(error, "nothing was kept", path: path.file)
            work.withLock { work in
                work.jobs.undone()
                // After a failed write the kernel may have dropped what it could not write, so that the next one seems to
                // succeed: nothing is taken until the file is opened, and read, again.
                if (error as? DatabaseError)?.resultCode == .SQLITE_IOERR { work.failure = failure }
            }
            observer?.failed(changes: batch.count, failure)
            for entry in batch { entry.answer(.failure(failure)) }
        }
    }

    /// - Throws: what undoes the whole batch.
    private static func carryOut(
        _ batch: [Entry], _ jobs: inout JobWriting, _ database: Database
    ) throws -> [Answer] {
        var answers: [Answer] = []
        try database.inTransaction(.immediate) {
            for entry in batch {
                do { answers.append(.success(try jobs.carryOut(entry.change, database))) } catch {
                    guard isRefusal(error) else { throw error }
                    answers.append(.failure(error))
                }
            }
            try jobs.finish(database)
            return .commit
        }
        jobs.committed()
        return answers
    }

    private static func isRefusal(_ error: any Error) -> Bool {
        guard let error = error as? StoreError else { return error is JournalRefusal }
        return [.broken, .purged, .refused].contains(error.code)
    }
}
