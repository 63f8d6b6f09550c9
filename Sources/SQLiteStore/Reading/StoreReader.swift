import Foundation
import GRDB

/// The connection that reads, beside the one that writes: short reads, each of one state of the store.
final class StoreReader: Sendable {
    private let queue: DatabaseQueue
    private let path: StorePath

    init(_ path: StorePath) throws(StoreError) {
        self.path = path
        queue = try StoreConnection.reading(path)
    }

    /// Reads without a thread that waits, and to its end even in a task that was cancelled.
    ///
    /// - Throws: the error of the closure; a ``StoreError`` for SQLite's.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncRead { [path] database in
                continuation.resume(
                    with: Result { try body(database.get()) }.mapError { error in
                        error is DatabaseError
                            ? StoreError(error, "the store cannot be read", path: path.file) : error
                    })
            }
        }
    }

    /// Writes what is read here into an empty file.
    func writeCopy(_ file: String) async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.asyncUnsafeRead { database in
                continuation.resume(
                    with: Result { try database.get().execute(sql: "VACUUM INTO ?", arguments: [file]) })
            }
        }
    }

    func close() { try? queue.close() }
}
