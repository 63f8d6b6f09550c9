import Coordinator
import Foundation
import GRDB

/// What a thing was when a job used it last, under its name.
struct PinRow {
    /// The number of the tables from which on there are pins.
    static let firstVersion = 2

    let name: String
    let pin: JournalPin
    let use: Int64

    private var check: Digest {
        get throws {
            var fields = FieldBytes()
            for text in [name, pin.digest, pin.jobID] { fields.add(text) }
            fields.add(use)
            return try Digest(fields.bytes)
        }
    }

    init(name: String, pin: JournalPin, use: Int64) { (self.name, self.pin, self.use) = (name, pin, use) }

    /// - Throws: ``StoreError`` when the row is not as it was written.
    private init(_ row: Row) throws {
        guard let name: String = row.value(0), let digest: String = row.value(1), let jobID: String = row.value(2),
            let use: Int64 = row.value(3)
        else { throw Self.broken }
        self.init(name: name, pin: JournalPin(digest: digest, jobID: jobID), use: use)
        guard try check == Digest(kept: row.value(4)) else { throw Self.broken }
    }

    private static let broken = StoreError(.broken, "what the store remembers of a tool has changed")

    private static let selection = "SELECT name, digest, job_id, use, \"check\" FROM pins"

    /// The row of a name; `nil` where there is none.
    static func of(_ name: String, _ database: Database) throws -> PinRow? {
        let statement = try database.cachedStatement(sql: "\(selection) WHERE name = ?")
        return try Row.fetchOne(statement, arguments: [name]).map { try PinRow($0) }
    }

    func write(_ database: Database) throws {
        let statement = try database.cachedStatement(sql: "INSERT OR REPLACE INTO pins VALUES (?, ?, ?, ?, ?)")
        try statement.execute(arguments: [name, pin.digest, pin.jobID, use, try check.data])
    }

    /// How often pins were used.
    static func lastUse(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database.cachedStatement(sql: "SELECT ifnull(max(use), 0) FROM pins")) ?? 0
    }

    /// Forgets those that were used longest ago, beyond so many.
    static func trim(to most: Int, _ database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "DELETE FROM pins WHERE name IN (SELECT name FROM pins ORDER BY use DESC LIMIT -1 OFFSET ?)")
        try statement.execute(arguments: [most])
    }

    /// - Returns: what is wrong with them first; `nil` for nothing.
    static func verify(_ database: Database) throws -> String? {
        guard try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0 >= firstVersion else { return nil }
        let rows = try Row.fetchCursor(database, sql: selection)
        while let row = try rows.next() {
            do { _ = try PinRow(row) } catch let error as StoreError { return error.message }
        }
        return nil
    }
}
