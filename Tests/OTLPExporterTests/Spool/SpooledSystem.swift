import OTLPExporter
import Telemetry

/// A system whose spans go by the spool to one address, and whose metrics and logs go nowhere.
func spooledSystem(
    _ url: String, directory: String? = nil, timeout: Duration = .seconds(600)
) throws -> TelemetrySystem {
    var otlp = OTLPConfiguration(traces: OTLPEndpoint(url: url, timeout: timeout))
    otlp.retry = OTLPRetryPolicy(initial: .milliseconds(1), cap: .milliseconds(2))
    otlp.spool.directory = directory
    var configuration = TelemetryConfiguration()
    configuration.metricExporters = []
    configuration.logExporters = []
    configuration.spanBatch.delay = .seconds(3600)
    return TelemetrySystem(
        resource: anyResource, configuration: configuration,
        exporters: [try OTLPHTTPExporter(configuration: otlp)], warn: { _ in })
}
