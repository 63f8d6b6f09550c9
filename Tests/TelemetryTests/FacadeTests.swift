import Logging
import Metrics
import Telemetry
import Testing
import Tracing

/// What a library sees that knows nothing but the façades.
@Suite(.timeLimit(.minutes(10))) struct FacadeTests {
    @Test func facadesRecordIntoTheTelemetrySystem() async throws {
        let (system, exporter) = recordingSystem()
        let lines = Lines()
        try await withTracer(system.tracer) {
            try await withMetricsFactory(system.metricsFactory) {
                try await withSpan("outer") { _ in
                    Counter(label: "calls", dimensions: [("kind", "test")]).increment()
                    try await Timer(label: "call.duration").measure {
                        await Task.yield()
                        try Task.checkCancellation()
                    }
                    await withTaskGroup(of: Void.self) { group in
                        for index in 0..<10 { group.addTask { withSpan("inner \(index)") { _ in } } }
                    }
                    let console = ConsoleLogHandler(label: "core", sink: { lines.append($0) })
                    Logger(label: "core") { system.logHandler(label: $0, forwardingTo: console) }.info("done")
                }
            }
        }
        #expect(await system.shutdown(within: longWait).outcome == .ok)
        let outer = try #require(exporter.spans.first { $0.name == "outer" })
        #expect(exporter.spans.count == 11)
        #expect(Set(exporter.spans.map(\.traceID)) == [outer.traceID])
        #expect(exporter.spans.filter { $0.parentSpanID == outer.spanID }.count == 10)
        #expect(system.collectMetrics().value("calls", ["kind": "test"]) == .int(1))
        #expect(exporter.logs.map(\.spanID) == [outer.spanID])
        #expect(lines.all.count == 1)
    }
}
