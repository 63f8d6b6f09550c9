import Support

/// Collects the metrics that are pushed. One collection goes to all exporters, so that each point is collected exactly
/// once.
final class PushReader: Sendable {
    private struct State {
        var delta = DeltaConversion()
        var lastTime: UInt64 = 0
        var isClosed = false
    }

    private let state = Locked(State())
    private let isDelta: Bool
    private let collect: @Sendable (_ endsInterval: Bool) -> [MetricRecord]

    init(
        temporality: TemporalityPreference, collect: @escaping @Sendable (_ endsInterval: Bool) -> [MetricRecord]
    ) {
        isDelta = temporality != .cumulative
        self.collect = collect
    }

    /// Hands the next collection to `body`. Only one call runs at a time, so that pushes leave in order.
    ///
    /// - Parameter isFinal: nothing is collected after this one.
    func push(isFinal: Bool, _ body: ([MetricRecord]) -> Void) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = isFinal
            var records = collect(isDelta)
            let since = state.lastTime
            for index in records.indices {
                for point in records[index].points.indices {
                    state.lastTime = max(state.lastTime, records[index].points[point].time)
                    records[index].points[point].exemplars.removeAll { $0.time <= since }
                }
            }
            body(isDelta ? state.delta.convert(records) : records)
        }
    }
}
