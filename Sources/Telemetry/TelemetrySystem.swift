import CoreMetrics
import Support
import Tracing

/// An OpenTelemetry SDK: the backend of the three façades, which hands their records to the exporters.
///
/// A system keeps no global state. The program makes one, bootstraps the façades with ``tracer``, ``metricsFactory``
/// and ``logHandler(label:forwardingTo:)``, keeps it (its end is the end of all exports), and calls
/// ``shutdown(within:)`` at its own end. A test makes as many as it likes.
public final class TelemetrySystem: Sendable {
    /// What produces the telemetry.
    public let resource: TelemetryResource
    /// What is recorded, and how it is exported.
    public let configuration: TelemetryConfiguration
    /// The backend for swift-distributed-tracing.
    public let tracer: TelemetryTracer
    /// The backend for swift-metrics; its instruments belong to the scope `coordinator`.
    public let metricsFactory: any MetricsFactory

    let registry: MetricRegistry
    let selfMetrics: SelfMetrics
    let channels: Channels
    let pushReader: PushReader
    let problems: DeliveryProblems
    let clock: any Clock<Duration>
    let now: @Sendable () -> UInt64
    let isShutDown = Flag()
    private let tickers: [Task<Void, Never>]

    /// Starts a system.
    ///
    /// - Parameters:
    ///   - resource: what produces the telemetry, see ``ResourceDetection``.
    ///   - configuration: what is recorded.
    ///   - exporters: each gets the signals that the configuration sends to its ``SignalExporter/name``. Recording
    ///     never waits for an exporter, and exporters do not wait for each other.
    ///   - ids: makes the ids of traces and spans.
    ///   - clock: measures batch delays, push intervals and the deadlines of flush and shutdown.
    ///   - now: the time of metric points and log lines, in nanoseconds since 1970.
    ///   - warn: receives warnings about views that cannot be applied, and one for each cause of lost records (see
    ///     ``TelemetryConfiguration/warnsOfLosses``), unless the configuration's
    ///     ``TelemetryConfiguration/messageLevel`` is higher; must not log through this system.
    public init(
        resource: TelemetryResource, configuration: TelemetryConfiguration = TelemetryConfiguration(),
        exporters: [any SignalExporter] = [], ids: any IDGenerator = RandomIDGenerator(),
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> UInt64 = { DefaultTracerClock.now.nanosecondsSinceEpoch },
        warn: @escaping @Sendable (String) -> Void = { ConsoleSink.standardError("\($0)\n") }
    ) {
        let exporters = configuration.isDisabled ? [] : exporters
        let silent: @Sendable (String) -> Void = { _ in }
        let warn = configuration.showsWarnings ? warn : silent
        let registry = MetricRegistry(
            views: configuration.views, cardinalityLimit: configuration.cardinalityLimit,
            exemplarFilter: configuration.exemplarFilter, clock: now, warn: warn)
        let selfMetrics = SelfMetrics(registry: registry)
        let problems = DeliveryProblems(announces: configuration.warnsOfLosses) {
            warn("telemetry: \($0.announcement)")
        }
        let channels = Channels(
            resource: resource, configuration: configuration, exporters: exporters, selfMetrics: selfMetrics,
            problems: problems, clock: clock, warn: warn)
        let reader = PushReader(temporality: configuration.temporality) { endsInterval in
            Self.collect(registry, selfMetrics, channels, endsInterval: endsInterval)
        }
        self.resource = resource
        self.configuration = configuration
        self.registry = registry
        self.selfMetrics = selfMetrics
        self.channels = channels
        self.pushReader = reader
        self.problems = problems
        self.clock = clock
        self.now = now
        let version: String
        if case .string(let text)? = resource["service.version"] { version = text } else { version = "" }
        metricsFactory =
            configuration.isDisabled
            ? NOOPMetricsHandler.instance
            : TelemetryMetricsFactory(
                registry: registry, scope: InstrumentationScope(name: "coordinator", version: version))
        tracer = TelemetryTracer(
            core: TracerCore(
                configuration: configuration, ids: ids, selfMetrics: selfMetrics,
                channels: channels.spans))
        tickers = channels.start(configuration: configuration, clock: clock, reader: reader)
    }

    deinit {
        for ticker in tickers { ticker.cancel() }
        for channel in channels.spans { channel.stop() }
        for channel in channels.logs { channel.pipeline.abandon() }
        for channel in channels.metrics { channel.pipeline.abandon() }
    }

    /// The log handler for one logger.
    ///
    /// - Parameters:
    ///   - label: the logger's label, which becomes the scope of its lines.
    ///   - console: a handler that also gets every line.
    public func logHandler(label: String, forwardingTo console: ConsoleLogHandler? = nil) -> TelemetryLogHandler {
        TelemetryLogHandler(
            label: label, pipelines: channels.logs.map(\.pipeline), selfMetrics: selfMetrics, now: now, console: console
        )
    }

    /// Every instrument with its series since their start, sorted by name; for Prometheus and for tests.
    ///
    /// Reading resets nothing: the exporters get the same values whether or not this is called.
    public func collectMetrics() -> [MetricRecord] {
        guard !configuration.isDisabled else { return [] }
        return Self.collect(registry, selfMetrics, channels, endsInterval: false)
    }

    func stopTickers() {
        for ticker in tickers { ticker.cancel() }
    }

    private static func collect(
        _ registry: MetricRegistry, _ selfMetrics: SelfMetrics, _ channels: Channels, endsInterval: Bool
    ) -> [MetricRecord] {
        let clock = ContinuousClock()
        let start = clock.now
        selfMetrics.refresh()
        channels.refresh()
        let records = registry.collect(endsInterval: endsInterval)
        selfMetrics.collected(in: clock.now - start)
        return records
    }
}
