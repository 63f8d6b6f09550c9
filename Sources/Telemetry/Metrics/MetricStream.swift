/// One metric with its series, by the type that stores them.
enum MetricStream: Sendable {
    case sum(Instrument<SumSeries>)
    case meter(Instrument<MeterSeries>)
    case histogram(Instrument<HistogramSeries>)

    init(_ definition: StreamDefinition, exemplarFilter: ExemplarFilter, clock: @escaping @Sendable () -> UInt64) {
        switch definition.kind {
        case .sum(monotonic: true):
            self = .sum(Instrument(definition, exemplarFilter: exemplarFilter, clock: clock))
        case .sum(monotonic: false), .gauge:
            self = .meter(Instrument(definition, exemplarFilter: exemplarFilter, clock: clock))
        case .histogram:
            self = .histogram(Instrument(definition, exemplarFilter: exemplarFilter, clock: clock))
        }
    }

    var definition: StreamDefinition {
        switch self {
        case .sum(let instrument): instrument.definition
        case .meter(let instrument): instrument.definition
        case .histogram(let instrument): instrument.definition
        }
    }

    /// Whether a metric of this kind would be kept in the same type of series.
    func isStored(like kind: MetricRecord.Kind) -> Bool {
        switch (self, kind) {
        case (.sum, .sum(monotonic: true)), (.meter, .sum(monotonic: false)), (.meter, .gauge),
            (.histogram, .histogram):
            true
        default: false
        }
    }

    /// The series with these dimensions, and whether the limit on series has taken some of them away.
    func series(_ dimensions: [(String, String)]) -> (series: BoundSeries, isLimited: Bool) {
        switch self {
        case .sum(let instrument):
            let (series, isLimited) = instrument.series(dimensions)
            return (.sum(series), isLimited)
        case .meter(let instrument):
            let (series, isLimited) = instrument.series(dimensions)
            return (.meter(series), isLimited)
        case .histogram(let instrument):
            let (series, isLimited) = instrument.series(dimensions)
            return (.histogram(series), isLimited)
        }
    }

    func record(endsInterval: Bool, at time: UInt64) -> MetricRecord {
        switch self {
        case .sum(let instrument): instrument.record(endsInterval: endsInterval, at: time)
        case .meter(let instrument): instrument.record(endsInterval: endsInterval, at: time)
        case .histogram(let instrument): instrument.record(endsInterval: endsInterval, at: time)
        }
    }
}
