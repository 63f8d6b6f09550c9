import GRDB

/// What the lock proves of owners: whoever has just taken it knows that the runs of its last holder are gone.
enum JobOwners {
    /// Notes that no process runs the jobs that the last holder ran. They keep their owners until they are claimed.
    static func letGo(_ database: Database) throws {
        try database.inTransaction(.immediate) {
            for row in try Row.fetchAll(database, sql: "\(JobRow.selection) WHERE is_held = 1") {
                // A row that is broken stays as it is, for `verify` to find.
                guard let before = try? JobRow(row) else { continue }
                var job = before
                (job.isHeld, job.status) = (false, job.statusUnheld)
                try job.update(from: before, database)
            }
            return .commit
        }
    }
}
