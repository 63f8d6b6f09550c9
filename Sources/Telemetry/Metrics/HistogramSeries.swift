import CoreMetrics
import Locks

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A distribution over fixed bounds. Threads record into different stripes, so that they seldom meet at a lock.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private struct Distribution {
        var count: UInt64 = 0
        var sum = 0.0
        var min = Double.infinity
        var max = -Double.infinity
        var intervalMin = Double.infinity
        var intervalMax = -Double.infinity
        var buckets: [UInt64]
    }

    private final class Stripe: Sendable {
        let distribution: Locked<Distribution>
        init(buckets: Int) { distribution = Locked(Distribution(buckets: [UInt64](repeating: 0, count: buckets))) }
    }

    private let bounds: [Double]
    private let first: Stripe
    private let second: Stripe
    private let third: Stripe
    private let fourth: Stripe
    private let exemplars: ExemplarSlots
    let startTime: UInt64

    init(_ options: SeriesOptions) {
        bounds = options.bounds
        let buckets = options.bounds.count + 1
        first = Stripe(buckets: buckets)
        second = Stripe(buckets: buckets)
        third = Stripe(buckets: buckets)
        fourth = Stripe(buckets: buckets)
        exemplars = ExemplarSlots(buckets: buckets, filter: options.exemplarFilter, clock: options.clock)
        startTime = options.clock()
    }

    func record(_ value: Int64) { record(Double(value)) }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Double) {
        // Neither has a place in a sum.
        guard value.isFinite else { return }
        let bucket = bucket(of: value)
        stripe.distribution.withLock { distribution in
            distribution.count &+= 1
            distribution.sum += value
            distribution.buckets[bucket] &+= 1
            if value < distribution.intervalMin {
                distribution.intervalMin = value
                if value < distribution.min { distribution.min = value }
            }
            if value > distribution.intervalMax {
                distribution.intervalMax = value
                if value > distribution.max { distribution.max = value }
            }
        }
        exemplars.offer(value, bucket: bucket)
    }

    func value(endsInterval: Bool) -> MetricPoint.Value? {
        var total = Distribution(buckets: [UInt64](repeating: 0, count: bounds.count + 1))
        for stripe in [first, second, third, fourth] {
            stripe.distribution.withLock { part in
                total.count += part.count
                total.sum += part.sum
                total.min = Swift.min(total.min, endsInterval ? part.intervalMin : part.min)
                total.max = Swift.max(total.max, endsInterval ? part.intervalMax : part.max)
                for index in total.buckets.indices { total.buckets[index] += part.buckets[index] }
                if endsInterval {
                    part.intervalMin = .infinity
                    part.intervalMax = -.infinity
                }
            }
        }
        let isEmpty = total.min > total.max
        return .histogram(
            count: total.count, sum: total.sum, min: isEmpty ? 0 : total.min, max: isEmpty ? 0 : total.max,
            buckets: total.buckets)
    }

    func collectExemplars() -> [Exemplar] { exemplars.collect() }

    /// A thread keeps its stripe, which follows from where its descriptor lies.
    private var stripe: Stripe {
        switch (UInt64(pthread_self()) &>> 12) &* 0x9E37_79B9_7F4A_7C15 &>> 62 {
        case 0: return first
        case 1: return second
        case 2: return third
        default: return fourth
        }
    }

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
