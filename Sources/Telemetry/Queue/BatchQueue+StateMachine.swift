/// A bounded queue that hands out batches: the pure part of ``BatchPipeline``.
///
/// Records are numbered as they come. Full batches are ready at once; a batch that is not full becomes ready when a
/// drain was asked for that reaches into it. A record counts against the capacity until its batch is settled.
struct BatchQueue<Element: Sendable> {
    /// Records handed out together.
    struct Batch {
        /// The number of the first record.
        let start: UInt64
        let elements: [Element]
    }

    /// What became of a record.
    enum Admission: Hashable {
        case queued
        /// Queued, and a batch is ready now.
        case ready
        case refusedFull
        case refusedClosed
    }

    let capacity: Int
    let batchSize: Int
    private var full: [[Element]] = []
    private var filling: [Element] = []
    /// How many records were ever queued, and so the number of the next one.
    private(set) var accepted: UInt64 = 0
    private var drainThrough: UInt64 = 0
    private var inFlight: [(start: UInt64, count: Int)] = []
    private(set) var isClosed = false

    init(capacity: Int, batchSize: Int) {
        self.capacity = capacity
        self.batchSize = batchSize
    }

    /// Records that wait.
    var waiting: Int { full.count * batchSize + filling.count }
    /// Records handed out and not settled.
    var unsettled: Int { inFlight.reduce(0) { $0 + $1.count } }

    mutating func append(_ element: Element) -> Admission {
        guard !isClosed else { return .refusedClosed }
        guard waiting + unsettled < capacity else { return .refusedFull }
        if filling.isEmpty { filling.reserveCapacity(batchSize) }
        filling.append(element)
        accepted += 1
        guard filling.count == batchSize else { return .queued }
        full.append(filling)
        filling = []
        return .ready
    }

    /// Whether ``take()`` would hand out a batch.
    var hasReady: Bool {
        !full.isEmpty || (!filling.isEmpty && drainThrough > accepted - UInt64(waiting))
    }

    /// The next batch that is ready, which the caller must settle.
    mutating func take() -> Batch? {
        let start = accepted - UInt64(waiting)
        guard hasReady else { return nil }
        let elements: [Element]
        if full.isEmpty {
            elements = filling
            filling = []
        } else {
            elements = full.removeFirst()
        }
        inFlight.append((start, elements.count))
        return Batch(start: start, elements: elements)
    }

    mutating func settle(_ batch: Batch) {
        inFlight.removeAll { $0.start == batch.start }
    }

    /// Makes everything queued so far ready; drained when ``isDrained(through:)`` holds for the returned number.
    mutating func requestDrain() -> UInt64 {
        drainThrough = accepted
        return accepted
    }

    /// Whether every record before this number is settled.
    func isDrained(through number: UInt64) -> Bool {
        let oldestWaiting = accepted - UInt64(waiting)
        let oldest = inFlight.reduce(oldestWaiting) { min($0, $1.start) }
        return oldest >= number
    }

    /// Refuses new records from now on; what waits becomes ready.
    ///
    /// - Returns: the number of the last record and one, as ``requestDrain()``.
    mutating func close() -> UInt64 {
        isClosed = true
        return requestDrain()
    }

    /// Closes and hands out what waits.
    mutating func abandon() -> [Element] {
        _ = close()
        let given = full.flatMap(\.self) + filling
        full = []
        filling = []
        return given
    }
}
