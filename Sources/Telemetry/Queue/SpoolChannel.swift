import Support

/// The way of spans through an exporter's spool: the calls of the spool, and the books about it.
///
/// A task keeps its batch until the receiver has taken or refused it, so an outage holds up as many batches as there are
/// tasks; everything else waits in the spool.
final class SpoolChannel<Spool: SpanSpool>: SpanChannel {
    private struct Guarded {
        var idle: [CheckedContinuation<Void, Never>] = []
        var waiters: [(through: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
        var pauses: [Int: Task<Void, any Error>] = [:]
        var nextPause = 0
        var workers: [Task<Void, Never>] = []
        var isClosed = false
        var isAbandoned = false
        /// See ``SpanChannel/isParked``.
        var isParked = false
    }

    let keepsStarts: Bool
    private let spool: Spool
    private let options: SpoolChannelOptions
    private let guarded = Locked(Guarded())
    private let hasWarned = Flag()

    /// - Parameter options: what the channel needs to know; its opening is counted at once.
    init(_ spool: Spool, _ options: SpoolChannelOptions) {
        self.spool = spool
        self.options = options
        let opening = spool.open()
        keepsStarts = spool.keepsStarts
        lost(opening.evicted, "queue_full", "the spool was full")
        lost(opening.damaged, "spool_damaged", "files of an earlier process could not be read")
    }

    func started(_ span: SpanRecord, fileID: String) {
        spool.started(span, scope: options.scopes.scope(of: fileID))
    }

    func append(_ span: SpanRecord, fileID: String) {
        switch spool.append(span, scope: options.scopes.scope(of: fileID)) {
        case .stored(let isBatchReady, let evicted):
            if isBatchReady { guarded.withLock { $0.idle.popLast() }?.resume() }
            guard evicted > 0 else { return }
            lost(evicted, "queue_full", "the spool was full")
        case .refused(let errorType, let message):
            lost(1, errorType, message)
        }
    }

    func refresh() {
        let load = spool.load
        options.metrics.refresh(waiting: load.waiting, capacity: load.capacity)
    }

    // MARK: the tasks

    func start(workers count: Int) {
        let workers = (0..<max(1, count)).map { _ in
            Task {
                while let batch = await next(), await deliver(batch) {}
            }
        }
        guarded.withLock { $0.workers = workers }
    }

    private func next() async -> Spool.Batch? {
        while true {
            let isAbandoned = guarded.withLock { $0.isAbandoned }
            if isAbandoned { return nil }
            if let batch = spool.take() { return batch }
            await withCheckedContinuation { continuation in
                let isReady = guarded.withLock { state in
                    // Something may have come between the look above and here.
                    if state.isClosed || spool.hasBatch { return true }
                    state.idle.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
            if guarded.withLock({ $0.isClosed }), !spool.hasBatch { return nil }
        }
    }

    /// Sends until the batch is settled; `false` when the channel was abandoned meanwhile.
    private func deliver(_ batch: Spool.Batch) async -> Bool {
        let count = spool.count(of: batch)
        let clock = ContinuousClock()
        var attempt = 1
        while true {
            let start = clock.now
            options.metrics.sent(count)
            let result = await spool.export(batch, attempt: attempt, deadline: start + options.limits.exportTimeout)
            let time = clock.now - start
            switch result {
            case .delivered(let rejected, let message, let status):
                options.metrics.finished(
                    count, as: .delivered(rejected: rejected, message: message, httpStatus: status), after: time)
                options.tally.add(rejected, .spans, message: message)
            case .refused(let errorType, let message):
                options.metrics.finished(count, as: .failed(errorType: errorType, message: message), after: time)
                options.tally.add(count, .spans, message: message)
            case .postponed(let errorType, let message, let wait, let isDemanded, let isUnreachable):
                options.metrics.postponed(count, errorType: errorType, after: time)
                options.tally.note(message)
                if isUnreachable { park() }
                guard await pause(for: wait, isDemanded: isDemanded) else { return false }
                attempt += 1
                continue
            }
            spool.settle(batch)
            wakeDrained()
            return true
        }
    }

    /// Waits; a flush ends a wait that the receiver did not ask for, and the last one keeps them short. `false` when the
    /// channel was abandoned.
    private func pause(for wait: Duration, isDemanded: Bool) async -> Bool {
        let clock = options.clock
        let isClosed = guarded.withLock { $0.isClosed }
        let duration = isClosed && !isDemanded ? min(wait, .seconds(1)) : wait
        let sleep = Task { try await clock.sleep(for: duration) }
        let number = guarded.withLock { state in
            state.nextPause += 1
            if !isDemanded { state.pauses[state.nextPause] = sleep }
            if state.isAbandoned { sleep.cancel() }
            return state.nextPause
        }
        await withTaskCancellationHandler {
            _ = await sleep.result
        } onCancel: {
            sleep.cancel()
        }
        return guarded.withLock { state in
            state.pauses[number] = nil
            return !state.isAbandoned
        }
    }

    // MARK: drains and the end

    func requestDrain() -> UInt64 {
        let number = spool.requestDrain()
        wakeIdle()
        return number
    }

    func hurry() {
        for pause in guarded.withLock({ $0.pauses.values.map(\.self) }) { pause.cancel() }
    }

    func close() -> UInt64 {
        _ = spool.close(isFinal: false)
        let number = spool.requestDrain()
        guarded.withLock { $0.isClosed = true }
        wakeIdle()
        return number
    }

    func drained(through number: UInt64) async {
        await withCheckedContinuation { continuation in
            let isDrained = guarded.withLock { state in
                if state.isAbandoned || state.isParked || spool.isDrained(through: number) { return true }
                state.waiters.append((number, continuation))
                return false
            }
            if isDrained { continuation.resume() }
        }
    }

    var isParked: Bool { guarded.withLock { $0.isParked } }

    var destination: ExportDestination? { options.destination }

    /// At the end, lets nobody wait for a receiver that is not there when nothing is lost by that.
    private func park() {
        guard spool.keepsRemainder else { return }
        let waiters = guarded.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.isClosed else { return [] }
            state.isParked = true
            let waiters = state.waiters.map(\.continuation)
            state.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func abandon(_ reason: String) -> SpoolRemainder {
        stop()
        let remainder = spool.close(isFinal: true)
        lost(remainder.lost, "timeout", reason)
        return remainder
    }

    func finish() { _ = spool.close(isFinal: true) }

    func stop() {
        let (workers, waiters) = guarded.withLock { state in
            state.isClosed = true
            state.isAbandoned = true
            let workers = state.workers
            let waiters = state.waiters.map(\.continuation)
            state.workers = []
            state.waiters = []
            return (workers, waiters)
        }
        for worker in workers { worker.cancel() }
        for waiter in waiters { waiter.resume() }
        wakeIdle()
    }

    private func wakeIdle() {
        let idle = guarded.withLock { state in
            let idle = state.idle
            state.idle = []
            return idle
        }
        for worker in idle { worker.resume() }
    }

    private func wakeDrained() {
        let done = guarded.withLock { state in
            let done = state.waiters.filter { spool.isDrained(through: $0.through) }
            state.waiters.removeAll { spool.isDrained(through: $0.through) }
            return done
        }
        for waiter in done { waiter.continuation.resume() }
    }

    /// Counts spans that will not arrive, and says so once when the spool is full.
    private func lost(_ count: Int, _ errorType: String, _ message: String) {
        guard count > 0 else { return }
        options.metrics.dropped(count, errorType: errorType)
        options.tally.add(count, .spans, message: message)
        guard errorType == "queue_full" else { return }
        wakeDrained()
        guard hasWarned.raise() else { return }
        options.warn(
            "telemetry: the spool of spans is full and the oldest are dropped; each is counted in "
                + "otel.sdk.processor metrics. Check the receiver")
    }
}

/// What a channel through a spool needs to know.
struct SpoolChannelOptions: Sendable {
    let limits: BatchLimits
    let destination: ExportDestination?
    let metrics: ComponentMetrics
    let tally: LossTally
    let scopes: SpanScopes
    let clock: any Clock<Duration>
    let warn: @Sendable (String) -> Void
}
