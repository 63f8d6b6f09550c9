import Foundation
import TestSupport
import Testing

/// What the standard variables do to a run, seen by its caller.
@Suite(.timeLimit(.minutes(10))) struct EnvironmentOutcomes {
    private func run(_ environment: [String: String]) async throws -> (output: Program, metrics: String) {
        let files = try JobFiles(
            """
            workflow: test
            task: {description: answer}
            artifacts: {code: {include: ["**"]}}
            agents:
              - {name: collector, uses: collector}
            """)
        let repository = try await Repository()
        let output = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", repository.path, "--out", files.out, environment: environment)
        let metrics = try String(contentsOf: URL(filePath: files.out).appending(path: "metrics.prom"), encoding: .utf8)
        return (output, metrics)
    }

    @Test func sdkSelfMetricsAreInThePrometheusText() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let (output, metrics) = try await run(["OTEL_EXPORTER_OTLP_ENDPOINT": server.url("")])
        #expect(output.status == 0, "\(output.standardError)")
        for name in [
            "span_started_total", "span_live", "processor_span_processed_total", "processor_span_queue_size",
            "processor_span_queue_capacity", "exporter_span_exported_total", "exporter_span_inflight",
            "log_created_total", "processor_log_processed_total", "processor_log_queue_size",
            "processor_log_queue_capacity", "exporter_log_exported_total", "exporter_log_inflight",
            "metric_reader_collection_duration_seconds", "exporter_metric_data_point_exported_total",
            "exporter_metric_data_point_inflight", "exporter_operation_duration_seconds",
        ] { #expect(metrics.contains("# TYPE otel_sdk_\(name) "), "\(name)") }
        #expect(metrics.contains("server_address=\"127.0.0.1\",server_port=\"\(server.port)\""))
        #expect(Set(try server.requests().map(\.path)) == ["/v1/traces", "/v1/metrics"])
    }

    @Test func consoleExporterPrintsSpansAndSendsNothing() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let (output, _) = try await run([
            "OTEL_EXPORTER_OTLP_ENDPOINT": server.url(""), "OTEL_TRACES_EXPORTER": "console",
            "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none",
        ])
        #expect(output.status == 0)
        let spans = output.standardError.split(separator: "\n").filter { $0.hasPrefix("span ") }
        #expect(spans.contains { $0.hasPrefix("span invoke_workflow test ") })
        #expect(try server.requests().isEmpty)
    }

    @Test(arguments: [("info", 1), ("error", 0), ("none", 0), ("loud", 2)])
    func invalidVariablesAreWarnedAboutUnlessTheLogLevelIsHigher(level: String, warnings: Int) async throws {
        let (output, _) = try await run(["OTEL_METRIC_EXPORT_INTERVAL": "often", "OTEL_LOG_LEVEL": level])
        #expect(output.status == 0)
        #expect(output.standardError.split(separator: "\n").filter { $0.hasPrefix("warning: OTEL_") }.count == warnings)
    }
}
