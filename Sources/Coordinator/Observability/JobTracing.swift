import Tracing

/// Starts the spans of one job.
struct JobTracing: Sendable {
    let tracer: any Tracer

    /// Starts a span below another one.
    func start(_ name: String, below parent: StartedSpan, at: Timestamp) -> StartedSpan {
        start(name, context: parent.context, parent: parent.reference, at: at)
    }

    /// The W3C `traceparent` of a context; `nil` outside of any trace.
    func traceparent(of context: ServiceContext) -> String? {
        var carrier = PropagationHeaders()
        tracer.inject(context, into: &carrier, using: HeaderInjector())
        return carrier.traceparent
    }

    /// The context of a W3C `traceparent`.
    func context(traceparent: String) -> ServiceContext {
        var context = ServiceContext.topLevel
        tracer.extract([PropagationHeaders.traceparent: traceparent], into: &context, using: HeaderExtractor())
        return context
    }

    func start(_ name: String, context: ServiceContext, parent: TraceReference? = nil, at: Timestamp) -> StartedSpan {
        let span = tracer.startSpan(name, context: context, ofKind: .internal, at: at)
        var carrier = PropagationHeaders()
        // Read once, since a tracer may make the context anew each time it is read.
        let own = span.context
        tracer.inject(own, into: &carrier, using: HeaderInjector())
        return StartedSpan(span, context: own, headers: carrier, parent: parent)
    }
}

/// A started span with its ids as text. The ids are learned by injecting them as W3C headers, since the façade offers
/// no other way.
final class StartedSpan: Sendable {
    let span: any Span
    let context: ServiceContext
    let reference: TraceReference?
    private let propagation: PropagationHeaders

    fileprivate init(
        _ span: any Span, context: ServiceContext, headers: PropagationHeaders, parent: TraceReference?
    ) {
        self.span = span
        self.context = context
        propagation = headers
        reference = headers.traceparent.flatMap { TraceReference(traceparent: $0, parent: parent) }
    }

    /// The headers that carry the span to another process.
    var headers: [String: String] {
        var headers = Dictionary(propagation.others.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        headers[PropagationHeaders.traceparent] = propagation.traceparent
        return headers
    }

    /// Sets all attributes and the status, then ends the span.
    func end(_ attributes: @autoclosure () -> SpanAttributeValues, failure: Failure?, at: Timestamp) {
        if span.isRecording { span.attributes = SpanAttributes(attributes()) }
        if let failure { span.setStatus(SpanStatus(code: .error, message: failure.message)) }
        span.end(at: at)
    }
}

/// The headers that a propagator wrote, by lower-case name.
private struct PropagationHeaders: Sendable {
    static let traceparent = "traceparent"
    var traceparent: String?
    var others: [(key: String, value: String)] = []
}

private struct HeaderExtractor: Extractor {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key.lowercased()] }
}

private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into carrier: inout PropagationHeaders) {
        if key == PropagationHeaders.traceparent || key.lowercased() == PropagationHeaders.traceparent {
            carrier.traceparent = value
        } else {
            carrier.others.append((key.lowercased(), value))
        }
    }
}

extension TraceReference {
    /// Reads `00-<32 hex digits>-<16 hex digits>-<flags>`; the trace's id is shared with the parent's.
    fileprivate init?(traceparent: String, parent: TraceReference?) {
        // Read as bytes: indices into text cost ten times as much, and every span comes by here.
        let bytes = traceparent.utf8.span
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash else { return nil }
        func text(_ range: Range<Int>) -> String {
            bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }
        let trace = text(3..<35)
        traceID = if let parent, parent.traceID == trace { parent.traceID } else { trace }
        spanID = text(36..<52)
    }
}
