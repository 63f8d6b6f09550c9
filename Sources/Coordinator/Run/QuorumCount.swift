import Synchronization

/// Counts successes up to the number at which the others are no longer needed.
final class QuorumCount: Sendable {
    private let needed: Int?
    private let successes = Atomic(0)

    /// - Parameter needed: `nil` when no agent is to be ended early.
    init(_ needed: Int?) { self.needed = needed }

    /// Counts a success; returns whether it was the last one needed.
    func succeeded() -> Bool {
        let count = successes.add(1, ordering: .relaxed).newValue
        return count == needed
    }
}
