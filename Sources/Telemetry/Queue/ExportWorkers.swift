import Support

/// The tasks that empty one queue, and the callers that wait until it is drained.
///
/// The queue has a lock of its own. It may be taken while the lock of this object is held, never the other way round.
final class ExportWorkers<Batch: Sendable>: Sendable {
    /// The queue that is emptied.
    struct Source: Sendable {
        /// The next batch that is ready; `nil` when there is none.
        let take: @Sendable () -> Batch?
        /// Whether `take` would answer a batch.
        let hasBatch: @Sendable () -> Bool
        /// Whether every record before a number is finished.
        let isDrained: @Sendable (UInt64) -> Bool
    }

    private struct State {
        var tasks: [Task<Void, Never>] = []
        var idle: [CheckedContinuation<Void, Never>] = []
        var waiters: [(through: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
        var isClosed = false
        var isStopped = false
        /// Whether waiting for a drain has ended for good; see ``releaseWaiters()``.
        var isReleased = false
    }

    private let source: Source
    private let state = Locked(State())

    init(_ source: Source) { self.source = source }

    /// Whether the tasks end once nothing is ready.
    var isClosed: Bool { state.withLock { $0.isClosed } }
    /// Whether the tasks end after the batch that they have.
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Starts the tasks, `count` at once; they end after ``close()`` or ``stop(cancellingTasks:)``.
    ///
    /// - Parameter deliver: delivers one batch; whether the batch is finished and the task is to go on.
    func start(_ count: Int, deliver: @escaping @Sendable (Batch) async -> Bool) {
        let tasks = (0..<max(1, count)).map { _ in
            Task {
                while let batch = await next(), await deliver(batch) { wakeDrained() }
            }
        }
        state.withLock { $0.tasks = tasks }
    }

    private func next() async -> Batch? {
        while true {
            // Read before the queue is: records made ready just before `close()` are still taken.
            let (isClosed, isStopped) = state.withLock { ($0.isClosed, $0.isStopped) }
            if isStopped { return nil }
            if let batch = source.take() { return batch }
            if isClosed { return nil }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    // A batch may have become ready since `take` was called.
                    if state.isClosed || source.hasBatch() { return true }
                    state.idle.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Wakes a task for a batch that has become ready.
    func wakeOne() { state.withLock { $0.idle.popLast() }?.resume() }

    /// Wakes all tasks, since all records that wait have become ready.
    func wakeAll() {
        let idle = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        for task in idle { task.resume() }
    }

    /// Waits until every record before `number` is finished, or until ``releaseWaiters()`` is called.
    func drained(through number: UInt64) async {
        await withCheckedContinuation { continuation in
            let isDrained = state.withLock { state in
                if state.isReleased || source.isDrained(number) { return true }
                state.waiters.append((number, continuation))
                return false
            }
            if isDrained { continuation.resume() }
        }
    }

    /// Resumes the callers of ``drained(through:)`` whose drain has ended.
    func wakeDrained() {
        let done = state.withLock { state in
            let done = state.waiters.filter { source.isDrained($0.through) }
            state.waiters.removeAll { source.isDrained($0.through) }
            return done
        }
        for waiter in done { waiter.continuation.resume() }
    }

    /// Resumes all callers of ``drained(through:)``; later calls return at once.
    func releaseWaiters() {
        let waiters = state.withLock { state in
            state.isReleased = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume() }
    }

    /// Lets the tasks end once nothing is ready. The queue must refuse new records already, and all that wait must be
    /// ready.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeAll()
    }

    /// Ends the tasks, and resumes all callers of ``drained(through:)``.
    ///
    /// - Parameter cancellingTasks: whether a delivery that is under way is cancelled, too.
    func stop(cancellingTasks: Bool) {
        let tasks = state.withLock { state in
            state.isClosed = true
            state.isStopped = true
            defer { state.tasks = [] }
            return state.tasks
        }
        if cancellingTasks { for task in tasks { task.cancel() } }
        releaseWaiters()
        wakeAll()
    }
}
