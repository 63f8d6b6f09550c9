import Support

/// A bounded queue in front of one exporter, emptied by a few tasks. Recording never waits for the exporter.
final class BatchPipeline<Element: Sendable>: Sendable {
    private struct Guarded {
        var queue: BatchQueue<Element>
        var isAbandoned = false
        var idleWorkers: [CheckedContinuation<Void, Never>] = []
        var drainWaiters: [(through: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let guarded: Locked<Guarded>
    private let refused: @Sendable (Element, BatchQueue<Element>.Admission) -> Void
    private let export: @Sendable ([Element]) async -> Void

    /// - Parameters:
    ///   - refused: counts a record that found the queue full or closed.
    ///   - export: sends one batch; returns when it is settled.
    init(
        capacity: Int, batchSize: Int,
        refused: @escaping @Sendable (Element, BatchQueue<Element>.Admission) -> Void,
        export: @escaping @Sendable ([Element]) async -> Void
    ) {
        self.guarded = Locked(Guarded(queue: BatchQueue(capacity: capacity, batchSize: batchSize)))
        self.refused = refused
        self.export = export
    }

    /// Starts the tasks that export, `count` at once; they end after ``close()`` or ``abandon()``.
    func start(workers count: Int) {
        for _ in 0..<max(1, count) {
            Task {
                while let batch = await next() {
                    await export(batch.elements)
                    settle(batch)
                }
            }
        }
    }

    func append(_ element: Element) {
        let (admission, worker) = guarded.withLock { state in
            let admission = state.queue.append(element)
            return (admission, admission == .ready ? state.idleWorkers.popLast() : nil)
        }
        switch admission {
        case .queued: break
        case .ready: worker?.resume()
        case .refusedFull, .refusedClosed: refused(element, admission)
        }
    }

    /// Records waiting, and records handed to the exporter and not settled.
    var load: (waiting: Int, unsettled: Int) {
        guarded.withLock { ($0.queue.waiting, $0.queue.unsettled) }
    }

    /// Makes what is queued now ready for export and returns the number to wait for.
    @discardableResult
    func requestDrain() -> UInt64 {
        wakingWorkers { $0.queue.requestDrain() }
    }

    /// Waits until every record before `number` is settled, or given up, however long that takes.
    func drained(through number: UInt64) async {
        await withCheckedContinuation { continuation in
            let isDrained = guarded.withLock { state in
                if state.isAbandoned || state.queue.isDrained(through: number) { return true }
                state.drainWaiters.append((number, continuation))
                return false
            }
            if isDrained { continuation.resume() }
        }
    }

    /// Refuses new records; the tasks export what waits, then end.
    ///
    /// - Returns: the number to wait for.
    @discardableResult
    func close() -> UInt64 { wakingWorkers { $0.queue.close() } }

    /// Refuses new records and gives up what waits. Nobody waits any longer for what the exporter still holds.
    ///
    /// - Returns: what waited.
    @discardableResult
    func abandon() -> [Element] {
        let (given, waiters) = wakingWorkers { state in
            state.isAbandoned = true
            let waiters = state.drainWaiters.map(\.continuation)
            state.drainWaiters = []
            return (state.queue.abandon(), waiters)
        }
        for waiter in waiters { waiter.resume() }
        return given
    }

    private func next() async -> BatchQueue<Element>.Batch? {
        while true {
            let (batch, isClosed) = guarded.withLock { ($0.queue.take(), $0.queue.isClosed) }
            if batch != nil || isClosed { return batch }
            await withCheckedContinuation { continuation in
                let isReady = guarded.withLock { state in
                    // Something may have come between the look above and here.
                    if state.queue.hasReady || state.queue.isClosed { return true }
                    state.idleWorkers.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private func settle(_ batch: BatchQueue<Element>.Batch) {
        let done = guarded.withLock { state in
            state.queue.settle(batch)
            let done = state.drainWaiters.filter { state.queue.isDrained(through: $0.through) }
            state.drainWaiters.removeAll { state.queue.isDrained(through: $0.through) }
            return done
        }
        for waiter in done { waiter.continuation.resume() }
    }

    @discardableResult
    private func wakingWorkers<Result: Sendable>(_ body: (inout Guarded) -> sending Result) -> Result {
        let (result, workers) = guarded.withLock { state in
            let result = body(&state)
            let workers = state.idleWorkers
            state.idleWorkers = []
            return (result, workers)
        }
        for worker in workers { worker.resume() }
        return result
    }
}
