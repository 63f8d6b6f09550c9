import Logging
import TelemetryCatalog
import Tracing

/// The log backend of a ``TelemetrySystem``: every line becomes a ``LogRecord`` with the ids of the active span.
public struct TelemetryLogHandler: LogHandler {
    /// Metadata that every line carries.
    public var metadata: Logger.Metadata = [:]
    /// Adds metadata at the time of the line.
    public var metadataProvider: Logger.MetadataProvider?
    /// Lines below this level are left out. Default `info`.
    public var logLevel: Logger.Level = .info

    private let scope: InstrumentationScope
    private let pipelines: [BatchPipeline<LogRecord>]
    private let selfMetrics: SelfMetrics
    private let now: @Sendable () -> UInt64
    private let console: ConsoleLogHandler?

    init(
        label: String, pipelines: [BatchPipeline<LogRecord>], selfMetrics: SelfMetrics,
        now: @escaping @Sendable () -> UInt64, console: ConsoleLogHandler?
    ) {
        self.scope = InstrumentationScope(name: label)
        self.pipelines = pipelines
        self.selfMetrics = selfMetrics
        self.now = now
        self.console = console
        if let console { logLevel = console.logLevel }
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Records one line.
    public func log(event: LogEvent) {
        let record = LogRecord(
            event, time: now(), metadata: metadata.merging(metadataProvider?.get() ?? [:]) { $1 },
            span: ServiceContext.currentSpanContext, scope: scope)
        selfMetrics.logCreated()
        console?.write(record)
        for pipeline in pipelines { pipeline.append(record) }
    }
}

extension LogRecord {
    /// The record of a façade's event.
    ///
    /// A message that is one of the catalog's event names, or metadata `event.name`, names the event.
    init(
        _ event: LogEvent, time: UInt64, metadata: Logger.Metadata, span: SpanContext?, scope: InstrumentationScope
    ) {
        var metadata = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        let body = event.message.description
        var name = EventName.all.contains(body) ? body : ""
        if let explicit = metadata.removeValue(forKey: "event.name") { name = explicit.description }
        var attributes = LogAttributes.flatten(metadata)
        if let error = event.error {
            attributes.removeAll { [AttributeKey.exceptionMessage, AttributeKey.exceptionType].contains($0.key) }
            attributes.append(
                Attribute(AttributeKey.exceptionMessage, .string(String(describing: error))))
            attributes.append(
                Attribute(AttributeKey.exceptionType, .string(String(reflecting: type(of: error)))))
        }
        self.init(
            time: time, severity: event.level.severity, severityText: event.level.severityText, body: body,
            eventName: name, attributes: attributes, traceID: span?.traceID, spanID: span?.spanID,
            flags: span?.flags ?? 0, scope: scope)
    }
}

extension Logger.Level {
    /// OpenTelemetry's severity number.
    var severity: Int {
        switch self {
        case .trace: 1
        case .debug: 5
        case .info: 9
        case .notice: 10
        case .warning: 13
        case .error: 17
        case .critical: 21
        }
    }

    /// The level as people read it in a terminal.
    var severityText: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTICE"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }
}
