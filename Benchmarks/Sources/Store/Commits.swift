import Coordinator
import SQLiteStore
import Synchronization

/// Counts a store's commits: each is one flush of the disk.
final class Commits: StoreObserver {
    private let commits = Atomic<Int>(0)
    private let events = Atomic<Int>(0)

    func committed(changes: Int, events: Int, in duration: Duration, at: Timestamp) {
        commits.add(1, ordering: .relaxed)
        self.events.add(events, ordering: .relaxed)
    }

    func failed(changes: Int, _ error: StoreError) {}

    /// The commits and events since the last call.
    func take() -> (commits: Int, events: Int) {
        (commits.exchange(0, ordering: .relaxed), events.exchange(0, ordering: .relaxed))
    }
}
