import CoreMetrics

/// The series of one metric for some dimensions.
enum BoundSeries {
    case sum(SumSeries)
    case meter(MeterSeries)
    case histogram(HistogramSeries)

    var counter: any CounterHandler & FloatingPointCounterHandler {
        switch self {
        case .sum(let series): series
        case .meter(let series): LastIncrement(series)
        case .histogram(let series): series
        }
    }

    /// The series of a meter, which is an up-down counter or a gauge; `nil` for other kinds.
    var meter: (any MeterHandler)? {
        if case .meter(let series) = self { series } else { nil }
    }

    var recorder: any RecorderHandler & TimerHandler {
        switch self {
        case .sum(let series): series
        case .meter(let series): series
        case .histogram(let series): series
        }
    }
}

/// A counter of which a view keeps the last increment.
private final class LastIncrement: CounterHandler, FloatingPointCounterHandler {
    private let series: MeterSeries
    init(_ series: MeterSeries) { self.series = series }
    func increment(by amount: Int64) { series.set(amount) }
    func increment(by amount: Double) { series.set(amount) }
    func reset() {}
}

// A view may give an instrument another aggregation than its own; these conformances make that possible.

extension SumSeries: RecorderHandler, TimerHandler {
    func record(_ value: Int64) { increment(by: value) }
    func record(_ value: Double) { increment(by: value) }
    func recordNanoseconds(_ duration: Int64) { increment(by: Double(duration) / 1e9) }
}

extension MeterSeries: TimerHandler {
    func recordNanoseconds(_ duration: Int64) { set(Double(duration) / 1e9) }
}

extension HistogramSeries: CounterHandler, FloatingPointCounterHandler {
    // A counter only grows: amounts below zero are ignored.
    func increment(by amount: Int64) { if amount > 0 { record(Double(amount)) } }
    func increment(by amount: Double) { if amount > 0 { record(amount) } }
    func reset() {}
}

/// The counter of an instrument from which views make several metrics, or none.
final class CounterFanOut: CounterHandler, FloatingPointCounterHandler {
    private let parts: [any CounterHandler & FloatingPointCounterHandler]
    init(_ parts: [any CounterHandler & FloatingPointCounterHandler]) { self.parts = parts }
    func increment(by amount: Int64) { for part in parts { part.increment(by: amount) } }
    func increment(by amount: Double) { for part in parts { part.increment(by: amount) } }
    func reset() { for part in parts { part.reset() } }
}

/// See ``CounterFanOut``.
final class MeterFanOut: MeterHandler {
    private let parts: [any MeterHandler]
    init(_ parts: [any MeterHandler]) { self.parts = parts }
    func set(_ value: Int64) { for part in parts { part.set(value) } }
    func set(_ value: Double) { for part in parts { part.set(value) } }
    func increment(by amount: Double) { for part in parts { part.increment(by: amount) } }
    func decrement(by amount: Double) { for part in parts { part.decrement(by: amount) } }
}

/// See ``CounterFanOut``.
final class RecorderFanOut: RecorderHandler, TimerHandler {
    private let parts: [any RecorderHandler & TimerHandler]
    init(_ parts: [any RecorderHandler & TimerHandler]) { self.parts = parts }
    func record(_ value: Int64) { for part in parts { part.record(value) } }
    func record(_ value: Double) { for part in parts { part.record(value) } }
    func recordNanoseconds(_ duration: Int64) { for part in parts { part.recordNanoseconds(duration) } }
}
