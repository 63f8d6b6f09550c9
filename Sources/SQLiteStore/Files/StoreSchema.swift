import GRDB

/// The tables of a store, and the steps that make them of those of an earlier version.
///
/// The schema's number is SQLite's `user_version`, and `application_id` tells a store from the databases of others: both
/// stand in the file's header, where no row of a table can contradict them.
enum StoreSchema {
    /// `cjob`: what `file(1)` would show of the header.
    static let applicationID = 0x636A_6F62
    /// The number of the tables as this version writes them.
    static var version: Int { steps.count }

    /// Step 1 makes the first tables, step n those of version n of those of version n - 1.
    private static let steps = [first, pins]

    /// Brings a store that is open for writing up to this version.
    static func bringUpToDate(_ database: Database) throws {
        while let number = try Int.fetchOne(database, sql: "PRAGMA user_version"), number < version {
            try database.inTransaction(.immediate) {
                try database.execute(sql: steps[number])
                try database.execute(
                    sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(number + 1)")
                return .commit
            }
        }
    }

    /// - `jobs.id` counts submissions: jobs are listed by it, whatever the clock did.
    /// - `status` is how a job stands while the store is held, `status_unheld` how it does when nobody holds it.
    /// - `"check"` is the digest of the row's other columns.
    /// - `summaries` has the fold of a job's events up to one of them, so that a list needs not read them all.
    /// - Jobs of one workflow have the same agents, so the sets of agents are few, and a job names its set.
    private static let first = """
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL, owner TEXT,
            is_held INTEGER NOT NULL, last_sequence INTEGER NOT NULL, head BLOB NOT NULL, workflow TEXT,
            agent_set INTEGER, submitted_at INTEGER NOT NULL, ended_at INTEGER, status TEXT NOT NULL,
            status_unheld TEXT NOT NULL, purged_at INTEGER, purged_by TEXT, "check" BLOB NOT NULL
        ) STRICT;
        CREATE INDEX jobs_status ON jobs (status, id);
        CREATE INDEX jobs_status_unheld ON jobs (status_unheld, id);
        CREATE INDEX jobs_workflow ON jobs (workflow, id);
        CREATE INDEX jobs_agents ON jobs (agent_set, id);
        CREATE INDEX jobs_submitted ON jobs (submitted_at, id);
        CREATE INDEX jobs_held ON jobs (id) WHERE is_held = 1;
        CREATE INDEX jobs_kept ON jobs (ended_at, id) WHERE ended_at IS NOT NULL AND purged_at IS NULL;
        CREATE TABLE events (
            job INTEGER NOT NULL, sequence INTEGER NOT NULL, envelope BLOB NOT NULL, payload BLOB, shared BLOB,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX events_of_job ON events (job, sequence);
        CREATE INDEX events_shared ON events (shared) WHERE shared IS NOT NULL;
        CREATE TABLE shared_values (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
        CREATE TABLE summaries (
            job INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, json BLOB NOT NULL, "check" BLOB NOT NULL
        ) STRICT;
        CREATE TABLE agent_sets (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE agent_set_members (
            agent TEXT NOT NULL, agent_set INTEGER NOT NULL, PRIMARY KEY (agent, agent_set)
        ) STRICT, WITHOUT ROWID;
        """

    /// - `pins` has what things from outside of the store were when a job used them last; `use` counts the uses.
    private static let pins = """
        CREATE TABLE pins (
            name TEXT PRIMARY KEY, digest TEXT NOT NULL, job_id TEXT NOT NULL, use INTEGER NOT NULL, "check" BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pins_use ON pins (use);
        """
}
