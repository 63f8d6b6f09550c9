import Tracing

/// The tracer of a ``TelemetrySystem``. Context enters and leaves the process as W3C trace context and baggage.
public struct TelemetryTracer: Tracer {
    let core: TracerCore

    /// Starts a span as the child of the span in `context`.
    ///
    /// The module of `fileID` becomes the span's instrumentation scope.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> TelemetrySpan {
        let context = context()
        // An empty context, which is cheap to detect, has no parent.
        let parent = context.isEmpty ? nil : context.spanContext
        let traceID = parent?.traceID ?? core.ids.makeTraceID()
        let isSampled = core.isEnabled && core.sampler.isSampled(traceID: traceID, parent: parent)
        let spanContext = SpanContext(
            traceID: traceID, spanID: core.ids.makeSpanID(),
            flags: (isSampled ? 1 : 0) | (parent?.flags ?? 0) & TraceContext.randomFlag,
            traceState: parent?.traceState ?? "")
        core.selfMetrics.spanStarted(parent: parent, isSampled: isSampled)
        guard isSampled else {
            return TelemetrySpan(base: context, active: ActiveSpan(spanContext), name: operationName)
        }
        let active = ActiveSpan(
            spanContext, core: core, name: operationName, parent: parent, kind: SpanRecord.Kind(kind),
            startTime: instant().nanosecondsSinceEpoch, fileID: fileID)
        if core.keepsStarts { active.announce() }
        return TelemetrySpan(base: context, active: active, name: operationName)
    }

    /// The recording span that `context` carries, if it was started here and is sampled.
    public func activeSpan(identifiedBy context: ServiceContext) -> TelemetrySpan? {
        guard let active = context[ActiveSpanKey.self], let name = active.name else { return nil }
        return TelemetrySpan(base: context, active: active, name: name)
    }

    /// Requests the export of all spans that have ended, without waiting for it; see
    /// ``TelemetrySystem/flush(within:)``.
    public func forceFlush() {
        for channel in core.channels { _ = channel.requestDrain() }
    }

    /// Reads `traceparent`, `tracestate` and `baggage`. Malformed values are ignored.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        if core.carriesTraceContext,
            let header = extractor.extract(key: TraceContext.parentKey, from: carrier),
            let remote = TraceContext.parse(
                header, state: extractor.extract(key: TraceContext.stateKey, from: carrier))
        {
            context[ActiveSpanKey.self] = ActiveSpan(remote)
        }
        if core.carriesBaggage,
            let header = extractor.extract(key: Baggage.headerKey, from: carrier)
        {
            let baggage = Baggage(header: header)
            if !baggage.isEmpty { context.baggage = baggage }
        }
    }

    /// Writes `traceparent`, `tracestate` and `baggage`, each only when there is something to write.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        if core.carriesTraceContext, let span = context.spanContext {
            injector.inject(TraceContext.header(for: span), forKey: TraceContext.parentKey, into: &carrier)
            if !span.traceState.isEmpty {
                injector.inject(span.traceState, forKey: TraceContext.stateKey, into: &carrier)
            }
        }
        if core.carriesBaggage {
            let header = context.baggage.header
            if !header.isEmpty { injector.inject(header, forKey: Baggage.headerKey, into: &carrier) }
        }
    }
}

/// The part of the tracer that all spans of one system share.
final class TracerCore: Sendable {
    let isEnabled: Bool
    let sampler: Sampler
    let ids: any IDGenerator
    let limits: SpanLimits
    let carriesTraceContext: Bool
    let carriesBaggage: Bool
    let selfMetrics: SelfMetrics
    let channels: [any SpanChannel]
    /// The channels that keep the starts of spans.
    private let startChannels: [any SpanChannel]

    init(
        configuration: TelemetryConfiguration, ids: any IDGenerator, selfMetrics: SelfMetrics,
        channels: [any SpanChannel]
    ) {
        self.isEnabled = !configuration.isDisabled
        self.sampler = configuration.sampler
        self.ids = ids
        self.limits = configuration.spanLimits
        self.carriesTraceContext = configuration.propagators.contains(.traceContext)
        self.carriesBaggage = configuration.propagators.contains(.baggage)
        self.selfMetrics = selfMetrics
        self.channels = channels
        startChannels = channels.filter(\.keepsStarts)
    }

    func finish(_ span: SpanRecord, fileID: String) {
        selfMetrics.spanEnded()
        for channel in channels { channel.append(span, fileID: fileID) }
    }

    var keepsStarts: Bool { !startChannels.isEmpty }

    func started(_ span: SpanRecord, fileID: String) {
        for channel in startChannels { channel.started(span, fileID: fileID) }
    }
}

extension SpanRecord.Kind {
    init(_ kind: SpanKind) {
        switch kind {
        case .internal: self = .internal
        case .server: self = .server
        case .client: self = .client
        case .producer: self = .producer
        case .consumer: self = .consumer
        }
    }
}
