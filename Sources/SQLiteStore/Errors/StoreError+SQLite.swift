import GRDB

// What SQLite's errors mean to whoever has to mend them.

extension StoreError {
    /// - Parameters:
    ///   - error: what SQLite said.
    ///   - doing: what was tried, such as `the store cannot be opened`.
    ///   - path: the store's file.
    init(_ error: any Error, _ doing: String, path: String) {
        guard let error = error as? DatabaseError else {
            self = error as? StoreError ?? StoreError(.unavailable, "\(doing): '\(path)': \(error)")
            return
        }
        let (code, remedy) = Self.meaning(of: error)
        let said = error.message.map { " (SQLite: \($0))" } ?? ""
        self.init(code, "\(doing): '\(path)': \(remedy)\(said)")
    }

    private static func meaning(of error: DatabaseError) -> (Code, String) {
        switch error.resultCode {
        case .SQLITE_NOTADB:
            (.notAStore, "the file is no SQLite database; name another file, or move this one away")
        case .SQLITE_CORRUPT:
            (.broken, "the database is damaged; go back to a backup, and look at this machine's storage")
        case .SQLITE_FULL: (.full, "the file system is full; make room there")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            (.denied, "this user may not write the file or its folder; change their permissions, or run as their owner")
        case .SQLITE_CANTOPEN:
            (
                .denied,
                "this user may not open the file, or may not write its folder, where SQLite keeps the index of what is "
                    + "not yet in the file; change their permissions, run as their owner, or read a copy made by `backup`"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            (.unavailable, "another program has locked the database; end it, such as a shell of sqlite3, and try again")
        case .SQLITE_IOERR:
            (.unavailable, "the file system failed to read or write; look at this machine's storage")
        default: (.unavailable, "SQLite refuses, with code \(error.extendedResultCode.rawValue)")
        }
    }
}
