import Support
import Telemetry
import TestSupport
import Testing

@Suite("Spans on the wire, read by the official messages", .timeLimit(.minutes(10)))
struct SpanEncodingTests {
    @Test func everyFieldArrives() async throws {
        let span = SpanRecord(
            traceID: TraceID(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10),
            spanID: SpanID(0x1112_1314_1516_1718), parentSpanID: SpanID(0xFFEE), flags: 1, parentIsRemote: true,
            traceState: "a=b", name: "invoke_agent", kind: .client, startTime: 1_700_000_000_000_000_001,
            endTime: 1_700_000_000_000_000_002,
            attributes: [Attribute("key", .array([.string("x"), .int(-1), .bool(false), .double(0)]))],
            droppedAttributes: 2,
            events: [.init(name: "event", time: 7, attributes: [Attribute("e", .string(""))], droppedAttributes: 3)],
            droppedEvents: 4,
            links: [
                .init(
                    traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), traceState: "c=d",
                    attributes: [Attribute("l", .int(0))])
            ], droppedLinks: 5, status: .error(message: "it broke"))
        let message = try await decodedOfficially(.spans([span], scope: anyScope))
        let resourceSpans = message["resource_spans"]
        #expect(resourceSpans.elements.count == 1)
        #expect(
            resourceSpans[0]["resource"]["attributes"] == .array([expected(Attribute("service.name", .string("test")))])
        )
        let scopeSpans = resourceSpans[0]["scope_spans"]
        #expect(scopeSpans.elements.count == 1)
        #expect(scopeSpans[0]["scope"] == .object(["name": "scope", "version": "1.2"]))
        let received = scopeSpans[0]["spans"][0]
        #expect(received == expected(span))
        // Written out once, so that a mistake in `expected` shows too.
        #expect(received["trace_id"] == "0102030405060708090a0b0c0d0e0f10")
        #expect(received["span_id"] == "1112131415161718")
        #expect(received["parent_span_id"] == "000000000000ffee")
        #expect(received["flags"] == .number(0x301))
        #expect(received["kind"] == "SPAN_KIND_CLIENT")
        #expect(received["start_time_unix_nano"] == "1700000000000000001")
        #expect(received["attributes"][0]["value"]["array_value"]["values"][2] == .object(["bool_value": false]))
        #expect(received["events"][0]["attributes"][0]["value"] == .object(["string_value": ""]))
        #expect(received["links"][0]["attributes"][0]["value"] == .object(["int_value": "0"]))
        #expect(received["dropped_links_count"] == .number(5))
        #expect(received["status"] == .object(["code": "STATUS_CODE_ERROR", "message": "it broke"]))
    }

    @Test func randomSpansArriveAsTheyWereRecorded() async throws {
        let seed = SeededGenerator.announced().seed
        var records = RandomRecords(seed: seed)
        let spans = (0..<200).map { _ in records.span() }
        let message = try await decodedOfficially(.spans(spans, scope: anyScope))
        let received = message["resource_spans"][0]["scope_spans"][0]["spans"].elements
        #expect(received.count == spans.count)
        for (span, json) in zip(spans, received) {
            try #require(json == expected(span), "seed \(seed)")
        }
    }
}
