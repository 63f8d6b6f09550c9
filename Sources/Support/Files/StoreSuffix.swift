/// What follows the name of a store's file in the names of those beside it.
package enum StoreSuffix {
    /// The lock of the process that holds the store.
    package static let lock = ".lock"
    /// Where the holder listens.
    package static let socket = ".sock"
    /// The token of a server over the store.
    package static let token = ".token"
    /// A file that is being written, behind the name that it will have.
    package static let draft = ".new"
    /// SQLite's write-ahead log.
    package static let log = "-wal"

    private static let all = ["", log, "-shm", "-journal", lock, socket, token, token + draft]

    /// Whether a file is a store's, or stands beside it. Both are whole paths without links.
    package static func isOfStore(_ file: String, _ store: String) -> Bool { all.contains { file == store + $0 } }
}
