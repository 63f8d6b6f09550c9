import CurlClient
import Logging
import Metrics
import OTLPExporter
import PrometheusExporter
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
    /// - Parameter console: makes the log handler on standard error for a label; `nil` for none.
    init(environment: [String: String], console: @escaping @Sendable (String) -> ConsoleLogHandler?) {
        var configuration = TelemetryConfiguration(environment: environment)
        var otlp = OTLPConfiguration(environment: environment)
        otlp?.spool = Self.spool(environment, configuration.spanBatch)
        let (resource, resourceWarnings) = ResourceDetection.detect(environment: environment)
        var warnings = configuration.warnings + (otlp?.warnings ?? []) + resourceWarnings
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
            resource: resource, configuration: configuration, exporters: exporters,
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
        let directory = environment[spoolVariable] ?? ""
        let isDefault = limits.queueCapacity == BatchLimits.spans.queueCapacity
        return SpoolConfiguration(
            directory: directory.isEmpty ? nil : directory, maximumSpans: isDefault ? nil : limits.queueCapacity)
    }

    /// Exports the remaining telemetry, and prints how much was lost or kept for the next start.
    func end() async {
        let result = await system.shutdown(within: Self.flushLimit)
        guard result.outcome != .ok else { return }
        let lost = "\(result.lost)"
        if result.outcome == .kept {
            Console.error(
                "warning: telemetry: \(result.message); \(result.keptSpans) spans are kept in \(result.keptAt) for the next "
                    + "start; lost: \(lost)")
            return
        }
        if result.keptSpans > 0 {
            Console.error(
                "warning: telemetry: the collector did not take everything within \(Self.flushLimit); "
                    + "\(result.keptSpans) spans are kept in \(result.keptAt) for the next start; lost: \(lost)")
            return
        }
        Console.error(
            result.outcome == .timedOut
                ? "warning: telemetry: the collector did not take everything within \(Self.flushLimit); lost: \(lost)"
                : "warning: telemetry: \(result.message); lost: \(lost)")
    }

    private struct EnvironmentExtractor: Extractor {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key.uppercased()] }
    }
}
