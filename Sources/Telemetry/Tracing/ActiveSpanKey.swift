import Tracing

enum ActiveSpanKey: ServiceContextKey {
    typealias Value = ActiveSpan
    static var nameOverride: String? { "telemetry.span" }
}

extension ServiceContext {
    /// The active span, whether of this process or extracted from a carrier.
    public var spanContext: SpanContext? { self[ActiveSpanKey.self]?.context }

    /// The current task's active span.
    public static var currentSpanContext: SpanContext? { current?.spanContext }
}
