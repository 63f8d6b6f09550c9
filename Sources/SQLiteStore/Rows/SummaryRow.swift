import Coordinator
import Foundation
import GRDB

/// The fold of a job's events up to one of them, kept so that a list reads only those beyond it.
struct SummaryRow {
    /// How many events may lie beyond the one that a kept fold goes up to.
    static let interval = 256

    let summary: JobSummary

    private static func check(job: Int64, sequence: Int, json: [UInt8]) throws(StoreError) -> Digest {
        var fields = FieldBytes()
        fields.add(job)
        fields.add(Int64(sequence))
        return try Digest(fields.bytes, json)
    }

    static func write(_ summary: JobSummary, of job: Int64, _ database: Database) throws {
        let json = try JSONValue(encoding: summary).jsonBytes(pretty: false)
        let check = try check(job: job, sequence: summary.lastSequence, json: json)
        let statement = try database.cachedStatement(sql: "INSERT OR REPLACE INTO summaries VALUES (?, ?, ?, ?)")
        try statement.execute(arguments: [job, summary.lastSequence, Data(json), check.data])
    }

    /// The fold that is kept; `nil` where none is.
    ///
    /// - Throws: ``StoreError`` when it is not as it was written.
    static func kept(of row: JobRow, _ database: Database) throws -> JobSummary? {
        let statement = try database.cachedStatement(
            sql: "SELECT sequence, json, \"check\" FROM summaries WHERE job = ?")
        guard let kept = try Row.fetchOne(statement, arguments: [row.id]) else { return nil }
        guard let sequence: Int = kept.value(0), let json = kept.value(1, as: Data.self).map({ Array($0) }),
            try check(job: row.id, sequence: sequence, json: json) == Digest(kept: kept.value(2)),
            let summary: JobSummary = try? JSONValue(json: json).decoded(), summary.lastSequence == sequence
        else { throw StoreError.broken(row.jobID, 0, "its summary has changed") }
        return summary
    }

    /// The fold of all of a job's events: the kept one, and the events beyond it.
    static func current(of row: JobRow, _ database: Database) throws -> JobSummary {
        var summary = try kept(of: row, database) ?? JobSummary()
        guard row.purgedAt == nil else { return summary }
        let events = EventRows(row: row, database: database)
        while summary.lastSequence < row.lastSequence {
            for event in try events.events(after: summary.lastSequence, limit: interval) { summary.apply(event) }
        }
        return summary
    }
}
