import InMemoryTracing
import Logging
import ServiceLifecycle
import Tracing

/// The application's telemetry backends, which Coordinator's spans, metrics and log lines reach like its own: an exporter of
/// swift-otel or any other backend takes their place. These ones print to standard error.
struct OwnTelemetry: Service {
    let tracer = InMemoryTracer(recordInjections: false, recordExtractions: false)
    let logger = Logger(label: "spans")

    static func bootstrap() -> OwnTelemetry {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        let telemetry = OwnTelemetry()
        InstrumentationSystem.bootstrap(telemetry.tracer)
        return telemetry
    }

    /// Prints the spans that ended, so that they do not gather in memory; once more when the application ends.
    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: .milliseconds(200))
                export()
            }
        }
        export()
    }

    private func export() {
        for span in tracer.popFinishedSpans() {
            let parent = span.parentSpanID ?? "none"
            logger.info("span \(span.operationName) id=\(span.spanID) parent=\(parent) trace=\(span.traceID)")
        }
    }
}
