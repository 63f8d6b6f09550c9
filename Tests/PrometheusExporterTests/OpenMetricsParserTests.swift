import Coordinator
import Foundation
import Metrics
import PrometheusExporter
import Support
import Telemetry
import TestSupport
import Testing

/// What Prometheus' own Python client reads out of the OpenMetrics text is what was recorded.
@Suite(.timeLimit(.minutes(10))) struct OpenMetricsParser {
    private func read(_ records: [MetricRecord]) async throws -> [JSONValue] {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Support/read_openmetrics.py")
        let text = PrometheusText.render(records, resource: resource, scopeLabels: false, format: .openMetrics)
        let run = try await Program.run(TestPython.withOfficialMessages, [script.path], input: text)
        try #require(run.status == 0, "\(run.standardError.suffix(1000))")
        guard case .array(let families) = try JSONValue(json: Data(run.standardOutput.utf8)) else { return [] }
        return families
    }

    /// Quotation marks, line breaks, backslashes, ten kilobytes and every script.
    @Test func labelValuesRoundTrip() async throws {
        var random = SeededGenerator.announced()
        var values = [
            "\"", "\\", "\n", "\\n", "\\\"", "a\nb\"c\\d", "é\u{2028}🚀", String(repeating: "x\"\\\n", count: 2_560),
        ]
        for _ in 0..<60 { values.append(random.text()) }
        let records = values.enumerated().map { index, value in
            var record = counter("c\(index)", Int64(index), ["value": value])
            record.points[0].exemplars = [
                Exemplar(
                    value: 1, time: 1_700_000_000_000_000_000, traceID: TraceID(high: 1, low: 2), spanID: SpanID(3))
            ]
            return record
        }
        let families = try await read(records)
        var seen: [String: (value: String?, trace: String?)] = [:]
        for family in families {
            guard case .array(let parts) = family, case .array(let samples) = parts[2] else { continue }
            for case .array(let sample) in samples {
                seen[sample[0].stringValue ?? ""] = (sample[1]["value"]?.stringValue, sample[3].stringValue)
            }
        }
        for (index, value) in values.enumerated() {
            let sample = seen["c\(index)_total"]
            #expect(sample?.value ?? "" == value, "value \(index)")
            #expect(sample?.trace == "00000000000000010000000000000002")
        }
    }

    /// Histograms, gauges and units are declared as the parser wants them.
    @Test func everyMetricKindIsParsed() async throws {
        let families = try await read([
            counter("runs", 3), gauge("age", 1.5), histogram("duration", buckets: [1, 2, 0], sum: 1.25),
        ])
        let kinds = families.map { family -> String in
            guard case .array(let parts) = family else { return "" }
            return "\(parts[0].stringValue ?? "") \(parts[1].stringValue ?? "")"
        }
        #expect(kinds == ["target info", "age_seconds gauge", "duration_seconds histogram", "runs counter"])
    }

    /// Fifty thousand agents make a bounded number of series, and none of their runs is lost.
    @Test func numberOfSeriesIsBoundedForManyAgents() async throws {
        let system = TelemetrySystem(
            resource: TelemetryResource([]), exporters: [RecordingExporter()], warn: { _ in })
        let agents = 50_000
        for index in 0..<agents {
            let name = index.isMultiple(of: 7) ? "agent \"\(index)\"\n" : "agent-\(index)"
            Counter(
                label: "coordinator.agent.runs", dimensions: [("gen_ai.agent.name", name)],
                factory: system.metricsFactory
            ).increment()
        }
        let records = system.collectMetrics().filter { $0.name == "coordinator.agent.runs" }
        let points = records.flatMap(\.points)
        #expect(points.count <= 2_000)
        let total = points.reduce(Int64(0)) { sum, point in
            if case .int(let value) = point.value { sum + value } else { sum }
        }
        #expect(total == Int64(agents))
        let text = PrometheusText.render(records, resource: TelemetryResource([]))
        #expect(text.contains(#"otel_metric_overflow="true""#))
        #expect(try await Promtool.complaints(about: text) == "")
        #expect(try await read(records).count == 2)
        _ = await system.shutdown(within: .seconds(60))
    }
}
