import CoreMetrics
import Synchronization
import TelemetryCatalog

/// The `otel.sdk.…` series of one queue and the exporter behind it, for one signal.
final class ComponentMetrics: Sendable {
    private typealias Dimensions = [(String, String)]

    private let registry: MetricRegistry
    private let signal: Signal
    private let processor: [(String, String)]
    private let exporter: [(String, String)]
    private let processed: (any CounterHandler)?
    private let queueFull: (any CounterHandler)?
    private let queueSize: (any MeterHandler)?
    private let queueCapacity: (any MeterHandler)?
    private let exported: any CounterHandler
    private let inflightMeter: any MeterHandler
    private let inflightCount = Atomic<Int>(0)

    init(
        registry: MetricRegistry, signal: Signal, exporterType: String, server: ExportDestination?, index: Int,
        capacity: Int
    ) {
        func dimensions(_ type: String) -> [(String, String)] {
            [(AttributeKey.componentType, type), (AttributeKey.componentName, "\(type)/\(index)")]
        }
        self.registry = registry
        self.signal = signal
        let processor = signal.processorType.map(dimensions) ?? []
        self.processor = processor
        exporter =
            dimensions(exporterType)
            + (server.map { [(AttributeKey.serverAddress, $0.host), (AttributeKey.serverPort, String($0.port))] } ?? [])
        processed = signal.processed.map { registry.counter($0.name, SelfMetrics.scope, processor) }
        let full = processor + [(AttributeKey.errorType, "queue_full")]
        queueFull = signal.processed.map { registry.counter($0.name, SelfMetrics.scope, full) }
        queueSize = signal.queueSize.map { registry.meter($0.name, SelfMetrics.scope, processor) }
        queueCapacity = signal.queueCapacity.map { registry.meter($0.name, SelfMetrics.scope, processor) }
        queueCapacity?.set(Int64(capacity))
        exported = registry.counter(signal.exported.name, SelfMetrics.scope, exporter)
        inflightMeter = registry.meter(signal.inflight.name, SelfMetrics.scope, exporter)
        // Made at the start, so that the series of successful exports exists before the first export.
        let good = server == nil ? [] : Self.statusAttribute(200)
        _ = registry.histogram(
            SDKInstruments.exporterOperationDuration.name, SelfMetrics.scope, exporter + good, isTimer: true)
    }

    /// Records handed to the exporter whose export has not ended.
    var inflight: Int { inflightCount.load(ordering: .relaxed) }

    func dropped(_ count: Int, errorType: String) {
        let series = errorType == "queue_full" ? queueFull : processedSeries(errorType)
        series?.increment(by: Int64(count))
    }

    func handed(_ count: Int) {
        processed?.increment(by: Int64(count))
        sent(count)
    }

    /// Counts records as in flight; they may have to be sent again.
    func sent(_ count: Int) { inflightCount.wrappingAdd(count, ordering: .relaxed) }

    /// Counts records as no longer in flight: after ``sent(_:)`` they are to be sent again.
    func postponed(_ count: Int, errorType: String, after time: Duration) {
        inflightCount.wrappingSubtract(count, ordering: .relaxed)
        failedOperation(errorType, time)
    }

    /// Counts records as finished: after ``sent(_:)`` they need not be sent again.
    func finished(_ count: Int, as result: ExportResult, after time: Duration) {
        processed?.increment(by: Int64(count))
        ended(count, as: result, after: time)
    }

    /// Counts the end of an export of records that were ``handed(_:)``.
    func ended(_ count: Int, as result: ExportResult, after time: Duration) {
        inflightCount.wrappingSubtract(count, ordering: .relaxed)
        switch result {
        case .delivered(let rejected, _, let status):
            exported.increment(by: Int64(count - rejected))
            if rejected > 0 { exportedSeries("rejected").increment(by: Int64(rejected)) }
            operation(status.map(Self.statusAttribute) ?? [], time)
        case .unacknowledged(_, let status):
            exported.increment(by: Int64(count))
            operation(status.map(Self.statusAttribute) ?? [], time)
        case .failed(let errorType, _):
            exportedSeries(errorType).increment(by: Int64(count))
            failedOperation(errorType, time)
        }
    }

    /// Updates the gauges, which are not recorded as things happen.
    func refresh(waiting: Int, capacity: Int? = nil) {
        queueSize?.set(Int64(waiting))
        if let capacity { queueCapacity?.set(Int64(capacity)) }
        inflightMeter.set(Int64(inflight))
    }

    /// Records a failed export. When an HTTP server answered, `errorType` is the status of the answer.
    private func failedOperation(_ errorType: String, _ time: Duration) {
        operation([(AttributeKey.errorType, errorType)] + (Int(errorType).map(Self.statusAttribute) ?? []), time)
    }

    /// Records the duration of an export. It looks up the series each time: that is cheap compared with sending a
    /// batch.
    private func operation(_ attributes: Dimensions, _ time: Duration) {
        registry.histogram(
            SDKInstruments.exporterOperationDuration.name, SelfMetrics.scope, exporter + attributes, isTimer: true
        ).record(time.seconds)
    }

    /// The attribute for a status. None for a number that HTTP does not define, so that servers cannot make any number
    /// of series.
    private static func statusAttribute(_ status: Int) -> Dimensions {
        100..<600 ~= status ? [(AttributeKey.httpStatusCode, String(status))] : []
    }

    private func processedSeries(_ errorType: String) -> (any CounterHandler)? {
        signal.processed.map {
            registry.counter($0.name, SelfMetrics.scope, processor + [(AttributeKey.errorType, errorType)])
        }
    }

    private func exportedSeries(_ errorType: String) -> any CounterHandler {
        registry.counter(signal.exported.name, SelfMetrics.scope, exporter + [(AttributeKey.errorType, errorType)])
    }
}
