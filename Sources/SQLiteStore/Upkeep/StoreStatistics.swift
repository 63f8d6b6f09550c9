import Coordinator
import GRDB
import Support

/// How large a store is, and what it holds.
public struct StoreStatistics: Sendable, Hashable {
    /// The bytes of the file.
    public let storeBytes: Int
    /// The bytes of it that hold something; the others are used again.
    public let usedBytes: Int
    /// The bytes of the write-ahead log beside it.
    public let walBytes: Int
    /// How many jobs stand how.
    public let jobs: [JobSummary.Status: Int]
    /// How many events are kept.
    public let events: Int
    /// How many jobs were purged.
    public let purged: Int

    static func usedBytes(_ database: Database) throws -> Int {
        func pragma(_ name: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
        return try (pragma("page_count") - pragma("freelist_count")) * pragma("page_size")
    }

    init(_ database: Database, _ path: StorePath, isHeld: Bool) throws {
        storeBytes = path.bytes()
        walBytes = path.bytes(StoreSuffix.log)
        usedBytes = try Self.usedBytes(database)
        let column = isHeld ? "status" : "status_unheld"
        jobs = try Row.fetchAll(database, sql: "SELECT \(column), count(*) FROM jobs GROUP BY \(column)").reduce(
            into: [:]
        ) { counts, row in
            if let status = JobSummary.Status(rawValue: row.value(0) ?? "") { counts[status] = row.value(1) }
        }
        let sums = try Row.fetchOne(
            database,
            sql: "SELECT sum(last_sequence) FILTER (WHERE purged_at IS NULL), count(purged_at) FROM jobs")
        (events, purged) = (sums?.value(0) ?? 0, sums?.value(1) ?? 0)
    }
}

extension SQLiteStore {
    /// How large the store is, and what it holds.
    public func statistics() async throws -> StoreStatistics {
        let isHeld = isHeld
        return try await reader.read { [path] in try StoreStatistics($0, path, isHeld: isHeld) }
    }
}
