import Logging
import Support

/// What a ``TelemetrySystem`` records and how it exports it. Every default is the OpenTelemetry specification's unless
/// the property says otherwise.
public struct TelemetryConfiguration: Sendable, Hashable {
    /// Record nothing; context is still passed on (`OTEL_SDK_DISABLED`, default false).
    public var isDisabled = false
    /// Which spans are recorded (`OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`, default `parentbased_always_on`).
    public var sampler = Sampler.parentBased(root: .alwaysOn)
    /// How much one span may hold (`OTEL_SPAN_…_LIMIT`, `OTEL_ATTRIBUTE_…_LIMIT`).
    public var spanLimits = SpanLimits()
    /// How spans are batched (`OTEL_BSP_…`).
    public var spanBatch = BatchLimits.spans
    /// How log lines are batched (`OTEL_BLRP_…`).
    public var logBatch = BatchLimits.logs
    /// The most batches of spans that are handed to one exporter at once. Default 4.
    public var concurrentExports = 4
    /// Pause between two pushes of metrics (`OTEL_METRIC_EXPORT_INTERVAL`, default 60 s).
    public var metricInterval = Duration.seconds(60)
    /// How long one push of metrics may take (`OTEL_METRIC_EXPORT_TIMEOUT`, default 30 s; the variable's 0 is no
    /// limit).
    public var metricTimeout = Duration.seconds(30)
    /// Temporality of pushed metrics (`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`, default `cumulative`).
    public var temporality = TemporalityPreference.cumulative
    /// Series an instrument may have, the overflow series included. Default 2000. The series that agents, workflows and
    /// resources have from their registration on are not counted, up to 4,000 names an instrument.
    public var cardinalityLimit = 2000
    /// Which measurements points keep as exemplars (`OTEL_METRICS_EXEMPLAR_FILTER`, default `trace_based`).
    public var exemplarFilter = ExemplarFilter.traceBased
    /// Changes to the metrics of single instruments. Default: none; the catalog decides. No variable sets them.
    public var views: [MetricView] = []
    /// How context enters and leaves the process (`OTEL_PROPAGATORS`, default `tracecontext,baggage`).
    public var propagators: Set<Propagator> = [.traceContext, .baggage]
    /// Where spans go (`OTEL_TRACES_EXPORTER`, default `otlp`; `none` is the empty set).
    public var traceExporters: Set<ExporterName> = [.otlp]
    /// Where metrics go (`OTEL_METRICS_EXPORTER`, default `otlp`).
    public var metricExporters: Set<ExporterName> = [.otlp]
    /// Where log lines go (`OTEL_LOGS_EXPORTER`, default `otlp`).
    public var logExporters: Set<ExporterName> = [.otlp]
    /// Where a program that serves Prometheus text listens (`OTEL_EXPORTER_PROMETHEUS_HOST`, default `localhost`,
    /// `OTEL_EXPORTER_PROMETHEUS_PORT`, default 9464). The telemetry system itself serves nothing.
    public var prometheusEndpoint = ExportDestination(host: "localhost", port: 9464)
    /// The lowest level at which the SDK's own messages are shown (`OTEL_LOG_LEVEL`, default `info`); `nil` shows none.
    /// All its messages are warnings or errors.
    public var messageLevel: Logger.Level? = .info
    /// Whether each cause of lost records is warned about when it first occurs. Without that, only
    /// ``FlushResult/problems`` tells of it, which the program must print at its end. Default true.
    public var warnsOfLosses = true
    /// One sentence for each variable whose value could not be used; the program logs them.
    public var warnings: [String] = []

    /// The defaults.
    public init() {}

    /// Whether ``messageLevel`` lets warnings through.
    public var showsWarnings: Bool { messageLevel.map { $0 <= .warning } ?? false }

    /// The defaults, overridden by the standard `OTEL_…` variables.
    ///
    /// - Parameter environment: the process environment.
    public init(environment: [String: String]) {
        var reader = EnvironmentReader(environment)
        isDisabled = reader.flag("OTEL_SDK_DISABLED")
        sampler = Self.sampler(&reader) ?? sampler
        spanLimits = Self.spanLimits(&reader)
        spanBatch = BatchLimits(&reader, prefix: "OTEL_BSP", defaults: .spans)
        logBatch = BatchLimits(&reader, prefix: "OTEL_BLRP", defaults: .logs)
        metricInterval = reader.milliseconds("OTEL_METRIC_EXPORT_INTERVAL", from: 1) ?? metricInterval
        metricTimeout = reader.timeout("OTEL_METRIC_EXPORT_TIMEOUT") ?? metricTimeout
        temporality =
            reader.choice(
                "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
                of: ["cumulative": .cumulative, "delta": .delta, "lowmemory": .lowMemory]) ?? temporality
        exemplarFilter =
            reader.choice(
                "OTEL_METRICS_EXEMPLAR_FILTER",
                of: ["trace_based": .traceBased, "always_on": .alwaysOn, "always_off": .alwaysOff]) ?? exemplarFilter
        propagators =
            reader.set("OTEL_PROPAGATORS", of: ["tracecontext": .traceContext, "baggage": .baggage]) ?? propagators
        traceExporters =
            reader.set("OTEL_TRACES_EXPORTER", of: ["otlp": .otlp, "console": .console]) ?? traceExporters
        metricExporters =
            reader.set("OTEL_METRICS_EXPORTER", of: ["otlp": .otlp, "console": .console, "prometheus": .prometheus])
            ?? metricExporters
        logExporters = reader.set("OTEL_LOGS_EXPORTER", of: ["otlp": .otlp, "console": .console]) ?? logExporters
        prometheusEndpoint.host = reader.text("OTEL_EXPORTER_PROMETHEUS_HOST") ?? prometheusEndpoint.host
        prometheusEndpoint.port =
            reader.integer("OTEL_EXPORTER_PROMETHEUS_PORT", in: 0...65535) ?? prometheusEndpoint.port
        messageLevel =
            reader.choice(
                "OTEL_LOG_LEVEL",
                of: [
                    "info": .some(.info), "none": nil, "error": .error, "warn": .warning, "debug": .debug,
                    "trace": .trace,
                ]) ?? messageLevel
        warnings = reader.warnings
    }

    private static func sampler(_ reader: inout EnvironmentReader) -> Sampler? {
        let name = "OTEL_TRACES_SAMPLER"
        let ratio = "traceidratio"
        let chosen = reader.text(name)?.lowercased()
        let argument =
            chosen == ratio || chosen == "parentbased_\(ratio)" ? reader.ratio("OTEL_TRACES_SAMPLER_ARG") ?? 1 : 1
        return reader.choice(
            name,
            of: [
                "always_on": .alwaysOn, "always_off": .alwaysOff, "traceidratio": .traceIDRatio(argument),
                "parentbased_always_on": .parentBased(root: .alwaysOn),
                "parentbased_always_off": .parentBased(root: .alwaysOff),
                "parentbased_traceidratio": .parentBased(root: .traceIDRatio(argument)),
            ])
    }

    private static func spanLimits(_ reader: inout EnvironmentReader) -> SpanLimits {
        var limits = SpanLimits()
        let common = "OTEL_ATTRIBUTE_COUNT_LIMIT"
        limits.attributes = reader.count("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", common) ?? limits.attributes
        limits.attributesPerEvent =
            reader.count("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", common) ?? limits.attributesPerEvent
        limits.attributesPerLink =
            reader.count("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", common) ?? limits.attributesPerLink
        limits.events = reader.count("OTEL_SPAN_EVENT_COUNT_LIMIT") ?? limits.events
        limits.links = reader.count("OTEL_SPAN_LINK_COUNT_LIMIT") ?? limits.links
        limits.valueLength = reader.count(
            "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT")
        return limits
    }
}

/// How the points of pushed metrics combine over time.
public enum TemporalityPreference: Sendable, Hashable {
    /// Every sum and histogram since its start.
    case cumulative
    /// Counters and histograms since the last push; up-down counters since their start.
    case delta
    /// The same as ``delta`` here: the two differ in asynchronous instruments only, and the façade has none.
    case lowMemory
}

/// Which measurements may become exemplars.
public enum ExemplarFilter: Sendable, Hashable {
    /// Those made within a sampled span.
    case traceBased
    /// All of them; one made outside any span carries no trace.
    case alwaysOn
    /// None.
    case alwaysOff
}

/// A way for context to enter and leave the process.
public enum Propagator: Sendable, Hashable {
    /// The W3C headers `traceparent` and `tracestate`.
    case traceContext
    /// The W3C header `baggage`.
    case baggage
}

/// A kind of exporter, by the name the standard variables give it.
public enum ExporterName: Sendable, Hashable {
    /// The OpenTelemetry protocol.
    case otlp
    /// Lines for people; see ``ConsoleExporter``.
    case console
    /// Prometheus text, which is pulled and therefore never pushed.
    case prometheus
}
