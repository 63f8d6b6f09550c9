import OTLPExporter
import Telemetry
import TestSupport
import Testing

@Suite("Size of requests", .timeLimit(.minutes(10)))
struct RequestSizeTests {
    private func export(
        _ batch: SignalBatch, to sink: OTLPSink, limit: Int, compression: OTLPEndpoint.Compression = .none
    ) async throws -> ExportResult {
        var configuration = sink.configuration(compression: compression)
        configuration.maximumRequestBytes = limit
        let exporter = try OTLPHTTPExporter(configuration: configuration)
        return await exporter.export(batch, resource: anyResource, deadline: .now + .seconds(600))
    }

    @Test func largeBatchesAreSplitWithoutLossOrDuplicates() async throws {
        let limit = 2_000
        let sink = try await OTLPSink()
        #expect(try await export(anySpans(100), to: sink, limit: limit) == .delivered(httpStatus: 200))
        #expect(
            try await export(.logs((0..<100).map { anyLog("\($0)") }), to: sink, limit: limit)
                == .delivered(httpStatus: 200))
        let metrics = [1, 0, 70, 29].map { anyMetric(points: $0) }
        #expect(try await export(.metrics(metrics), to: sink, limit: limit) == .delivered(httpStatus: 200))

        let lines = try sink.lines()
        #expect(lines.count > 6)
        for line in lines { #expect(try #require(line["bytes"].number) <= Double(limit)) }
        func messages(_ signal: String) -> [ExactJSON] {
            lines.filter { $0["signal"] == .string(signal) }.map { $0["message"] }
        }
        let spans = messages("traces").flatMap { $0["resource_spans"][0]["scope_spans"][0]["spans"].elements }
        #expect(spans.map { $0["name"].string } == (0..<100).map { "span \($0)" })
        let logs = messages("logs").flatMap { $0["resource_logs"][0]["scope_logs"][0]["log_records"].elements }
        #expect(logs.map { $0["body"]["string_value"].string } == (0..<100).map { "\($0)" })
        let points = messages("metrics").flatMap { $0["resource_metrics"][0]["scope_metrics"][0]["metrics"].elements }
            .flatMap { $0["sum"]["data_points"].elements }
        let expected = metrics.flatMap { $0.points.indices.map { String($0) } }
        #expect(points.map { $0["as_int"].string } == expected)
    }

    @Test func oversizedRecordIsRejectedAndTheRestIsSent() async throws {
        let sink = try await OTLPSink()
        var spans = (0..<10).map { anySpan("span \($0)") }
        spans[4].attributes = [Attribute("huge", .string(String(repeating: "x", count: 10_000)))]
        let result = try await export(.spans(spans, scope: anyScope), to: sink, limit: 5_000)
        guard case .delivered(rejected: 1, let message, _) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(message.contains("maximumRequestBytes"))
        let names = try sink.lines().flatMap {
            $0["message"]["resource_spans"][0]["scope_spans"][0]["spans"].elements.map { $0["name"].string }
        }
        #expect(names == (0..<10).filter { $0 != 4 }.map { "span \($0)" })
    }

    @Test func failedPartOfABatchIsReportedAsRejected() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200), ScriptedAnswer(400))
        var configuration = OTLPConfiguration(
            traces: OTLPEndpoint(url: server.url("/v1/traces"), timeout: .seconds(600)))
        let exporter = try OTLPHTTPExporter(configuration: configuration)
        _ = await exporter.export(anySpans(2), resource: anyResource, deadline: .now + .seconds(600))
        let whole = try server.requests()[0].bodyBytes.count

        let second = try await ScriptedServer(ScriptedAnswer(200), ScriptedAnswer(400))
        configuration = OTLPConfiguration(traces: OTLPEndpoint(url: second.url("/v1/traces"), timeout: .seconds(600)))
        configuration.maximumRequestBytes = whole - 1
        let result = await (try OTLPHTTPExporter(configuration: configuration)).export(
            anySpans(2), resource: anyResource, deadline: .now + .seconds(600))
        guard case .delivered(rejected: 1, let message, _) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(message.contains("400"))
        #expect(try second.requests().count == 2)
    }

    @Test func compressedRequestsAreSmallerAndReadable() async throws {
        let sink = try await OTLPSink()
        #expect(
            try await export(anySpans(1_000), to: sink, limit: .max, compression: .gzip) == .delivered(httpStatus: 200))
        let line = try #require(try sink.lines().first)
        #expect(line["headers"]["content-encoding"] == "gzip")
        let sent = try #require(line["headers"]["content-length"].string.flatMap { Double($0) })
        #expect(try sent < #require(line["bytes"].number) / 4)
        #expect(line["message"]["resource_spans"][0]["scope_spans"][0]["spans"].elements.count == 1_000)
    }
}
