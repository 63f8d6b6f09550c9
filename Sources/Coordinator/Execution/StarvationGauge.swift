import CoreMetrics
import Locks
import Synchronization
import TelemetryCatalog

/// Shows on the job's metrics whether the agent threads are all blocked.
final class StarvationGauge: Sendable {
    private let state = Locked<(meter: (any MeterHandler)?, starved: Bool)>((nil, false))

    /// The metrics backend is known only once a job starts.
    func bind(_ factory: any MetricsFactory) {
        state.withLock { state in
            guard state.meter == nil else { return }
            let meter = factory.meter(Instruments.executorStarved)
            meter.set(state.starved ? 1.0 : 0)
            state.meter = meter
        }
    }

    func set(_ starved: Bool) {
        state.withLock { state in
            state.starved = starved
            state.meter?.set(starved ? 1.0 : 0)
        }
    }
}
