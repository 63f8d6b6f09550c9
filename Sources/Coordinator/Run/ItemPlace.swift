import Synchronization

/// A run's place among those of its list that are in flight at once.
///
/// It is taken before the run is made, so that a long list costs few runs, and given up when the run has ended or waits
/// for somebody.
final class ItemPlace: Sendable {
    let places: Slots
    private let isHeld = Atomic(true)

    /// - Parameter places: where the place was taken.
    init(of places: Slots) { self.places = places }

    /// Notes that the place was taken again.
    func taken() { isHeld.store(true, ordering: .relaxed) }

    /// Lets another run have the place; does nothing for one that was given up before.
    func giveUp() {
        if isHeld.exchange(false, ordering: .relaxed) { places.release() }
    }
}
