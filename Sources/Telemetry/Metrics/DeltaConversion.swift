import Support

/// Turns cumulative records into differences since the last conversion.
struct DeltaConversion {
    private struct Key: Hashable {
        let name: String
        let kind: MetricRecord.Kind
        let scope: InstrumentationScope
        let attributes: [Attribute]
    }

    private var last: [Key: MetricPoint] = [:]

    /// Counters and histograms as differences; each series is reported when it starts and then when it has changed.
    /// Up-down counters and gauges stay as they are.
    mutating func convert(_ records: [MetricRecord]) -> [MetricRecord] {
        records.compactMap { record in
            switch record.kind {
            case .gauge, .sum(monotonic: false): return record
            case .sum(monotonic: true), .histogram: break
            }
            var delta = record
            delta.temporality = .delta
            delta.points = record.points.compactMap { point in
                let key = Key(name: record.name, kind: record.kind, scope: record.scope, attributes: point.attributes)
                let previous = last.updateValue(point, forKey: key)
                guard let previous, previous.startTime == point.startTime else { return point }
                guard previous.value.isFollowed(by: point.value) else { return nil }
                var difference = point
                difference.startTime = previous.time
                difference.value = point.value.minus(previous.value)
                return difference
            }
            return delta.points.isEmpty ? nil : delta
        }
    }
}

extension MetricPoint.Value {
    /// Whether something was added. Minimum and maximum of an interval are not compared.
    fileprivate func isFollowed(by new: Self) -> Bool {
        if case (.histogram(let old, _, _, _, _), .histogram(let new, _, _, _, _)) = (self, new) { return old != new }
        return self != new
    }

    fileprivate func minus(_ old: Self) -> Self {
        switch (self, old) {
        case (.int(let new), .int(let old)): return .int(new.subtractingSaturated(old))
        case (.double(let new), .double(let old)): return .double(new - old)
        case (.double(let new), .int(let old)): return .double(new - Double(old))
        case (
            .histogram(let count, let sum, let min, let max, let buckets),
            .histogram(let oldCount, let oldSum, _, _, let oldBuckets)
        ):
            return .histogram(
                count: count.subtractingSaturated(oldCount), sum: (sum - oldSum).saturated, min: min, max: max,
                buckets: zip(buckets, oldBuckets).map { $0.subtractingSaturated($1) })
        default: return self
        }
    }
}
