import CSQLite

/// The same bytes by plain calls of SQLite, one connection, one table: what no store on it can beat.
final class Floor {
    struct Failed: Error { let code: Int32 }

    private var database: OpaquePointer?
    private var insertion: OpaquePointer?
    private var number: Int64 = 0

    init(_ path: String) throws {
        try check(sqlite3_open(path, &database))
        try run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000")
        try run("CREATE TABLE rows (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
        try check(sqlite3_prepare_v2(database, "INSERT INTO rows VALUES (?, ?)", -1, &insertion, nil))
    }

    deinit {
        sqlite3_finalize(insertion)
        sqlite3_close(database)
    }

    /// One commit of so many rows.
    func commit(rows: Int, bytes: [UInt8]) throws {
        try run("BEGIN IMMEDIATE")
        for _ in 0..<rows {
            number += 1
            try check(sqlite3_bind_int64(insertion, 1, number))
            try bytes.withUnsafeBytes { bytes in
                try check(sqlite3_bind_blob(insertion, 2, bytes.baseAddress, Int32(bytes.count), nil))
                try check(sqlite3_step(insertion), SQLITE_DONE)
            }
            try check(sqlite3_reset(insertion))
        }
        try run("COMMIT")
    }

    private func run(_ sql: String) throws { try check(sqlite3_exec(database, sql, nil, nil, nil)) }

    private func check(_ code: Int32, _ wanted: Int32 = SQLITE_OK) throws {
        guard code == wanted else { throw Failed(code: code) }
    }
}
