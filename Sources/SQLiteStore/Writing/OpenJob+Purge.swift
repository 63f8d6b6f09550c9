import Coordinator
import Foundation
import GRDB

extension OpenJob {
    /// Removes the events and the values that no other job has; the row says so from then on.
    ///
    /// - Throws: ``StoreError`` for a job that has not ended, or that was purged before.
    mutating func purge(by name: String, at time: Timestamp, _ database: Database) throws {
        if row.purgedAt != nil { throw StoreError.purged(row) }
        guard hasEnded else {
            throw StoreError(
                .refused, "job '\(row.jobID)' has not ended, so its events are still needed; cancel it first",
                job: row.jobID)
        }
        row.purgedAt = Int64(bitPattern: time.nanosecondsSinceEpoch)
        row.purgedBy = name
        try SummaryRow.write(summary, of: row.id, database)
        try database.execute(
            sql: """
                DELETE FROM shared_values WHERE digest IN (SELECT shared FROM events WHERE job = ?1) AND NOT EXISTS (
                    SELECT 1 FROM events WHERE shared = shared_values.digest AND job <> ?1)
                """, arguments: [row.id])
        try database.execute(sql: "DELETE FROM events WHERE job = ?", arguments: [row.id])
    }
}
