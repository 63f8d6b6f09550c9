import Telemetry

extension SignalBatch {
    /// The batch without points that do not suit their metric's kind, and without metrics that have no points left.
    var suitable: SignalBatch {
        guard case .metrics(let metrics) = self else { return self }
        return .metrics(
            metrics.compactMap { metric in
                var metric = metric
                metric.points.removeAll { !$0.suits(metric.kind) }
                return metric.points.isEmpty ? nil : metric
            })
    }

    /// Two batches with about half the records each; `nil` when there are fewer than two.
    var halves: (SignalBatch, SignalBatch)? {
        guard count > 1 else { return nil }
        switch self {
        case .spans(let spans, let scope):
            let middle = spans.count / 2
            return (
                .spans(Array(spans[..<middle]), scope: scope), .spans(Array(spans[middle...]), scope: scope)
            )
        case .logs(let logs):
            let middle = logs.count / 2
            return (.logs(Array(logs[..<middle])), .logs(Array(logs[middle...])))
        case .metrics(let metrics):
            return Self.halves(of: metrics, points: count)
        }
    }

    private static func halves(of metrics: [MetricRecord], points: Int) -> (SignalBatch, SignalBatch) {
        var first: [MetricRecord] = []
        var second: [MetricRecord] = []
        var room = points / 2
        for metric in metrics {
            let taken = min(room, metric.points.count)
            room -= taken
            if taken > 0 { first.append(metric.with(points: metric.points[..<taken])) }
            if taken < metric.points.count { second.append(metric.with(points: metric.points[taken...])) }
        }
        return (.metrics(first), .metrics(second))
    }
}

extension MetricRecord {
    fileprivate func with(points: ArraySlice<MetricPoint>) -> MetricRecord {
        var copy = self
        copy.points = Array(points)
        return copy
    }
}

extension MetricPoint {
    /// Whether the value fits the kind: a number for sums and gauges; for a histogram, one bucket more than bounds.
    fileprivate func suits(_ kind: MetricRecord.Kind) -> Bool {
        switch (kind, value) {
        case (.sum, .int), (.sum, .double), (.gauge, .int), (.gauge, .double): true
        case (.histogram(let bounds), .histogram(_, _, _, _, let buckets)): buckets.count == bounds.count + 1
        default: false
        }
    }
}
