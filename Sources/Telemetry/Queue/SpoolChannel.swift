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
    private let failure = Locked<DeliveryCause?>(nil)

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
        evicted(opening.evicted)
        // The spool has warned of damage, with its place.
        lost(
            opening.damaged,
            DeliveryCause(errorType: "spool_damaged", reason: "files of an earlier process could not be read"),
            isKnown: true)
    }

    var destination: ExportDestination? { options.destination }

    func started(_ span: SpanRecord, fileID: String) {
        spool.started(span, scope: options.scopes.scope(of: fileID))
    }

    func append(_ span: SpanRecord, fileID: String) {
        switch spool.append(span, scope: options.scopes.scope(of: fileID)) {
        case .stored(let isBatchReady, let count):
            if isBatchReady { workers.wakeOne() }
            evicted(count)
        case .refused(let errorType, let message):
            lost(1, DeliveryCause(errorType: errorType, reason: message, server: server))
        }
    }

    func refresh() {
        let status = spool.status
        options.metrics.refresh(waiting: status.waiting, capacity: status.capacity)
    }

    private var server: String { options.destination?.description ?? "" }

    /// Counts spans that were dropped for newer ones, and why the spool is full if that is known.
    private func evicted(_ count: Int) {
        guard count > 0 else { return }
        let why =
            pending.map { "; \($0.reason)" } ?? "; check the receiver" + (options.address.map { " at \($0)" } ?? "")
        lost(
            count,
            DeliveryCause(
                errorType: "queue_full", reason: "the spool of spans was full and dropped the oldest\(why)",
                server: server))
        workers.wakeDrained()
    }

    private func lost(_ count: Int, _ cause: DeliveryCause, isKnown: Bool = false, waited: Duration? = nil) {
        guard count > 0 else { return }
        options.metrics.dropped(count, errorType: cause.errorType)
        options.problems.add(count, .spans, for: cause, isKnown: isKnown, waited: waited)
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
                // What was given up since is counted as that.
                if workers.isStopped, case .failed = result { return false }
                options.metrics.finished(count, as: result, after: time)
                failure.withLock { $0 = nil }
                if let (cause, concerned) = DeliveryCause.of(result, of: count, server: server) {
                    options.problems.add(concerned, .spans, for: cause)
                }
                spool.finish(batch)
                return true
            case .postponed(let errorType, let message, let wait, let isDemanded, let isUnreachable):
                options.metrics.postponed(count, errorType: errorType, after: time)
                if workers.isStopped { return false }
                failure.withLock { $0 = DeliveryCause(errorType: errorType, reason: message, server: server) }
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

    var pending: DeliveryCause? { failure.withLock { $0 } }

    func abandon(after waited: Duration?) -> SpoolRemainder {
        let cause = pending ?? .unanswered(options.address, options.destination)
        stop()
        let remainder = spool.close(isFinal: true)
        options.metrics.dropped(remainder.lost, errorType: "timeout")
        options.problems.add(remainder.lost, .spans, for: cause, waited: waited)
        options.problems.keep(remainder.kept, at: remainder.location, for: cause, waited: waited)
        return remainder
    }

    func finish() { _ = spool.close(isFinal: true) }

    func stop() { workers.stop(cancellingTasks: true) }
}

/// The settings of a ``SpoolChannel``.
struct SpoolChannelOptions: Sendable {
    let limits: BatchLimits
    let destination: ExportDestination?
    /// Where the spans go, for messages.
    let address: String?
    let metrics: ComponentMetrics
    let problems: DeliveryProblems
    let scopes: SpanScopes
    let clock: any Clock<Duration>
}
