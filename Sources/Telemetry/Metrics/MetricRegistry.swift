import Locks
import TelemetryCatalog

/// Every instrument of a system. The catalog says what an instrument of its names is; others get defaults.
final class MetricRegistry: Sendable {
    /// The specification's bounds for histograms about which nothing is known.
    static let defaultBounds: [Double] = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]
    /// The same in seconds, for timers about which nothing is known.
    static let defaultTimerBounds: [Double] = [
        0, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]

    private struct Key: Hashable {
        let name: String
        let scope: InstrumentationScope
    }

    private struct State {
        var sums: [Key: Instrument<SumSeries>] = [:]
        var meters: [Key: Instrument<MeterSeries>] = [:]
        var histograms: [Key: Instrument<HistogramSeries>] = [:]
    }

    private let state = Locked(State())
    private let cardinalityLimit: Int
    private let keepsExemplars: Bool
    private let clock: @Sendable () -> UInt64

    init(cardinalityLimit: Int, keepsExemplars: Bool, clock: @escaping @Sendable () -> UInt64) {
        self.cardinalityLimit = max(2, cardinalityLimit)
        self.keepsExemplars = keepsExemplars
        self.clock = clock
    }

    func sum(_ name: String, _ scope: InstrumentationScope) -> Instrument<SumSeries> {
        state.withLock { $0.sums.value(Key(name: name, scope: scope)) { self.make(name, scope, .counter) } }
    }

    func meter(_ name: String, _ scope: InstrumentationScope) -> Instrument<MeterSeries> {
        state.withLock { $0.meters.value(Key(name: name, scope: scope)) { self.make(name, scope, .meter) } }
    }

    func histogram(_ name: String, _ scope: InstrumentationScope, isTimer: Bool) -> Instrument<HistogramSeries> {
        state.withLock { state in
            state.histograms.value(Key(name: name, scope: scope)) {
                self.make(name, scope, isTimer ? .timer : .recorder)
            }
        }
    }

    /// Every instrument that has a value, sorted by name.
    ///
    /// - Parameter endsInterval: whether this is a push with delta temporality, for which minimum and maximum of the
    ///   histograms hold since the last one.
    func collect(endsInterval: Bool = false) -> [MetricRecord] {
        let (sums, meters, histograms) = state.withLock {
            (Array($0.sums.values), Array($0.meters.values), Array($0.histograms.values))
        }
        let time = clock()
        var records: [MetricRecord] = []
        records += sums.map { $0.record(endsInterval: endsInterval, at: time) }
        records += meters.map { $0.record(endsInterval: endsInterval, at: time) }
        records += histograms.map { $0.record(endsInterval: endsInterval, at: time) }
        return records.filter { !$0.points.isEmpty }.sorted { ($0.name, $0.scope.name) < ($1.name, $1.scope.name) }
    }

    private enum Use { case counter, meter, recorder, timer }

    private func make<Series>(_ name: String, _ scope: InstrumentationScope, _ use: Use) -> Instrument<Series> {
        let definition = Instruments.definition(named: name)
        let kind: MetricRecord.Kind
        switch use {
        case .counter: kind = .sum(monotonic: true)
        case .meter: kind = definition?.kind == .upDownCounter ? .sum(monotonic: false) : .gauge
        case .recorder: kind = .histogram(bounds: definition?.bounds ?? Self.defaultBounds)
        case .timer: kind = .histogram(bounds: definition?.bounds ?? Self.defaultTimerBounds)
        }
        return Instrument(
            name: name, description: definition?.description ?? "",
            unit: definition?.unit ?? (use == .timer ? "s" : ""), kind: kind, scope: scope, limit: cardinalityLimit,
            keepsExemplars: keepsExemplars, clock: clock)
    }
}

extension Dictionary {
    fileprivate mutating func value(_ key: Key, _ make: () -> Value) -> Value {
        if let found = self[key] { return found }
        let new = make()
        self[key] = new
        return new
    }
}
