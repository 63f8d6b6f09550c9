import CoreMetrics

/// A distribution over fixed bounds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private let bounds: [Double]
    private let stripes: HistogramStripes
    private let exemplars: ExemplarSlots
    let startTime: UInt64

    init(_ options: SeriesOptions) {
        bounds = options.bounds
        stripes = HistogramStripes(buckets: options.bounds.count + 1)
        exemplars = ExemplarSlots(
            buckets: options.bounds.count + 1, filter: options.exemplarFilter, clock: options.clock)
        startTime = options.clock()
    }

    func record(_ value: Int64) { record(Double(value)) }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Double) {
        // Infinity or NaN would make the sum useless for good.
        guard value.isFinite else { return }
        let bucket = bucket(of: value)
        stripes.add(value, bucket: bucket)
        exemplars.offer(value, bucket: bucket)
    }

    func value(endsInterval: Bool) -> MetricPoint.Value? {
        let total = stripes.total(endsInterval: endsInterval)
        let isEmpty = total.min > total.max
        return .histogram(
            count: total.buckets.reduce(0, +), sum: total.sum, min: isEmpty ? 0 : total.min,
            max: isEmpty ? 0 : total.max, buckets: total.buckets)
    }

    func collectExemplars() -> [Exemplar] { exemplars.collect() }

    /// The index of the first bound that is not below the value.
    private func bucket(of value: Double) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low &+ high) &>> 1
            if bounds[middle] < value { low = middle &+ 1 } else { high = middle }
        }
        return low
    }
}
