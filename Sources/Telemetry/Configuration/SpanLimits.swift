/// How much one span may hold. Anything beyond a limit is left out and counted in the record's `dropped…` fields.
public struct SpanLimits: Sendable, Hashable {
    /// Attributes of a span (`OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, default 128).
    public var attributes = 128
    /// Events of a span (`OTEL_SPAN_EVENT_COUNT_LIMIT`, default 128).
    public var events = 128
    /// Links of a span (`OTEL_SPAN_LINK_COUNT_LIMIT`, default 128).
    public var links = 128
    /// Attributes of one event (`OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, default 128).
    public var attributesPerEvent = 128
    /// Attributes of one link (`OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`, default 128).
    public var attributesPerLink = 128
    /// Characters of a string value; longer ones are cut (`OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, default: none).
    public var valueLength: Int?

    /// The defaults of the OpenTelemetry specification.
    public init() {}
}
