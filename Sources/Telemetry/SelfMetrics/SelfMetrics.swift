import CoreMetrics
import Synchronization
import TelemetryCatalog

/// The SDK's metrics about itself, as the `otel.sdk.…` conventions define them, in the same registry as all others.
final class SelfMetrics: Sendable {
    /// The scope of the SDK's own instruments.
    static let scope = MetricRegistry.ownScope
    private static let sampled = (AttributeKey.spanSamplingResult, "RECORD_AND_SAMPLE")
    private static let dropped = (AttributeKey.spanSamplingResult, "DROP")

    private let registry: MetricRegistry
    private let rootStarted: Pair
    private let childStarted: Pair
    private let remoteChildStarted: Pair
    private let live: any MeterHandler
    private let recording = Atomic<Int>(0)
    private let logsCreated: any CounterHandler
    private let collectionDuration: any RecorderHandler

    private struct Pair: Sendable {
        let sampled: any CounterHandler
        let dropped: any CounterHandler
    }

    init(registry: MetricRegistry) {
        self.registry = registry
        func started(_ origin: (String, String), _ result: (String, String)) -> any CounterHandler {
            registry.counter(SDKInstruments.spanStarted.name, Self.scope, [origin, result])
        }
        func pair(_ origin: String) -> Pair {
            let origin = (AttributeKey.spanParentOrigin, origin)
            return Pair(sampled: started(origin, Self.sampled), dropped: started(origin, Self.dropped))
        }
        rootStarted = pair("none")
        childStarted = pair("local")
        remoteChildStarted = pair("remote")
        live = registry.meter(SDKInstruments.spanLive.name, Self.scope, [Self.sampled])
        logsCreated = registry.counter(SDKInstruments.logCreated.name, Self.scope, [])
        collectionDuration = registry.histogram(
            SDKInstruments.readerCollectionDuration.name, Self.scope,
            [
                (AttributeKey.componentType, "periodic_metric_reader"),
                (AttributeKey.componentName, "periodic_metric_reader/0"),
            ], isTimer: true)
    }

    func spanStarted(parent: SpanContext?, isSampled: Bool) {
        let pair = parent.map { $0.isRemote ? remoteChildStarted : childStarted } ?? rootStarted
        (isSampled ? pair.sampled : pair.dropped).increment(by: Int64(1))
        if isSampled { recording.wrappingAdd(1, ordering: .relaxed) }
    }

    func spanEnded() { recording.wrappingSubtract(1, ordering: .relaxed) }

    func logCreated() { logsCreated.increment(by: Int64(1)) }

    func collected(in duration: Duration) { collectionDuration.record(duration.seconds) }

    /// Updates the gauge of live spans, which is not recorded as spans start and end.
    func refresh() { live.set(Int64(recording.load(ordering: .relaxed))) }

    /// The instruments of one exporter and signal.
    func component(
        _ signal: Signal, exporterType: String, server: ExportDestination?, index: Int, capacity: Int
    ) -> ComponentMetrics {
        ComponentMetrics(
            registry: registry, signal: signal, exporterType: exporterType, server: server, index: index,
            capacity: capacity)
    }
}

/// A kind of telemetry, with the instruments that count its records.
enum Signal: Sendable {
    case spans, metrics, logs

    /// The word for what a queue of it holds.
    var plural: String {
        switch self {
        case .spans: "spans"
        case .metrics: "collections of metrics"
        case .logs: "log records"
        }
    }

    var processorType: String? {
        switch self {
        case .spans: "batching_span_processor"
        case .logs: "batching_log_processor"
        case .metrics: nil
        }
    }

    var processed: InstrumentDefinition? {
        switch self {
        case .spans: SDKInstruments.processorSpanProcessed
        case .logs: SDKInstruments.processorLogProcessed
        case .metrics: nil
        }
    }

    var queueSize: InstrumentDefinition? {
        switch self {
        case .spans: SDKInstruments.processorSpanQueueSize
        case .logs: SDKInstruments.processorLogQueueSize
        case .metrics: nil
        }
    }

    var queueCapacity: InstrumentDefinition? {
        switch self {
        case .spans: SDKInstruments.processorSpanQueueCapacity
        case .logs: SDKInstruments.processorLogQueueCapacity
        case .metrics: nil
        }
    }

    var exported: InstrumentDefinition {
        switch self {
        case .spans: SDKInstruments.exporterSpanExported
        case .logs: SDKInstruments.exporterLogExported
        case .metrics: SDKInstruments.exporterPointExported
        }
    }

    var inflight: InstrumentDefinition {
        switch self {
        case .spans: SDKInstruments.exporterSpanInflight
        case .logs: SDKInstruments.exporterLogInflight
        case .metrics: SDKInstruments.exporterPointInflight
        }
    }
}

extension SignalBatch {
    var signal: Signal {
        switch self {
        case .spans: .spans
        case .metrics: .metrics
        case .logs: .logs
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        let parts = components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
    }
}
