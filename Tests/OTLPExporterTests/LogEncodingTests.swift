import Telemetry
import Testing

@Suite("Log lines on the wire, read by the official messages", .timeLimit(.minutes(10)))
struct LogEncodingTests {
    @Test func everyFieldArrives() async throws {
        let log = LogRecord(
            time: 1_700_000_000_000_000_000, severity: 17, severityText: "error", body: "a\0b", eventName: "event",
            attributes: [Attribute("n", .int(0))], traceID: TraceID(high: 0, low: 1), spanID: SpanID(2), flags: 1,
            scope: anyScope)
        let message = try await decodedOfficially(.logs([log]))
        #expect(
            message["resource_logs"][0]["scope_logs"][0]["log_records"][0]
                == .object([
                    "time_unix_nano": "1700000000000000000", "observed_time_unix_nano": "1700000000000000000",
                    "severity_number": "SEVERITY_NUMBER_ERROR", "severity_text": "error",
                    "body": .object(["string_value": "a\0b"]), "event_name": "event",
                    "attributes": .array([expected(Attribute("n", .int(0)))]),
                    "trace_id": "00000000000000000000000000000001", "span_id": "0000000000000002", "flags": .number(1),
                ]))
    }

    @Test func logWithoutTraceHasNoIDsAndKeepsAnEmptyBody() async throws {
        let message = try await decodedOfficially(.logs([anyLog("")]))
        let record = message["resource_logs"][0]["scope_logs"][0]["log_records"][0]
        #expect(record["trace_id"] == .null)
        #expect(record["span_id"] == .null)
        #expect(record["body"] == .object(["string_value": ""]))
    }

    @Test func logsAreGroupedByScopeAndSeveritiesAreClamped() async throws {
        var other = anyLog("b")
        other.scope = InstrumentationScope(name: "other")
        other.severity = 99
        var negative = anyLog("c")
        negative.severity = -1
        let message = try await decodedOfficially(.logs([anyLog("a"), other, negative]))
        let scopes = message["resource_logs"][0]["scope_logs"].elements
        #expect(scopes.map { $0["scope"]["name"].string } == ["scope", "other"])
        #expect(scopes.map { $0["log_records"].elements.count } == [2, 1])
        #expect(scopes[1]["log_records"][0]["severity_number"] == "SEVERITY_NUMBER_FATAL4")
        #expect(scopes[0]["log_records"][1]["severity_number"] == .null)
    }
}
