/// The telemetry SDK's metrics about itself, as the OpenTelemetry conventions name them (status Development).
public enum SDKInstruments {
    private typealias Key = AttributeKey
    private static let component = [Key.componentType, Key.componentName]
    private static let exporter = component + [Key.serverAddress, Key.serverPort]

    /// Spans started.
    public static let spanStarted = InstrumentDefinition(
        "otel.sdk.span.started", .counter, unit: "{span}", "Spans started.",
        attributes: [Key.spanParentOrigin, Key.spanSamplingResult])
    /// Spans started and not ended.
    public static let spanLive = InstrumentDefinition(
        "otel.sdk.span.live", .upDownCounter, unit: "{span}", "Recording spans that have not ended yet.",
        attributes: [Key.spanSamplingResult])
    /// Spans a processor is done with.
    public static let processorSpanProcessed = InstrumentDefinition(
        "otel.sdk.processor.span.processed", .counter, unit: "{span}",
        "Spans the processor is done with; error.type says why one was dropped.",
        attributes: component + [Key.errorType])
    /// Spans waiting for export.
    public static let processorSpanQueueSize = InstrumentDefinition(
        "otel.sdk.processor.span.queue.size", .upDownCounter, unit: "{span}", "Spans waiting for export.",
        attributes: component)
    /// How many spans may wait for export.
    public static let processorSpanQueueCapacity = InstrumentDefinition(
        "otel.sdk.processor.span.queue.capacity", .upDownCounter, unit: "{span}",
        "Spans that may wait for export.", attributes: component)
    /// Spans exported.
    public static let exporterSpanExported = InstrumentDefinition(
        "otel.sdk.exporter.span.exported", .counter, unit: "{span}",
        "Spans for which an export ended; error.type says why it failed.", attributes: exporter + [Key.errorType])
    /// Spans handed to an exporter whose export has not ended.
    public static let exporterSpanInflight = InstrumentDefinition(
        "otel.sdk.exporter.span.inflight", .upDownCounter, unit: "{span}",
        "Spans handed to the exporter whose export has not ended yet.", attributes: exporter)
    /// Log lines recorded.
    public static let logCreated = InstrumentDefinition(
        "otel.sdk.log.created", .counter, unit: "{log_record}", "Log lines recorded.")
    /// Log lines a processor is done with.
    public static let processorLogProcessed = InstrumentDefinition(
        "otel.sdk.processor.log.processed", .counter, unit: "{log_record}",
        "Log lines the processor is done with; error.type says why one was dropped.",
        attributes: component + [Key.errorType])
    /// Log lines waiting for export.
    public static let processorLogQueueSize = InstrumentDefinition(
        "otel.sdk.processor.log.queue.size", .upDownCounter, unit: "{log_record}", "Log lines waiting for export.",
        attributes: component)
    /// How many log lines may wait for export.
    public static let processorLogQueueCapacity = InstrumentDefinition(
        "otel.sdk.processor.log.queue.capacity", .upDownCounter, unit: "{log_record}",
        "Log lines that may wait for export.", attributes: component)
    /// Log lines exported.
    public static let exporterLogExported = InstrumentDefinition(
        "otel.sdk.exporter.log.exported", .counter, unit: "{log_record}",
        "Log lines for which an export ended; error.type says why it failed.",
        attributes: exporter + [Key.errorType])
    /// Log lines handed to an exporter whose export has not ended.
    public static let exporterLogInflight = InstrumentDefinition(
        "otel.sdk.exporter.log.inflight", .upDownCounter, unit: "{log_record}",
        "Log lines handed to the exporter whose export has not ended yet.", attributes: exporter)
    /// Duration of collections of metrics.
    public static let readerCollectionDuration = InstrumentDefinition(
        "otel.sdk.metric_reader.collection.duration", .histogram(bounds: BucketBounds.inference), unit: "s",
        "Duration of one collection of metrics.", attributes: component + [Key.errorType])
    /// Metric points exported.
    public static let exporterPointExported = InstrumentDefinition(
        "otel.sdk.exporter.metric_data_point.exported", .counter, unit: "{data_point}",
        "Metric points for which an export ended; error.type says why it failed.",
        attributes: exporter + [Key.errorType])
    /// Metric points handed to an exporter whose export has not ended.
    public static let exporterPointInflight = InstrumentDefinition(
        "otel.sdk.exporter.metric_data_point.inflight", .upDownCounter, unit: "{data_point}",
        "Metric points handed to the exporter whose export has not ended yet.", attributes: exporter)
    /// Duration of export calls.
    public static let exporterOperationDuration = InstrumentDefinition(
        "otel.sdk.exporter.operation.duration", .histogram(bounds: BucketBounds.inference), unit: "s",
        "Duration of one export call.", attributes: exporter + [Key.errorType, Key.httpStatusCode])

    /// Every instrument the SDK records about itself.
    public static let all = [
        spanStarted, spanLive, processorSpanProcessed, processorSpanQueueSize, processorSpanQueueCapacity,
        exporterSpanExported, exporterSpanInflight, logCreated, processorLogProcessed, processorLogQueueSize,
        processorLogQueueCapacity, exporterLogExported, exporterLogInflight, readerCollectionDuration,
        exporterPointExported, exporterPointInflight, exporterOperationDuration,
    ]
}
