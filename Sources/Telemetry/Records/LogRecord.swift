/// One log line, as exporters receive it.
public struct LogRecord: Sendable, Hashable {
    /// When it was logged, in nanoseconds since 1970.
    public var time: UInt64
    /// OpenTelemetry's severity number: TRACE 1, DEBUG 5, INFO 9, WARN 13, ERROR 17, FATAL 21.
    public var severity: Int
    /// The level's name.
    public var severityText: String
    /// The message.
    public var body: String
    /// The event's name, empty for an ordinary line.
    public var eventName: String
    /// The metadata.
    public var attributes: [Attribute]
    /// The active trace, if any.
    public var traceID: TraceID?
    /// The active span, if any.
    public var spanID: SpanID?
    /// W3C trace flags of the active span.
    public var flags: UInt8
    /// The logger's label.
    public var scope: InstrumentationScope

    /// Makes a record.
    public init(
        time: UInt64, severity: Int, severityText: String, body: String, eventName: String = "",
        attributes: [Attribute] = [], traceID: TraceID? = nil, spanID: SpanID? = nil, flags: UInt8 = 0,
        scope: InstrumentationScope
    ) {
        self.time = time
        self.severity = severity
        self.severityText = severityText
        self.body = body
        self.eventName = eventName
        self.attributes = attributes
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
        self.scope = scope
    }
}
