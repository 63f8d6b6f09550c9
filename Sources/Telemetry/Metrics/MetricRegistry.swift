import CoreMetrics
import Support
import TelemetryCatalog

/// Every instrument of a system. Instruments that the catalog names are defined there, others get defaults; views can
/// change both.
final class MetricRegistry: Sendable {
    /// The specification's bounds for histograms about which nothing is known.
    static let defaultBounds: [Double] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]
    /// The same in seconds, for timers about which nothing is known.
    static let defaultTimerBounds: [Double] = [
        0, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]

    /// The scope of the SDK's own instruments.
    static let ownScope = InstrumentationScope(name: "Telemetry", version: TelemetrySDK.version)

    private struct Key: Hashable {
        let name: String
        let scope: InstrumentationScope
    }

    private struct State {
        let views: MetricViews
        var instruments: [InstrumentIdentity: [MetricStream]] = [:]
        /// A key has several streams only when a program uses one name for different kinds of instruments.
        var streams: [Key: [MetricStream]] = [:]
    }

    private let state: Locked<State>
    private let cardinalityLimit: Int
    private let exemplarFilter: ExemplarFilter
    private let clock: @Sendable () -> UInt64
    private let warn: @Sendable (String) -> Void
    private let limits: SeriesLimitWatch

    init(
        views: [MetricView] = [], cardinalityLimit: Int, exemplarFilter: ExemplarFilter,
        clock: @escaping @Sendable () -> UInt64, warn: @escaping @Sendable (String) -> Void
    ) {
        self.cardinalityLimit = max(2, cardinalityLimit)
        self.exemplarFilter = exemplarFilter
        self.clock = clock
        self.warn = warn
        limits = SeriesLimitWatch(warn: warn)
        state = Locked(State(views: MetricViews(views, warn: warn)))
    }

    func counter(
        _ name: String, _ scope: InstrumentationScope, _ dimensions: [(String, String)], isDouble: Bool = false
    ) -> any CounterHandler & FloatingPointCounterHandler {
        typealias Part = any CounterHandler & FloatingPointCounterHandler
        let parts = series(InstrumentIdentity(name: name, scope: scope, use: .counter), dimensions) { series -> Part in
            if isDouble, case .sum(let sum) = series { sum.becomeDouble() }
            return series.counter
        } limited: {
            $0
        }
        return parts.count == 1 ? parts[0] : CounterFanOut(parts)
    }

    func meter(
        _ name: String, _ scope: InstrumentationScope, _ dimensions: [(String, String)]
    ) -> any MeterHandler {
        let identity = InstrumentIdentity(name: name, scope: scope, use: .meter)
        let parts: [any MeterHandler] = series(identity, dimensions, \.meter, limited: { $0 })
        return parts.count == 1 ? parts[0] : MeterFanOut(parts)
    }

    /// A recorder that does not aggregate.
    func gauge(
        _ name: String, _ scope: InstrumentationScope, _ dimensions: [(String, String)]
    ) -> any RecorderHandler {
        let identity = InstrumentIdentity(name: name, scope: scope, use: .meter)
        let parts: [any RecorderHandler & TimerHandler] = series(identity, dimensions, \.recorder, limited: { $0 })
        return parts.count == 1 ? parts[0] : RecorderFanOut(parts)
    }

    func histogram(
        _ name: String, _ scope: InstrumentationScope, _ dimensions: [(String, String)], isTimer: Bool
    ) -> any RecorderHandler & TimerHandler {
        typealias Part = any RecorderHandler & TimerHandler
        let identity = InstrumentIdentity(name: name, scope: scope, use: isTimer ? .timer : .recorder)
        let parts = series(identity, dimensions) { series -> Part in
            // A recorder takes fractions too, so its sum must not be reported as a whole number.
            if case .sum(let sum) = series { sum.becomeDouble() }
            return series.recorder
        } limited: {
            $0
        }
        return parts.count == 1 ? parts[0] : RecorderFanOut(parts)
    }

    /// Every instrument that has a value, sorted by name.
    ///
    /// - Parameter endsInterval: whether this is a push with delta temporality, for which minimum and maximum of the
    ///   histograms hold since the last one.
    func collect(endsInterval: Bool = false) -> [MetricRecord] {
        let streams = state.withLock { Array($0.streams.values.joined()) }
        let time = clock()
        return streams.map { $0.record(endsInterval: endsInterval, at: time) }.filter { !$0.points.isEmpty }
            .sorted { ($0.name, $0.scope.name) < ($1.name, $1.scope.name) }
    }

    /// The handlers of an instrument's series with these dimensions. Beside a series that the limit has taken
    /// dimensions away from stands what counts its measurements, so that recording in any other costs nothing more.
    private func series<Handler>(
        _ identity: InstrumentIdentity, _ dimensions: [(String, String)], _ handler: (BoundSeries) -> Handler?,
        limited: (LimitedMeasurements) -> Handler
    ) -> [Handler] {
        streams(identity).flatMap { stream in
            let (series, isLimited) = stream.series(dimensions)
            let own = handler(series).map { [$0] } ?? []
            guard isLimited, !own.isEmpty else { return own }
            let counting = limits.reached(stream.definition) { name in
                counter(Instruments.seriesOverflow.name, Self.ownScope, [(AttributeKey.limitedMetric, name)])
            }
            return own + (counting.map { [limited($0)] } ?? [])
        }
    }

    private func streams(_ identity: InstrumentIdentity) -> [MetricStream] {
        let (streams, warnings) = state.withLock { state -> ([MetricStream], [String]) in
            if let known = state.instruments[identity] { return (known, []) }
            let (own, kind) = definition(of: identity)
            var (definitions, warnings) = state.views.streams(of: own, kind: kind)
            if definitions.count > 1 {
                // Receivers would take two metrics of one name for the same metric.
                var names: Set<String> = []
                definitions.removeAll { definition in
                    guard names.insert(definition.name).inserted else {
                        warnings.append(Self.conflict(definition, of: identity))
                        return true
                    }
                    return false
                }
            }
            var streams: [MetricStream] = []
            for definition in definitions {
                let key = Key(name: definition.name, scope: definition.scope)
                let known = state.streams[key] ?? []
                if let same = known.first(where: { $0.definition == definition }) {
                    streams.append(same)
                } else if definition.isFromView && !known.isEmpty {
                    warnings.append(Self.conflict(definition, of: identity))
                } else if let alike = known.first(where: { $0.isStored(like: definition.kind) }) {
                    if alike.definition.isFromView { warnings.append(Self.conflict(definition, of: identity)) }
                    streams.append(alike)
                } else {
                    let new = MetricStream(definition, exemplarFilter: exemplarFilter, clock: clock)
                    state.streams[key] = known + [new]
                    streams.append(new)
                }
            }
            state.instruments[identity] = streams
            return (streams, warnings)
        }
        // Not under the lock: the closure may make instruments.
        for warning in warnings { warn(warning) }
        return streams
    }

    private static func conflict(_ definition: StreamDefinition, of identity: InstrumentIdentity) -> String {
        "a view makes \(definition.name) of \(identity.name), but another metric with that name differs from it: only "
            + "one of them is right; rename one in its view"
    }

    private func definition(
        of identity: InstrumentIdentity
    ) -> (definition: StreamDefinition, kind: MetricView.InstrumentKind) {
        let definition = Instruments.definition(named: identity.name)
        let kind: MetricRecord.Kind
        let instrument: MetricView.InstrumentKind
        switch identity.use {
        case .counter: (kind, instrument) = (.sum(monotonic: true), .counter)
        case .meter where definition?.kind == .upDownCounter:
            (kind, instrument) = (.sum(monotonic: false), .upDownCounter)
        case .meter: (kind, instrument) = (.gauge, .gauge)
        case .recorder: (kind, instrument) = (.histogram(bounds: definition?.bounds ?? Self.defaultBounds), .histogram)
        case .timer:
            (kind, instrument) = (.histogram(bounds: definition?.bounds ?? Self.defaultTimerBounds), .histogram)
        }
        return (
            StreamDefinition(
                name: identity.name, description: definition?.description ?? "",
                unit: definition?.unit ?? (identity.use == .timer ? "s" : ""), kind: kind, scope: identity.scope,
                limit: cardinalityLimit, places: definition?.places), instrument
        )
    }
}
