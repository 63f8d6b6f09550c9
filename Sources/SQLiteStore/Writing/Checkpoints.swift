import GRDB
import GRDBSQLite
import Synchronization

/// When what is committed moves from the write-ahead log into the file.
///
/// Each move costs two flushes of the disk, so small logs are left alone; a reader that is at work keeps the log from being
/// begun anew, and it grows meanwhile.
struct Checkpoints {
    /// From how many pages of 4 KiB on the log is moved, as far as no reader needs it: 4 MiB.
    static let passivePages = 1_000
    /// From how many on it is cut, for which readers are waited for a moment: 64 MiB.
    static let truncatePages = 16_384
    /// How long a cut waits for readers, in milliseconds: every append waits with it.
    static let readerTimeoutMilliseconds: Int32 = 200

    private var nextPassive = Self.passivePages
    private var nextTruncate = Self.truncatePages
    private var last = 0
    /// The most pages since the log was cut: the file stays as large when the log is begun anew in it.
    private var largest = 0
    private let log: LogSize

    init(_ log: LogSize) { self.log = log }

    /// Between two commits, on the connection that writes.
    mutating func afterCommit(_ database: Database) {
        let pages = log.pages.load(ordering: .relaxed)
        largest = max(largest, pages)
        if pages < last {
            // The log was begun anew. Nobody reads what it held.
            nextPassive = Self.passivePages
            nextTruncate = largest >= Self.truncatePages ? pages : Self.truncatePages
        }
        last = pages
        if pages >= nextTruncate {
            guard cut(database) else {
                // A reader that stays holds writers up once for each further part of the log.
                (nextPassive, nextTruncate) = (pages + Self.passivePages, pages + Self.truncatePages)
                return
            }
            (last, largest) = (0, 0)
            (nextPassive, nextTruncate) = (Self.passivePages, Self.truncatePages)
        } else if pages >= nextPassive {
            nextPassive = pages + Self.passivePages
            _ = try? database.checkpoint(.passive)
        }
    }

    private func cut(_ database: Database) -> Bool {
        sqlite3_busy_timeout(database.sqliteConnection, Self.readerTimeoutMilliseconds)
        defer { sqlite3_busy_timeout(database.sqliteConnection, StoreConnection.busyMilliseconds) }
        return (try? database.checkpoint(.truncate)) != nil
    }
}

/// How many pages the write-ahead log has, as SQLite says after each commit.
final class LogSize: Sendable {
    let pages = Atomic<Int>(0)

    /// Begins to be told by a connection, which must not outlive this.
    func observe(_ database: Database) {
        sqlite3_wal_hook(
            database.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<LogSize>.fromOpaque(context).takeUnretainedValue().pages.store(
                    Int(pages), ordering: .relaxed)
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
