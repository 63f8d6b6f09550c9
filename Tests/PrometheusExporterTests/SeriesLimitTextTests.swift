import Metrics
import PrometheusExporter
import Telemetry
import TelemetryCatalog
import TestSupport
import Testing

/// How series beyond the limit read, in the text that alerts are evaluated on and in the file that adds runs up.
@Suite(.timeLimit(.minutes(10))) struct SeriesLimitTextTests {
    private func collect() -> [MetricRecord] {
        var configuration = TelemetryConfiguration()
        configuration.cardinalityLimit = 4
        let system = TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration, exporters: [], warn: { _ in })
        for index in 0..<10 {
            Counter(label: "app.items", dimensions: [("id", "\(index)")], factory: system.metricsFactory).increment()
            Counter(
                label: Instruments.attempts.name,
                dimensions: [
                    (AttributeKey.agentName, "a"), (AttributeKey.outcome, OutcomeName.failed),
                    (AttributeKey.errorType, "Error\(index)"),
                ], factory: system.metricsFactory
            ).increment()
        }
        let names = ["app.items", Instruments.attempts.name, Instruments.seriesOverflow.name]
        return system.collectMetrics().filter { names.contains($0.name) }
    }

    @Test func seriesBeyondTheLimitAreToldApartByTheirLabels() async throws {
        let text = PrometheusText.render(collect(), resource: TelemetryResource([]), scopeLabels: false)
        for line in [
            #"app_items_total{otel_metric_overflow="true"} 7"#,
            #"coordinator_agent_attempts_total{coordinator_outcome="failed",error_type="_OTHER",gen_ai_agent_name="a"} 7"#,
            #"coordinator_telemetry_overflow_total{coordinator_telemetry_metric="app.items"} 7"#,
            #"coordinator_telemetry_overflow_total{coordinator_telemetry_metric="coordinator.agent.attempts"} 7"#,
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line)")
        }
        #expect(try await Promtool.complaints(about: text) == "")
    }

    @Test func runsBeyondTheLimitAddUpInAFile() throws {
        let folder = try TemporaryFolder()
        let file = MetricsFile(path: folder.file("metrics.prom").path)
        for _ in 0..<3 { try file.add(collect(), resource: TelemetryResource([])) }
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(text.contains(#"otel_metric_overflow="true",otel_scope_name="coordinator"} 21"#))
        #expect(text.contains(#"error_type="_OTHER",gen_ai_agent_name="a",otel_scope_name="coordinator"} 21"#))
        #expect(text.contains(#"coordinator_telemetry_metric="app.items",otel_scope_name="Telemetry""#))
    }

    @Test func agentsThatARunDoesNotHaveStayInAFile() throws {
        let folder = try TemporaryFolder()
        let file = MetricsFile(path: folder.file("metrics.prom").path)
        for agent in ["a", "b"] {
            try file.add([counter("runs", 1, ["agent": agent])], resource: TelemetryResource([]))
        }
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(text.contains(#"agent="a""#) && text.contains(#"agent="b""#))
    }

    /// An empty value is the same as no label, so an alert must not see one.
    @Test func emptyLabelIsNoLabel() {
        let text = PrometheusText.render(
            [counter("c", 1, ["a": "", "b": "x"])], resource: TelemetryResource([]), scopeLabels: false)
        #expect(text.contains("c_total{b=\"x\"} 1"))
    }
}
