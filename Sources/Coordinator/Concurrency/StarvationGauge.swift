import CoreMetrics
import Support
import TelemetryCatalog

/// The gauge of executors that take no more work: the agents' own threads, Swift's cooperative pool.
final class StarvationGauge: Sendable {
    private struct State {
        var isStarved: [ExecutorName: Bool] = [:]
        var meters: [ExecutorName: any MeterHandler] = [:]
    }

    private let state = Locked(State())

    /// Makes the meters. The metrics backend is known only once a job starts.
    func bind(_ factory: any MetricsFactory) {
        state.withLock { state in
            guard state.meters.isEmpty else { return }
            for name in ExecutorName.allCases {
                let meter = factory.meter(Instruments.executorStarved, [(AttributeKey.executor, name.rawValue)])
                meter.set(state.isStarved[name] == true ? 1.0 : 0)
                state.meters[name] = meter
            }
        }
    }

    func set(_ isStarved: Bool, for name: ExecutorName) {
        state.withLock { state in
            guard state.isStarved.updateValue(isStarved, forKey: name) != isStarved else { return }
            state.meters[name]?.set(isStarved ? 1.0 : 0)
        }
    }
}
