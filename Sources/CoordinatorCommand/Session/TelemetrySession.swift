import CurlClient
import Logging
import Metrics
import OTLPExporter
import PrometheusExporter
import Support
import Telemetry
import Tracing

/// The process's telemetry: configured by the standard variables, bootstrapped once, flushed at the end.
struct TelemetrySession: Sendable {
    /// The variable that names the folder in which spans wait until they are delivered.
    static let spoolVariable = "COORDINATOR_SPOOL_DIR"
    /// How long the flush at exit may take.
    static let flushLimit: Duration = .seconds(5)

    let system: TelemetrySystem
    /// The caller's context, from `TRACEPARENT`, `TRACESTATE` and `BAGGAGE`.
    let parent: ServiceContext

    /// Bootstraps the façades. Call it once, before anything is recorded.
    ///
    /// - Parameters:
    ///   - warnsAtOnce: whether each cause of lost telemetry is told when it first occurs, and not at the end alone.
    ///   - console: makes the log handler on standard error for a label; `nil` for none.
    init(
        environment: [String: String], warnsAtOnce: Bool = false,
        console: @escaping @Sendable (String) -> ConsoleLogHandler?
    ) {
        let settings = TelemetrySettings(environment: environment)
        var warnings = settings.warnings
        var configuration = settings.telemetry
        configuration.warnsOfLosses = warnsAtOnce
        var otlp = settings.otlp
        otlp?.spool = Self.spool(environment, configuration.spanBatch)
        var exporters: [any SignalExporter] = []
        if let otlp, !configuration.isDisabled {
            do throws(HTTPClientError) {
                exporters = [try OTLPHTTPExporter(configuration: otlp)]
            } catch {
                warnings.append("telemetry is not exported: \(error)")
            }
        }
        // Standard output is reserved for the result.
        if !configuration.isDisabled { exporters.append(ConsoleExporter(sink: ConsoleSink.standardError)) }
        // OTLP is off for a signal without an endpoint.
        if otlp?.traces == nil { configuration.traceExporters.remove(.otlp) }
        if otlp?.metrics == nil { configuration.metricExporters.remove(.otlp) }
        if otlp?.logs == nil { configuration.logExporters.remove(.otlp) }
        let system = TelemetrySystem(
            resource: settings.resource, configuration: configuration, exporters: exporters,
            warn: { Console.error("warning: \($0)") })
        self.system = system
        InstrumentationSystem.bootstrap(system.tracer)
        MetricsSystem.bootstrap(system.metricsFactory)
        LoggingSystem.bootstrap { label in system.logHandler(label: label, forwardingTo: console(label)) }
        var parent = ServiceContext.topLevel
        system.tracer.extract(environment, into: &parent, using: EnvironmentExtractor())
        self.parent = parent
        for warning in warnings where configuration.showsWarnings { Console.error("warning: \(warning)") }
    }

    /// The metrics as Prometheus text.
    var prometheusText: String { PrometheusText.render(system.collectMetrics(), resource: system.resource) }

    /// The spool is bounded by its bytes, or by a number of spans if the user set one.
    private static func spool(_ environment: [String: String], _ limits: BatchLimits) -> SpoolConfiguration {
        let isDefault = limits.queueCapacity == BatchLimits.spans.queueCapacity
        return SpoolConfiguration(
            directory: EnvironmentReader.text(environment[spoolVariable]),
            maximumSpans: isDefault ? nil : limits.queueCapacity)
    }

    /// Exports the remaining telemetry, and prints what did not arrive since the start: a line for each cause.
    func end() async {
        for problem in await system.shutdown(within: Self.flushLimit).problems {
            Console.error("warning: telemetry: \(problem)")
        }
    }

    private struct EnvironmentExtractor: Extractor {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key.uppercased()] }
    }
}
