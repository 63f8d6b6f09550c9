import OTLPExporter
import Synchronization
import Telemetry

/// An OTLP exporter whose spool hands no batch to the tasks that export, but only to ``takeAndFinish()``.
final class HeldExporter: SpoolingExporter {
    private let exporter: OTLPHTTPExporter
    private let take = Mutex<(@Sendable () -> Int)?>(nil)

    init(_ exporter: OTLPHTTPExporter) { self.exporter = exporter }

    /// Takes a batch as an exporting task does, and releases it; returns the number of its spans.
    func takeAndFinish() -> Int { take.withLock { $0 }?() ?? 0 }

    func componentType(for batch: SignalBatch) -> String { exporter.componentType(for: batch) }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult { .delivered() }

    func makeSpanSpool(
        resource: TelemetryResource, batchSize: Int, warn: @escaping @Sendable (String) -> Void
    ) -> (any SpanSpool)? {
        exporter.makeSpanSpool(resource: resource, batchSize: batchSize, warn: warn).map { held($0) }
    }

    private func held(_ spool: some SpanSpool) -> any SpanSpool {
        take.withLock {
            $0 = {
                guard let batch = spool.take() else { return 0 }
                spool.finish(batch)
                return batch.count
            }
        }
        return HeldSpool(spool: spool)
    }
}

/// A spool that says that it has no batch ready, so that no task is woken for one.
private struct HeldSpool<Spool: SpanSpool>: SpanSpool {
    let spool: Spool

    func open() -> SpoolOpening { spool.open() }
    func started(_ span: SpanRecord, scope: InstrumentationScope) { spool.started(span, scope: scope) }

    func append(_ span: SpanRecord, scope: InstrumentationScope) -> SpoolAdmission {
        guard case .stored(_, let evicted) = spool.append(span, scope: scope) else {
            return .refused(errorType: "refused", message: "")
        }
        return .stored(isBatchReady: false, evicted: evicted)
    }

    func take() -> Spool.Batch? { nil }

    func export(_ batch: Spool.Batch, attempt: Int, deadline: ContinuousClock.Instant) async -> SpoolExportResult {
        .finished(.delivered())
    }

    func finish(_ batch: Spool.Batch) {}

    func requestDrain() -> UInt64 { spool.requestDrain() }

    var status: SpoolStatus {
        var status = spool.status
        status.hasBatch = false
        return status
    }

    func close(isFinal: Bool) -> SpoolRemainder { spool.close(isFinal: isFinal) }
}
