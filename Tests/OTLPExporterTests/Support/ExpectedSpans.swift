import Foundation
import Telemetry

/// What the official messages must show of a record: defaults absent, 64-bit whole numbers as text, ids hexadecimal.
func expected(_ span: SpanRecord) -> ExactJSON {
    .object(present: [
        "trace_id": .string(hexadecimal(span.traceID)),
        "span_id": .string(hexadecimal(span.spanID)),
        "parent_span_id": span.parentSpanID.map { .string(hexadecimal($0)) },
        "trace_state": text(span.traceState),
        "flags": .number(Double(span.flags) + 0x100 + (span.parentIsRemote ? 0x200 : 0)),
        "name": text(span.name),
        "kind": kind(span.kind),
        "start_time_unix_nano": whole(span.startTime),
        "end_time_unix_nano": whole(span.endTime),
        "attributes": list(span.attributes.map(expected)),
        "dropped_attributes_count": count(span.droppedAttributes),
        "events": list(
            span.events.map { event in
                .object(present: [
                    "name": text(event.name), "time_unix_nano": whole(event.time),
                    "attributes": list(event.attributes.map(expected)),
                    "dropped_attributes_count": count(event.droppedAttributes),
                ])
            }),
        "dropped_events_count": count(span.droppedEvents),
        "links": list(
            span.links.map { link in
                .object(present: [
                    "trace_id": .string(hexadecimal(link.traceID)), "span_id": .string(hexadecimal(link.spanID)),
                    "trace_state": text(link.traceState), "attributes": list(link.attributes.map(expected)),
                ])
            }),
        "dropped_links_count": count(span.droppedLinks),
        "status": status(span.status),
    ])
}

func expected(_ attribute: Attribute) -> ExactJSON {
    .object(present: ["key": text(attribute.key), "value": expected(attribute.value)])
}

func expected(_ value: AttributeValue) -> ExactJSON {
    switch value {
    case .string(let value): .object(["string_value": .string(value)])
    case .bool(let value): .object(["bool_value": .bool(value)])
    case .int(let value): .object(["int_value": .string(String(value))])
    case .double(let value): .object(["double_value": double(value)])
    case .array(let values):
        .object(["array_value": .object(present: ["values": list(values.map(expected))])])
    }
}

func double(_ value: Double) -> ExactJSON {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return .number(value)
}

private func kind(_ kind: SpanRecord.Kind) -> ExactJSON {
    switch kind {
    case .internal: "SPAN_KIND_INTERNAL"
    case .server: "SPAN_KIND_SERVER"
    case .client: "SPAN_KIND_CLIENT"
    case .producer: "SPAN_KIND_PRODUCER"
    case .consumer: "SPAN_KIND_CONSUMER"
    }
}

private func status(_ status: SpanRecord.Status) -> ExactJSON? {
    switch status {
    case .unset: nil
    case .ok: .object(["code": "STATUS_CODE_OK"])
    case .error(let message): .object(present: ["code": "STATUS_CODE_ERROR", "message": text(message)])
    }
}

func text(_ text: String) -> ExactJSON? { text.isEmpty ? nil : .string(text) }
func whole(_ number: UInt64) -> ExactJSON? { number == 0 ? nil : .string(String(number)) }
func count(_ number: Int) -> ExactJSON? { number == 0 ? nil : .number(Double(UInt32(clamping: number))) }
func list(_ elements: [ExactJSON]) -> ExactJSON? { elements.isEmpty ? nil : .array(elements) }

func hexadecimal(_ id: TraceID) -> String { hexadecimal(id.high) + hexadecimal(id.low) }
func hexadecimal(_ id: SpanID) -> String { hexadecimal(id.value) }

private func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
