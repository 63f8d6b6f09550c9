import Support

/// Takes spans through an exporter's spool: the calls of the spool, and the counts of delivered and lost spans.
///
/// A task keeps its batch until the receiver has taken or refused it. So during an outage each task holds one batch,
/// and all other spans wait in the spool.
final class SpoolChannel<Spool: SpanSpool>: SpanChannel {
    let keepsStarts: Bool
    private let spool: Spool
    private let options: SpoolChannelOptions
    private let workers: ExportWorkers<Spool.Batch>
    private let pauses: RetryPauses
    private let leavesRest = Flag()
    private let hasWarned = Flag()

    /// - Parameter options: the settings; the result of opening the spool in them is counted at once.
    init(_ spool: Spool, _ options: SpoolChannelOptions) {
        self.spool = spool
        self.options = options
        workers = ExportWorkers(
            .init(
                take: { spool.take() }, hasBatch: { spool.status.hasBatch },
                isDrained: { spool.status.isDrained(through: $0) }))
        pauses = RetryPauses(clock: options.clock)
        let opening = spool.open()
        keepsStarts = opening.keepsStarts
        lost(opening.evicted, "queue_full", "the spool was full")
        lost(opening.damaged, "spool_damaged", "files of an earlier process could not be read")
    }

    var destination: ExportDestination? { options.destination }

    func started(_ span: SpanRecord, fileID: String) {
        spool.started(span, scope: options.scopes.scope(of: fileID))
    }

    func append(_ span: SpanRecord, fileID: String) {
        switch spool.append(span, scope: options.scopes.scope(of: fileID)) {
        case .stored(let isBatchReady, let evicted):
            if isBatchReady { workers.wakeOne() }
            lost(evicted, "queue_full", "the spool was full")
        case .refused(let errorType, let message):
            lost(1, errorType, message)
        }
    }

    func refresh() {
        let status = spool.status
        options.metrics.refresh(waiting: status.waiting, capacity: status.capacity)
    }

    /// Counts lost spans, and warns once when the spool is full.
    private func lost(_ count: Int, _ errorType: String, _ message: String) {
        guard count > 0 else { return }
        options.metrics.dropped(count, errorType: errorType)
        options.losses.add(count, .spans, message: message)
        guard errorType == "queue_full" else { return }
        workers.wakeDrained()
        guard hasWarned.raise() else { return }
        options.warn(
            "telemetry: the spool of spans is full and the oldest are dropped; each is counted in "
                + "otel.sdk.processor metrics. Check the receiver")
    }

    // MARK: delivery

    func start(workers count: Int) { workers.start(count) { await self.deliver($0) } }

    /// Sends a batch until it is delivered or refused. Returns `false` when the channel was stopped before that.
    private func deliver(_ batch: Spool.Batch) async -> Bool {
        let count = batch.count
        let clock = ContinuousClock()
        var attempt = 1
        while true {
            let start = clock.now
            options.metrics.sent(count)
            let result = await spool.export(batch, attempt: attempt, deadline: start + options.limits.exportTimeout)
            let time = clock.now - start
            switch result {
            case .finished(let result):
                options.metrics.finished(count, as: result, after: time)
                options.losses.add(result, of: count, .spans)
                spool.finish(batch)
                return true
            case .postponed(let errorType, let message, let wait, let isDemanded, let isUnreachable):
                options.metrics.postponed(count, errorType: errorType, after: time)
                options.losses.note(message)
                if isUnreachable { leaveRestIfKept() }
                // During shutdown the wait is shortened, unless the receiver asked for it.
                let isShort = workers.isClosed && !isDemanded
                await pauses.pause(for: isShort ? min(wait, .seconds(1)) : wait, isDemanded: isDemanded)
                if workers.isStopped { return false }
                attempt += 1
            }
        }
    }

    // MARK: drains and shutdown

    func requestDrain() -> UInt64 {
        let number = spool.requestDrain()
        workers.wakeAll()
        return number
    }

    func shortenPauses() { pauses.end() }

    func close() -> UInt64 {
        _ = spool.close(isFinal: false)
        let number = spool.requestDrain()
        workers.close()
        return number
    }

    func drained(through number: UInt64) async { await workers.drained(through: number) }

    var leavesRestToNextProcess: Bool { leavesRest.isUp }

    /// During shutdown, ends the wait for a receiver that cannot be reached when the spool keeps all its spans.
    private func leaveRestIfKept() {
        guard workers.isClosed, spool.status.keepsRemainder else { return }
        _ = leavesRest.raise()
        workers.releaseWaiters()
    }

    func abandon(_ reason: String) -> SpoolRemainder {
        stop()
        let remainder = spool.close(isFinal: true)
        lost(remainder.lost, "timeout", reason)
        return remainder
    }

    func finish() { _ = spool.close(isFinal: true) }

    func stop() { workers.stop(cancellingTasks: true) }
}

/// The settings of a ``SpoolChannel``.
struct SpoolChannelOptions: Sendable {
    let limits: BatchLimits
    let destination: ExportDestination?
    let metrics: ComponentMetrics
    let losses: LossCounter
    let scopes: SpanScopes
    let clock: any Clock<Duration>
    let warn: @Sendable (String) -> Void
}
