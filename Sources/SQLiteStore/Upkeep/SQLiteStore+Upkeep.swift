import Coordinator
import Foundation
import GRDB

extension SQLiteStore {
    /// Writes a copy of the store, as it is at one moment, to a file that does not exist. Jobs may run meanwhile, here or in
    /// another process.
    ///
    /// - Parameter destination: the file; its folder must exist.
    /// - Throws: ``StoreError``: `refused` where something has the name already.
    public func backup(to destination: String) async throws {
        let copy = try StorePath(destination, mustExist: false)
        guard !copy.isTaken else {
            throw StoreError(
                .refused, "'\(destination)' exists, and a backup replaces nothing; name a file that does not exist")
        }
        let reader = try StoreReader(path)
        defer { reader.close() }
        // Made first, so that only this user may read it; SQLite writes into an empty file.
        try copy.create()
        do {
            try await reader.writeCopy(copy.file)
        } catch {
            copy.remove()
            throw StoreError(error, "the backup is not written", path: copy.file)
        }
    }

    /// Removes a job's events and what only they held, overwritten with zeros. The job stays in lists, which say when and by
    /// whom it was purged, and its id stays taken.
    ///
    /// - Parameters:
    ///   - jobID: a job that has ended.
    ///   - name: who wants it so: a name of a user or of a rule.
    /// - Throws: ``StoreError``: `refused` for a job that has not ended, `purged` for one that was purged before;
    ///   `JournalRefusal` for one that is not there.
    public func purge(_ jobID: String, by name: String) async throws {
        let writer = try writing()
        _ = try await writer.carryOut(.purge(jobID, by: name, at: writer.now))
        try await writer.shrink()
    }

    /// Purges jobs that ended too long ago and, while the store is too large, those that ended first.
    ///
    /// - Parameters:
    ///   - retention: what is kept.
    ///   - name: who wants it so.
    /// - Returns: the jobs that were purged, in that order.
    public func apply(_ retention: Retention, by name: String) async throws -> [String] {
        let writer = try writing()
        let now = writer.now
        let latest = retention.olderThan.map { Int64(bitPattern: now.advanced(by: .zero - $0).nanosecondsSinceEpoch) }
        var purged: [String] = []
        let largest = retention.largestBytes
        while let job = try await reader.read({ try Self.first(endedBefore: latest, larger: largest, $0) }) {
            _ = try await writer.carryOut(.purge(job, by: name, at: now))
            purged.append(job)
        }
        if !purged.isEmpty { try await writer.shrink() }
        return purged
    }

    /// The job to purge next: the one that ended first, if it ended too long ago or the store is too large.
    private static func first(
        endedBefore latest: Int64?, larger largest: Int?, _ database: Database
    ) throws -> String? {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT job_id, ended_at FROM jobs WHERE ended_at IS NOT NULL AND purged_at IS NULL
                ORDER BY ended_at, id LIMIT 1
                """)
        guard let row, let job: String = row.value(0), let ended: Int64 = row.value(1) else { return nil }
        if let latest, ended < latest { return job }
        if let largest, try StoreStatistics.usedBytes(database) > largest { return job }
        return nil
    }
}
