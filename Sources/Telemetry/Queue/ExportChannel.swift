import Support

/// Takes the records of one signal to one exporter: their queue, the calls of the exporter, and the counts of both.
final class ExportChannel<Element: Sendable>: Sendable {
    /// The settings of a channel.
    struct Options: Sendable {
        let signal: Signal
        let exporter: any SignalExporter
        let destination: ExportDestination?
        let resource: TelemetryResource
        let limits: BatchLimits
        let metrics: ComponentMetrics
        let losses: LossCounter
        let warn: @Sendable (String) -> Void
        /// The variable that sets the queue's capacity, for the warning about a full queue.
        let capacityVariable: String
    }

    let pipeline: BatchPipeline<Element>
    private let options: Options
    private let count: @Sendable (Element) -> Int
    private let hasAbandoned = Flag()

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
        let hasWarned = Flag()
        pipeline = BatchPipeline(
            capacity: options.limits.queueCapacity, batchSize: options.limits.batchSize,
            refused: { element, admission in
                let isFull = admission == .refusedFull
                options.metrics.dropped(count(element), errorType: isFull ? "queue_full" : "already_shutdown")
                let capacity = options.limits.queueCapacity
                options.losses.add(
                    count(element), options.signal,
                    message: isFull ? "the queue of \(capacity) was full" : "recorded after shutdown")
                if isFull, hasWarned.raise() {
                    options.warn(
                        "telemetry: the queue of \(capacity) \(options.signal) is full and more are dropped; each is "
                            + "counted in otel.sdk.processor metrics. Check the receiver, or raise "
                            + "\(options.capacityVariable)")
                }
            },
            export: { elements in
                for batch in batches(elements) { await Self.send(batch, options) }
            })
    }

    /// Gives up the records that wait or are in flight, and counts them as lost. Further calls do nothing.
    ///
    /// - Parameter reason: why; empty to keep the latest reason that the loss counter has.
    @discardableResult
    func abandon(_ reason: String) -> SpoolRemainder {
        guard hasAbandoned.raise() else { return SpoolRemainder() }
        let waiting = pipeline.abandon().reduce(0) { $0 + count($1) }
        options.metrics.dropped(waiting, errorType: "timeout")
        let lost = waiting + options.metrics.inflight
        options.losses.add(lost, options.signal, message: reason)
        return SpoolRemainder(lost: lost)
    }

    /// Brings the self-metrics up to date.
    func refresh() { options.metrics.refresh(waiting: pipeline.waiting) }

    private static func send(_ batch: SignalBatch, _ options: Options) async {
        let clock = ContinuousClock()
        let start = clock.now
        let count = batch.count
        options.metrics.handed(count)
        let result = await options.exporter.export(
            batch, resource: options.resource, deadline: start + options.limits.exportTimeout)
        options.metrics.ended(count, as: result, after: clock.now - start)
        options.losses.add(result, of: count, options.signal)
    }
}
