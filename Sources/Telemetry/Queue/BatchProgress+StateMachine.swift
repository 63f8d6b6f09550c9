/// Counts the records of a queue by state: accepted, handed out in batches, finished. A pure value.
///
/// Records are numbered as they come, and handed out in that order. Batches finish in any order.
package struct BatchProgress: Sendable {
    /// How many records were ever accepted, and so the number of the next one.
    package private(set) var accepted: UInt64 = 0
    /// Records that wait.
    package private(set) var waiting = 0
    /// Records handed out and not finished.
    package var inFlight: Int { batches.reduce(0) { $0 + $1.count } }
    private var batches: [(start: UInt64, count: Int)] = []
    private var drainThrough: UInt64 = 0

    /// No records yet.
    package init() {}

    /// The number of the first record that waits.
    private var firstWaiting: UInt64 { accepted - UInt64(waiting) }

    /// Whether a requested drain includes records that wait: then a batch that is not full may be handed out, too.
    package var isDraining: Bool { waiting > 0 && drainThrough > firstWaiting }

    /// Counts one more record.
    package mutating func accept() {
        accepted += 1
        waiting += 1
    }

    /// Counts a batch as handed out, oldest records first.
    ///
    /// - Parameter count: how many records it has, at least 1 and at most ``waiting``.
    /// - Returns: the number of its first record.
    package mutating func take(_ count: Int) -> UInt64 {
        let start = firstWaiting
        waiting -= count
        batches.append((start, count))
        return start
    }

    /// Counts waiting records as given up, oldest first.
    package mutating func drop(_ count: Int) { waiting -= count }

    /// Counts the batch that begins with this number as finished.
    ///
    /// - Returns: whether there is such a batch.
    @discardableResult
    package mutating func finish(_ start: UInt64) -> Bool {
        guard let index = batches.firstIndex(where: { $0.start == start }) else { return false }
        batches.remove(at: index)
        return true
    }

    /// Lets all records accepted so far be handed out; they are drained when ``isDrained(through:)`` holds for the
    /// returned number.
    package mutating func requestDrain() -> UInt64 {
        drainThrough = accepted
        return accepted
    }

    /// The number of the oldest record that is neither finished nor given up; the next record's when there is none.
    package var oldestUnfinished: UInt64 { batches.reduce(firstWaiting) { min($0, $1.start) } }

    /// Whether every record before this number is finished or given up.
    package func isDrained(through number: UInt64) -> Bool { oldestUnfinished >= number }
}
