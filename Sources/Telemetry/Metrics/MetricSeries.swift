import CoreMetrics
import Support
import Synchronization

/// One series of an instrument: the handler behind a counter, meter, recorder or timer of swift-metrics.
protocol MetricSeries: AnyObject, Sendable {
    init(_ options: SeriesOptions)
    /// The value now; `nil` while there is none. `endsInterval` restarts minimum and maximum, which cover one push
    /// interval.
    func value(endsInterval: Bool) -> MetricPoint.Value?
    var startTime: UInt64 { get }
    func collectExemplars() -> [Exemplar]
}

/// The settings of a new series.
struct SeriesOptions {
    let bounds: [Double]
    /// Whether a meter's value is a sum that starts at 0; a gauge has no value before the first one is set.
    let isSum: Bool
    let wholeNumbers: Bool
    let exemplarFilter: ExemplarFilter
    let clock: @Sendable () -> UInt64
}

/// A sum that only grows. A whole number is added by one atomic addition.
final class SumSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let whole = Atomic<Int64>(0)
    /// The bits of a `Double`: what was added as a floating-point number.
    private let fraction = Atomic<UInt64>(0)
    private let isDouble = Atomic<Bool>(false)
    private let start: Atomic<UInt64>
    private let exemplars: ExemplarSlots
    private let clock: @Sendable () -> UInt64

    init(_ options: SeriesOptions) {
        start = Atomic(options.clock())
        exemplars = ExemplarSlots(buckets: 1, filter: options.exemplarFilter, clock: options.clock)
        clock = options.clock
    }

    var startTime: UInt64 { start.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        // A counter only grows: amounts below zero are ignored.
        guard amount > 0 else { return }
        let new = whole.wrappingAdd(amount, ordering: .relaxed).newValue
        if new < 0 { whole.store(.max, ordering: .relaxed) }
        exemplars.offer(Double(amount), bucket: 0)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fraction.add(amount)
        exemplars.offer(amount, bucket: 0)
    }

    func reset() {
        start.store(clock(), ordering: .relaxed)
        whole.store(0, ordering: .relaxed)
        fraction.store(0, ordering: .relaxed)
    }

    /// From now on the series' values are floating-point numbers, 0 included.
    func becomeDouble() { isDouble.store(true, ordering: .relaxed) }

    func value(endsInterval: Bool) -> MetricPoint.Value? {
        // For a moment after an overflow the atomic sum is below zero.
        let loaded = whole.load(ordering: .relaxed)
        let whole = loaded < 0 ? .max : loaded
        guard isDouble.load(ordering: .relaxed) else { return .int(whole) }
        return .double(Double(whole) + Double(bitPattern: fraction.load(ordering: .relaxed)))
    }

    func collectExemplars() -> [Exemplar] { exemplars.collect() }
}

/// A value that goes up and down: a gauge, or an up-down counter.
final class MeterSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let bits: Atomic<UInt64>
    private let isSet: Atomic<Bool>
    private let wholeNumbers: Bool
    let startTime: UInt64

    init(_ options: SeriesOptions) {
        bits = Atomic(0)
        isSet = Atomic(options.isSum)
        wholeNumbers = options.wholeNumbers
        startTime = options.clock()
    }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
        isSet.store(true, ordering: .releasing)
    }

    func increment(by amount: Double) {
        guard amount.isFinite else { return }
        bits.add(amount)
        isSet.store(true, ordering: .releasing)
    }

    func decrement(by amount: Double) { increment(by: -amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func value(endsInterval: Bool) -> MetricPoint.Value? {
        guard isSet.load(ordering: .acquiring) else { return nil }
        let value = Double(bitPattern: bits.load(ordering: .relaxed))
        if wholeNumbers, let whole = Int64(exactly: value) { return .int(whole) }
        return .double(value)
    }

    func collectExemplars() -> [Exemplar] { [] }
}

extension Atomic<UInt64> {
    /// Adds to the `Double` whose bits are stored here; the sum stops at the largest number.
    func add(_ amount: Double) {
        var old = load(ordering: .relaxed)
        while true {
            let new = Double(bitPattern: old).addingSaturated(amount).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}
