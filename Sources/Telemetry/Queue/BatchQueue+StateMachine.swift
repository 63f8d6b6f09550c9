/// A bounded queue that hands out batches: the pure part of ``BatchPipeline``.
///
/// Full batches are ready at once; a batch that is not full becomes ready when a drain is requested that includes one
/// of its records. A record counts against the capacity until its batch is finished.
struct BatchQueue<Element: Sendable> {
    /// Records handed out together.
    struct Batch {
        /// The number of the first record.
        let start: UInt64
        let elements: [Element]
    }

    /// Whether a record was queued.
    enum Admission: Hashable {
        case queued
        /// Queued, and a batch is ready now.
        case ready
        case refusedFull
        case refusedClosed
    }

    /// The most records for which a batch takes memory before they come: the sizes of queue and batch are variables, and
    /// the memory for the largest that these can state is not there.
    static var reservedCapacity: Int { 4096 }

    let capacity: Int
    let batchSize: Int
    private var full: [[Element]] = []
    private var filling: [Element] = []
    private var progress = BatchProgress()
    private(set) var isClosed = false

    init(capacity: Int, batchSize: Int) {
        self.capacity = capacity
        self.batchSize = batchSize
    }

    /// How many records were ever queued, and so the number of the next one.
    var accepted: UInt64 { progress.accepted }
    /// Records that wait.
    var waiting: Int { progress.waiting }
    /// Records handed out and not finished.
    var inFlight: Int { progress.inFlight }

    mutating func append(_ element: Element) -> Admission {
        guard !isClosed else { return .refusedClosed }
        guard waiting + inFlight < capacity else { return .refusedFull }
        if filling.isEmpty { filling.reserveCapacity(min(batchSize, Self.reservedCapacity)) }
        filling.append(element)
        progress.accept()
        guard filling.count == batchSize else { return .queued }
        full.append(filling)
        filling = []
        return .ready
    }

    /// Whether ``take()`` would hand out a batch.
    var hasReady: Bool { !full.isEmpty || progress.isDraining }

    /// The next batch that is ready, which the caller must finish.
    mutating func take() -> Batch? {
        guard hasReady else { return nil }
        let elements: [Element]
        if full.isEmpty {
            elements = filling
            filling = []
        } else {
            elements = full.removeFirst()
        }
        return Batch(start: progress.take(elements.count), elements: elements)
    }

    mutating func finish(_ batch: Batch) { progress.finish(batch.start) }

    /// Makes all records queued so far ready; they are drained when ``isDrained(through:)`` holds for the returned
    /// number.
    mutating func requestDrain() -> UInt64 { progress.requestDrain() }

    /// Whether every record before this number is finished.
    func isDrained(through number: UInt64) -> Bool { progress.isDrained(through: number) }

    /// Refuses new records from now on; those that wait become ready.
    ///
    /// - Returns: one more than the number of the last record, as ``requestDrain()`` does.
    mutating func close() -> UInt64 {
        isClosed = true
        return requestDrain()
    }

    /// Closes the queue and returns the records that wait.
    mutating func abandon() -> [Element] {
        _ = close()
        let given = full.flatMap(\.self) + filling
        full = []
        filling = []
        progress.drop(given.count)
        return given
    }
}
