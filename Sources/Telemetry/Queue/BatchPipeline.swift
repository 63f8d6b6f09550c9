import Support

/// A bounded queue in front of one exporter, emptied by a few tasks. Recording never waits for the exporter.
final class BatchPipeline<Element: Sendable>: Sendable {
    private let queue: Locked<BatchQueue<Element>>
    private let workers: ExportWorkers<BatchQueue<Element>.Batch>
    private let refused: @Sendable (Element, BatchQueue<Element>.Admission) -> Void
    private let export: @Sendable ([Element]) async -> Void

    /// - Parameters:
    ///   - refused: counts a record that found the queue full or closed.
    ///   - taken: counts records that an exporter gets next. Called inside the queue's lock, so that each is counted either
    ///     here or among those that ``abandon(_:)`` returns.
    ///   - export: sends one batch; returns when that is done.
    init(
        capacity: Int, batchSize: Int,
        refused: @escaping @Sendable (Element, BatchQueue<Element>.Admission) -> Void,
        taken: @escaping @Sendable ([Element]) -> Void,
        export: @escaping @Sendable ([Element]) async -> Void
    ) {
        let queue = Locked(BatchQueue<Element>(capacity: capacity, batchSize: batchSize))
        self.queue = queue
        workers = ExportWorkers(
            .init(
                take: {
                    queue.withLock { queue in
                        let batch = queue.take()
                        if let batch { taken(batch.elements) }
                        return batch
                    }
                }, hasBatch: { queue.withLock { $0.hasReady } },
                isDrained: { number in queue.withLock { $0.isDrained(through: number) } }))
        self.refused = refused
        self.export = export
    }

    /// Starts the tasks that export, `count` at once; they end after ``close()`` or ``abandon()``.
    func start(workers count: Int) {
        workers.start(count) { [queue, export] batch in
            await export(batch.elements)
            queue.withLock { $0.finish(batch) }
            return true
        }
    }

    func append(_ element: Element) {
        let admission = queue.withLock { $0.append(element) }
        switch admission {
        case .queued: break
        case .ready: workers.wakeOne()
        case .refusedFull, .refusedClosed: refused(element, admission)
        }
    }

    /// Records that wait.
    var waiting: Int { queue.withLock { $0.waiting } }

    /// Makes what is queued now ready for export and returns the number to wait for.
    @discardableResult
    func requestDrain() -> UInt64 {
        defer { workers.wakeAll() }
        return queue.withLock { $0.requestDrain() }
    }

    /// Waits until every record before `number` is finished or given up, without a time limit.
    func drained(through number: UInt64) async { await workers.drained(through: number) }

    /// Refuses new records; the tasks export what waits, then end.
    ///
    /// - Returns: the number to wait for.
    @discardableResult
    func close() -> UInt64 {
        defer { workers.close() }
        return queue.withLock { $0.close() }
    }

    /// Refuses new records and gives up those that wait. Calls to ``drained(through:)`` return, even while the exporter
    /// still has records.
    ///
    /// - Parameter andAtOnce: called inside the queue's lock, while no exporter can take any.
    /// - Returns: the records that waited, and what the closure returned.
    func abandon<Value>(_ andAtOnce: () -> Value) -> (waited: [Element], value: Value) {
        defer { workers.stop(cancellingTasks: false) }
        return queue.withLock { ($0.abandon(), andAtOnce()) }
    }

    /// Refuses new records and gives up those that wait, uncounted.
    func abandon() { _ = abandon {} }
}
