import Synchronization
import Telemetry

/// Discards every batch and only counts the spans.
final class CountingExporter: SignalExporter {
    private let count = Mutex(0)

    var spans: Int { count.withLock { $0 } }

    func componentType(for batch: SignalBatch) -> String { "counting_exporter" }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult {
        if case .spans(let spans, _) = batch { count.withLock { $0 += spans.count } }
        return .delivered()
    }
}
