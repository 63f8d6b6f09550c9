import Logging
import Metrics
import Telemetry
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct ConsoleExporterTests {
    @Test func eachSpanPointAndLogIsOneLine() async throws {
        let lines = Lines()
        var configuration = TelemetryConfiguration(environment: [
            "OTEL_TRACES_EXPORTER": "console,otlp", "OTEL_METRICS_EXPORTER": "console", "OTEL_LOGS_EXPORTER": "console",
        ])
        configuration.metricInterval = .seconds(3600)
        configuration.views = [MetricView(name: "otel.*", aggregation: .drop)]
        let recording = RecordingExporter()
        let system = TelemetrySystem(
            resource: TelemetryResource([]), configuration: configuration,
            exporters: [recording, ConsoleExporter { lines.append($0) }], warn: { _ in })
        Counter(label: "hits", dimensions: [("a", "1")], factory: system.metricsFactory).increment(by: 3)
        system.tracer.withSpan("forged\nspan", context: .topLevel) { $0.attributes["k"] = "v\u{1B}[2J" }
        Logger(label: "test") { system.logHandler(label: $0) }.info("said")
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        #expect(lines.all.count == 3)
        for line in lines.all { #expect(line.filter(\.isNewline).count == 1 && line.hasSuffix("\n")) }
        #expect(lines.all.contains("metric hits 3 a=1\n"))
        let span = try #require(lines.all.first { $0.hasPrefix("span forged\\nspan ") })
        #expect(span.contains(" unset trace_id=") && span.hasSuffix(" k=v\\u{1b}[2J\n"))
        #expect(lines.all.contains { $0.hasSuffix(" INFO  said\n") })
        // What is sent to the console only goes nowhere else.
        #expect(recording.spans.count == 1 && recording.metricCollections.isEmpty && recording.logs.isEmpty)
    }
}
