import Support

/// How ended spans, or log lines, are gathered into batches.
public struct BatchLimits: Sendable, Hashable {
    /// The most records that wait or are being sent; further ones are dropped and counted. Spans that wait in the spool
    /// of a ``SpoolingExporter`` are bounded by the spool's own limits instead.
    public var queueCapacity: Int
    /// The most records of one export.
    public var batchSize: Int
    /// The longest a record waits for its batch to fill.
    public var delay: Duration
    /// How long one export may take.
    public var exportTimeout: Duration

    /// Spans: a queue of 131,072 (`OTEL_BSP_MAX_QUEUE_SIZE`), batches of 512 (`OTEL_BSP_MAX_EXPORT_BATCH_SIZE`), a
    /// delay of 5 s (`OTEL_BSP_SCHEDULE_DELAY`), 30 s per export (`OTEL_BSP_EXPORT_TIMEOUT`, where 0 is no limit).
    ///
    /// The specification's queue of 2,048 loses most of a burst, so the default is wide enough for 100,000 spans at
    /// once. The queue takes memory only for what waits in it: about 1 kB for a span with ten attributes.
    public static let spans = BatchLimits(
        queueCapacity: 131_072, batchSize: 512, delay: .seconds(5), exportTimeout: .seconds(30))

    /// Log lines: a queue of 16,384, batches of 512, a delay of 1 s, 30 s per export (`OTEL_BLRP_…`).
    public static let logs = BatchLimits(
        queueCapacity: 16_384, batchSize: 512, delay: .seconds(1), exportTimeout: .seconds(30))

    /// Makes limits; a batch is never larger than the queue.
    public init(queueCapacity: Int, batchSize: Int, delay: Duration, exportTimeout: Duration) {
        self.queueCapacity = max(1, queueCapacity)
        self.batchSize = min(max(1, batchSize), max(1, queueCapacity))
        self.delay = delay
        self.exportTimeout = exportTimeout
    }

    /// The defaults, overridden by the variables with this prefix.
    init(_ reader: inout EnvironmentReader, prefix: String, defaults: BatchLimits) {
        self.init(
            queueCapacity: reader.count("\(prefix)_MAX_QUEUE_SIZE", from: 1) ?? defaults.queueCapacity,
            batchSize: reader.count("\(prefix)_MAX_EXPORT_BATCH_SIZE", from: 1) ?? defaults.batchSize,
            // A delay of zero would make the export loop spin.
            delay: max(.milliseconds(1), reader.milliseconds("\(prefix)_SCHEDULE_DELAY") ?? defaults.delay),
            exportTimeout: reader.timeout("\(prefix)_EXPORT_TIMEOUT") ?? defaults.exportTimeout)
    }
}
