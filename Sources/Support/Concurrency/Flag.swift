import Synchronization

/// Something that happens at most once; who raises it first is told so.
package final class Flag: Sendable {
    private let isRaised = Atomic<Bool>(false)

    package init() {}

    /// Whether this call was the first.
    package func raise() -> Bool { !isRaised.exchange(true, ordering: .relaxed) }

    /// Whether ``raise()`` was called.
    package var isUp: Bool { isRaised.load(ordering: .relaxed) }
}
