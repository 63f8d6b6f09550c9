import TelemetryCatalog
import Tracing

/// A span of ``TelemetryTracer``. When it is not sampled it carries ids and records nothing.
///
/// A class, since the façade passes spans as `any Span`, for which a struct of this size would be boxed each time.
public final class TelemetrySpan: Tracing.Span {
    /// The context in which the span was started.
    private let base: ServiceContext
    private let active: ActiveSpan
    private let name: String

    init(base: ServiceContext, active: ActiveSpan, name: String) {
        self.base = base
        self.active = active
        self.name = name
    }

    /// The context with this span as the active one. Each read makes it anew, which costs as much as the rest of a span
    /// that is not sampled: keep it when you need it twice.
    public var context: ServiceContext { active.context(from: base) }

    /// The span's ids, as they travel to other processes.
    public var spanContext: SpanContext { active.context }

    /// The span's name.
    public var operationName: String {
        get { active.name ?? name }
        set { active.rename(newValue) }
    }

    /// The attributes set so far. Set them all at once: every single assignment copies the dictionary.
    public var attributes: SpanAttributes {
        get { active.attributes }
        set { active.attributes = newValue }
    }

    /// Whether the span is sampled and has not ended.
    public var isRecording: Bool { active.isRecording }

    /// Sets the status. `ok` is final; an error without a message keeps the message of an earlier one.
    public func setStatus(_ status: SpanStatus) { active.setStatus(status) }

    /// Adds an event, unless the limit is reached.
    public func addEvent(_ event: SpanEvent) { active.add(event) }

    /// Adds a link to another span; one without a span in its context is ignored.
    public func addLink(_ link: SpanLink) { active.add(link) }

    /// Adds an event named `exception` with the error's type and text.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        guard active.isRecorded else { return }
        var all: SpanAttributes = [
            AttributeKey.exceptionType: .string(String(reflecting: type(of: error))),
            AttributeKey.exceptionMessage: .string(String(describing: error)),
        ]
        all.merge(attributes)
        active.add(SpanEvent(name: "exception", at: instant(), attributes: all))
    }

    /// Ends the span at exactly the given instant; only the first call counts.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        if active.isRecorded { active.end(at: instant().nanosecondsSinceEpoch) }
    }
}
