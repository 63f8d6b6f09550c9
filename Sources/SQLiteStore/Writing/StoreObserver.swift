import Coordinator

/// Learns how a store is doing, for metrics.
///
/// It is called from the thread that writes, between two commits: what takes long there makes every job wait.
public protocol StoreObserver: Sendable {
    /// A commit is on the disk.
    ///
    /// - Parameters:
    ///   - changes: how many appends and other changes it had, of any number of jobs.
    ///   - events: how many events it has kept.
    ///   - duration: from when it began to when it was on the disk.
    ///   - at: the end, by the store's clock.
    func committed(changes: Int, events: Int, in duration: Duration, at: Timestamp)

    /// A commit was not kept.
    ///
    /// - Parameters:
    ///   - changes: how many it had.
    ///   - error: why.
    func failed(changes: Int, _ error: StoreError)
}
