import COTLP
import Telemetry

@testable import OTLPExporter

// Spans as protobuf-c writes them: what the exporter's own writer of spans is held to, byte by byte.
extension MessageArena {
    /// The request that carries these spans.
    func request(
        spans: [SpanRecord], scope: InstrumentationScope, resource: TelemetryResource
    ) -> [UInt8] {
        let request = message(otlp__export_trace_service_request__init) { request in
            (request.n_resource_spans, request.resource_spans) =
                messages(CollectionOfOne(resource), otlp__resource_spans__init) { resource, message in
                    message.resource = self.resource(resource)
                    (message.n_scope_spans, message.scope_spans) =
                        messages(CollectionOfOne((scope, spans)), otlp__scope_spans__init) { fill(&$1, with: $0) }
                }
        }
        return packed(
            request, size: otlp__export_trace_service_request__get_packed_size,
            pack: otlp__export_trace_service_request__pack)
    }

    private func fill(_ message: inout Otlp__ScopeSpans, with group: ScopedRecords<SpanRecord>) {
        message.scope = scope(group.scope)
        (message.n_spans, message.spans) = messages(group.records, otlp__span__init) { fill(&$1, with: $0) }
    }

    /// One `Span` message, as it stands in a request.
    func packed(_ span: SpanRecord) -> PackedBytes {
        let message = message(otlp__span__init) { fill(&$0, with: span) }
        return packedInPlace(message, size: otlp__span__get_packed_size, pack: otlp__span__pack)
    }

    private func fill(_ message: inout Otlp__Span, with span: SpanRecord) {
        message.trace_id = bytes(span.traceID)
        message.span_id = bytes(span.spanID)
        message.trace_state = text(span.traceState)
        if let parent = span.parentSpanID { message.parent_span_id = bytes(parent) }
        message.flags = span.wireFlags
        message.name = text(span.name)
        message.kind = span.kind.wireValue
        message.start_time_unix_nano = span.startTime
        message.end_time_unix_nano = span.endTime
        (message.n_attributes, message.attributes) = attributes(span.attributes)
        message.dropped_attributes_count = UInt32(clamping: span.droppedAttributes)
        (message.n_events, message.events) = messages(span.events, otlp__span__event__init) { fill(&$1, with: $0) }
        message.dropped_events_count = UInt32(clamping: span.droppedEvents)
        (message.n_links, message.links) = messages(span.links, otlp__span__link__init) { fill(&$1, with: $0) }
        message.dropped_links_count = UInt32(clamping: span.droppedLinks)
        message.status = status(span.status)
    }

    private func fill(_ message: inout Otlp__Span__Event, with event: SpanRecord.Event) {
        message.time_unix_nano = event.time
        message.name = text(event.name)
        (message.n_attributes, message.attributes) = attributes(event.attributes)
        message.dropped_attributes_count = UInt32(clamping: event.droppedAttributes)
    }

    private func fill(_ message: inout Otlp__Span__Link, with link: SpanRecord.Link) {
        message.trace_id = bytes(link.traceID)
        message.span_id = bytes(link.spanID)
        message.trace_state = text(link.traceState)
        (message.n_attributes, message.attributes) = attributes(link.attributes)
    }
}
