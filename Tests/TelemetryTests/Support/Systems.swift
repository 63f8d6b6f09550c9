import Synchronization
import Telemetry
import TestSupport
import Tracing

/// A system with an exporter that records, and pushes only when told to.
func recordingSystem(
    _ change: (inout TelemetryConfiguration) -> Void = { _ in }
) -> (system: TelemetrySystem, exporter: RecordingExporter) {
    var configuration = TelemetryConfiguration()
    configuration.metricInterval = .seconds(3600)
    configuration.spanBatch.delay = .seconds(3600)
    configuration.logBatch.delay = .seconds(3600)
    change(&configuration)
    let exporter = RecordingExporter()
    let system = TelemetrySystem(
        resource: TelemetryResource([Attribute("service.version", .string("1.2.3"))]), configuration: configuration,
        exporters: [exporter], warn: { _ in })
    return (system, exporter)
}

/// Long enough never to decide a test; only the hanging tests run into a deadline, and they bring their own.
let longWait = Duration.seconds(120)

/// Never finishes an export until it is let go.
final class HangingExporter: SignalExporter {
    private let gate = AsyncGate()

    func componentType(for batch: SignalBatch) -> String { "hanging_exporter" }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult {
        await gate.wait()
        return .delivered()
    }

    func release() { gate.open() }
}

/// Fails every export.
struct FailingExporter: SignalExporter {
    func componentType(for batch: SignalBatch) -> String { "failing_exporter" }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult {
        .failed(errorType: "503", message: "the receiver is down")
    }
}

/// Collects strings from any thread.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func append(_ line: String) { lines.withLock { $0.append(line) } }
}

/// An instant of a given time.
struct TestInstant: TracerInstant {
    var nanosecondsSinceEpoch: UInt64
    static func < (left: Self, right: Self) -> Bool { left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch }
}

/// Headers in a dictionary.
struct HeaderCarrier: Injector, Extractor {
    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
}

extension [MetricRecord] {
    /// The instrument with this name.
    subscript(name: String) -> MetricRecord? { first { $0.name == name } }

    /// The value of the series with exactly these attributes.
    func value(_ name: String, _ attributes: [String: String] = [:]) -> MetricPoint.Value? {
        self[name]?.points.first { point in
            Dictionary(uniqueKeysWithValues: point.attributes.map { ($0.key, $0.value.text) }) == attributes
        }?.value
    }
}
