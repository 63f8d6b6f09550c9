import Support

/// Takes the records of one signal to one exporter: their queue, the calls of the exporter, and the counts of both.
final class ExportChannel<Element: Sendable>: Sendable {
    /// The settings of a channel.
    struct Options: Sendable {
        let signal: Signal
        let exporter: any SignalExporter
        let destination: ExportDestination?
        /// Where the records go, for messages.
        let address: String?
        let resource: TelemetryResource
        let limits: BatchLimits
        let metrics: ComponentMetrics
        let problems: DeliveryProblems
        /// The variable that sets the queue's capacity, for what is said about a full queue.
        let capacityVariable: String
    }

    /// The exports that are under way, or are about to be.
    private struct UnderWay {
        /// The records that were taken from the queue, and are neither sent nor lost.
        var records = 0
        /// Why the latest attempt failed of an export that is under way.
        var failure: DeliveryCause?
        /// Whether the records are counted as lost already, however their export ends.
        var isAbandoned = false
    }

    let pipeline: BatchPipeline<Element>
    private let options: Options
    private let count: @Sendable (Element) -> Int
    private let underWay: Locked<UnderWay>

    var destination: ExportDestination? { options.destination }

    /// - Parameters:
    ///   - count: how many records of the signal one element holds.
    ///   - batches: groups elements for the exporter.
    init(
        _ options: Options, count: @escaping @Sendable (Element) -> Int,
        batches: @escaping @Sendable ([Element]) -> [SignalBatch]
    ) {
        self.options = options
        self.count = count
        let underWay = Locked(UnderWay())
        self.underWay = underWay
        let full = DeliveryCause(
            errorType: "queue_full",
            reason: "the queue of \(options.limits.queueCapacity) \(options.signal.plural) was full; check the receiver"
                + (options.address.map { " at \($0)" } ?? "") + ", or raise \(options.capacityVariable)",
            isToldApartByReason: true)
        let closed = DeliveryCause(errorType: "already_shutdown", reason: "recorded after shutdown")
        pipeline = BatchPipeline(
            capacity: options.limits.queueCapacity, batchSize: options.limits.batchSize,
            refused: { element, admission in
                let cause = admission == .refusedFull ? full : closed
                options.metrics.dropped(count(element), errorType: cause.errorType)
                options.problems.add(count(element), options.signal, for: cause)
            },
            taken: { elements in
                let taken = elements.reduce(0) { $0 + count($1) }
                underWay.withLock { $0.records += taken }
            },
            export: { elements in
                for batch in batches(elements) { await Self.send(batch, options, underWay) }
            })
    }

    /// Why the latest attempt failed of a batch that is under way.
    var pending: DeliveryCause? { underWay.withLock { $0.failure } }

    /// Gives up the records that wait or are in flight, and counts them as lost. Further calls do nothing.
    ///
    /// - Parameters:
    ///   - waited: how long the shutdown waited for them; `nil` when it did not wait to the end.
    ///   - other: why, unless an attempt to send them has failed and says more.
    @discardableResult
    func abandon(after waited: Duration?, since other: DeliveryCause?) -> SpoolRemainder {
        let (queued, (inFlight, failure)) = pipeline.abandon {
            underWay.withLock { state -> (Int, DeliveryCause?) in
                guard !state.isAbandoned else { return (0, nil) }
                state.isAbandoned = true
                return (state.records, state.failure)
            }
        }
        let waiting = queued.reduce(0) { $0 + count($1) }
        options.metrics.dropped(waiting, errorType: "timeout")
        let cause = failure ?? other ?? .unanswered(options.address, options.destination)
        options.problems.add(waiting + inFlight, options.signal, for: cause, waited: waited)
        return SpoolRemainder(lost: waiting + inFlight)
    }

    /// Brings the self-metrics up to date.
    func refresh() { options.metrics.refresh(waiting: pipeline.waiting) }

    private static func send(_ batch: SignalBatch, _ options: Options, _ underWay: Locked<UnderWay>) async {
        let clock = ContinuousClock()
        let start = clock.now
        let count = batch.count
        let server = options.destination?.description ?? ""
        options.metrics.handed(count)
        let result = await options.exporter.export(
            batch, resource: options.resource, deadline: start + options.limits.exportTimeout
        ) { failure in
            let cause = DeliveryCause(errorType: failure.errorType, reason: failure.message, server: server)
            underWay.withLock { $0.failure = cause }
        }
        options.metrics.ended(count, as: result, after: clock.now - start)
        let isCounted = underWay.withLock { state in
            state.records -= count
            state.failure = nil
            return state.isAbandoned
        }
        guard !isCounted, let (cause, concerned) = DeliveryCause.of(result, of: count, server: server) else { return }
        options.problems.add(concerned, options.signal, for: cause)
    }
}

extension DeliveryCause {
    /// The receiver had the records in hand, or others before them, and did not answer until the end.
    static func unanswered(_ address: String?, _ destination: ExportDestination?) -> DeliveryCause {
        DeliveryCause(
            errorType: "timeout", reason: "no answer from \(address ?? "the receiver"); is it overloaded?",
            server: destination?.description ?? "")
    }
}
