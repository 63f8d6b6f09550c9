import Coordinator
import Foundation

/// A journal in one file: jobs in it outlive their process, and can be listed, verified and copied.
///
/// One process at a time writes a store; any number read it meanwhile. An append returns once it is on the disk, and what
/// many jobs append at the same time goes there together.
/// ```swift
/// let store = try SQLiteStore(path: "jobs.db")
/// let job = Job("job-1", task: "Review the parser", journal: store) { … }
/// _ = try await job.run()
/// await store.close()
/// ```
public final class SQLiteStore: JobStore {
    /// The bounds of what waits for the disk.
    public struct Limits: Sendable, Hashable {
        /// How many appends and other changes may wait; one more is refused. A job has one at a time.
        public var waiting = 10_000
        /// The most changes of one commit, from 1 on; less counts as 1.
        public var batch = 512
        /// The most bytes of one commit; a change that is larger goes alone.
        public var batchBytes = 8 << 20
        /// The most bytes of one event as JSON; a larger one is refused.
        public var eventBytes = 64 << 20

        /// The bounds that hold unless others are set.
        public init() {}
    }

    let path: StorePath
    let reader: StoreReader
    let limits: Limits
    private let writer: StoreWriter?

    /// The file, as all its users name it: without links.
    public var file: String { path.file }

    /// Opens a store for writing, and makes it where there is none.
    ///
    /// The process holds it until ``close()``, or until the store is let go of. Beside the file stand `FILE.lock`,
    /// `FILE-wal` and `FILE-shm`, which belong to it.
    ///
    /// - Parameters:
    ///   - path: the file; its folder must exist.
    ///   - limits: what may wait for the disk.
    ///   - observer: learns of every commit.
    ///   - clock: the time that is given to the observer and to removals. No order depends on it.
    /// - Throws: ``StoreError``: `held` when a process has it open for writing, `notAStore`, `newerSchema`, `denied`,
    ///   `missing`, `full`.
    public init(
        path: String, limits: Limits = Limits(), observer: (any StoreObserver)? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) throws(StoreError) {
        self.path = try StorePath(path, mustExist: false)
        self.limits = limits
        writer = try StoreWriter(
            self.path,
            limits: .init(
                waiting: max(0, limits.waiting), batch: max(1, limits.batch), batchBytes: max(1, limits.batchBytes)),
            observer: observer, clock: clock)
        reader = try StoreReader(self.path)
    }

    /// Opens a store that exists for reading alone, whether a process holds it or not.
    ///
    /// - Parameter path: the file. Where its folder may not be written, `FILE-wal` and `FILE-shm` must be there, which
    ///   whoever writes the store leaves.
    /// - Throws: ``StoreError``: `missing`, `notAStore`, `newerSchema`, `denied`, `unavailable`.
    public init(reading path: String) throws(StoreError) {
        self.path = try StorePath(path, mustExist: true)
        limits = Limits()
        writer = nil
        reader = try StoreReader(self.path)
    }

    /// Ends the use of the store: what waits is refused, and another process may write.
    public func close() async {
        reader.close()
        await writer?.close()
    }

    /// - Throws: ``StoreError`` for a store that was opened for reading.
    func writing() throws(StoreError) -> StoreWriter {
        guard let writer else {
            throw StoreError(
                .refused, "the store '\(file)' was opened for reading; open it for writing to change what it holds")
        }
        return writer
    }
}
