import TelemetryCatalog
import Tracing

/// Starts the spans of one job and learns their ids, by injecting them as W3C headers: the façade offers nothing else.
struct JobTracing: Sendable {
    let tracer: any Tracer

    /// A started span with its ids as text.
    struct ActiveSpan: Sendable {
        let span: any Span
        let reference: TraceReference?
        let headers: [String: String]

        var context: ServiceContext { span.context }
    }

    func start(_ name: String, context: ServiceContext, at: Timestamp) -> ActiveSpan {
        let span = tracer.startSpan(name, context: context, ofKind: .internal, at: at)
        var headers: [String: String] = [:]
        tracer.inject(span.context, into: &headers, using: HeaderInjector())
        return ActiveSpan(span: span, reference: Self.reference(in: headers["traceparent"]), headers: headers)
    }

    /// `00-<32 hex digits>-<16 hex digits>-<flags>`.
    private static func reference(in traceparent: String?) -> TraceReference? {
        guard let parts = traceparent?.split(separator: "-", omittingEmptySubsequences: false), parts.count >= 4,
            parts[1].utf8.count == 32, parts[2].utf8.count == 16
        else { return nil }
        return TraceReference(traceID: String(parts[1]), spanID: String(parts[2]))
    }

    private struct HeaderInjector: Injector {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
            carrier[key.lowercased()] = value
        }
    }
}

extension JobTracing.ActiveSpan {
    /// Sets the attributes at once and the status, then ends the span.
    func end(_ attributes: SpanAttributes, failure: Failure?, at: Timestamp) {
        span.attributes = attributes
        if let failure { span.setStatus(SpanStatus(code: .error, message: failure.message)) }
        span.end(at: at)
    }
}
