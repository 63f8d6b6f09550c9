import GRDB
import GRDBSQLite

/// Connections to a store's file, and what each is set to.
enum StoreConnection {
    /// Opens the file for reading.
    static func reading(_ path: StorePath) throws(StoreError) -> DatabaseQueue {
        var configuration = configuration(label: "store-reader")
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path.file, configuration: configuration)
            try queue.read { try check($0, path, mayBeEmpty: false) }
            return queue
        } catch { throw StoreError(error, "the store cannot be opened", path: path.file) }
    }

    /// Opens the file for writing, and makes the tables that it lacks.
    ///
    /// - Parameter lock: the store's lock. The connection holds it: whoever lets go of the store on whatever thread, nobody
    ///   else writes before the connection is closed.
    static func writing(_ path: StorePath, holding lock: StoreLock) throws(StoreError) -> DatabaseQueue {
        try path.create()
        do {
            // Looked at before anything is set: the file may be another program's.
            if path.bytes() > 0 {
                var looking = configuration(label: "store-look")
                looking.readonly = true
                let queue = try DatabaseQueue(path: path.file, configuration: looking)
                try queue.read { try check($0, path, mayBeEmpty: true) }
                try queue.close()
            }
            var configuration = configuration(label: "store-writer")
            configuration.journalMode = .wal
            configuration.prepareDatabase { [lock] database in
                try withExtendedLifetime(lock) { try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
            }
            let queue = try DatabaseQueue(path: path.file, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                try setUp(database, path)
                try StoreSchema.bringUpToDate(database)
            }
            return queue
        } catch { throw StoreError(error, "the store cannot be opened", path: path.file) }
    }

    /// After opening, since GRDB sets `synchronous` itself then: NORMAL, with which the last commits before a power cut are
    /// lost. No automatic checkpoint: the writer chooses when, between batches.
    private static func setUp(_ database: Database, _ path: StorePath) throws {
        try database.execute(
            sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON")
        var keepsFiles: Int32 = 1
        // With its two files still there, a store can be read in a folder that the reader may not write.
        _ = sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &keepsFiles)
        for (pragma, wanted) in required {
            let value = try String.fetchOne(database, sql: "PRAGMA \(pragma)") ?? "nothing"
            guard value == wanted else {
                throw StoreError(
                    .unavailable,
                    "the store '\(path.file)' cannot be kept safely: SQLite says that its \(pragma) is \(value), not "
                        + "\(wanted); put the store on a local file system")
            }
        }
    }

    /// What makes a commit safe, as SQLite names it.
    static let required = [("journal_mode", "wal"), ("synchronous", "2"), ("wal_autocheckpoint", "0")]

    /// How long a program is waited for that has locked the database, in milliseconds.
    static let busyMilliseconds: Int32 = 5_000

    private static func configuration(label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = label
        configuration.busyMode = .timeout(Double(busyMilliseconds) / 1_000)
        return configuration
    }

    private static func check(_ database: Database, _ path: StorePath, mayBeEmpty: Bool) throws {
        let number = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0
        if mayBeEmpty, isEmpty, application == 0 { return }
        guard application == StoreSchema.applicationID else {
            throw StoreError(
                .notAStore,
                "'\(path.file)' is no store of jobs, but a database of another program, or an empty one; name another "
                    + "file")
        }
        guard number <= StoreSchema.version else {
            throw StoreError(
                .newerSchema,
                "the store '\(path.file)' has tables of version \(number), and this program knows them up to version "
                    + "\(StoreSchema.version); use the version of the program that has written it, or a later one")
        }
    }
}
