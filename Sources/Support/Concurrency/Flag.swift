import Synchronization

/// A flag that is raised at most once; the first caller of ``raise()`` learns that it was the first.
package final class Flag: Sendable {
    private let isRaised = Atomic<Bool>(false)

    package init() {}

    /// Whether this call was the first.
    package func raise() -> Bool { !isRaised.exchange(true, ordering: .relaxed) }

    /// Whether ``raise()`` was called.
    package var isUp: Bool { isRaised.load(ordering: .relaxed) }
}
