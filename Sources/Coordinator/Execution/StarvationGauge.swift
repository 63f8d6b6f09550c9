import CoreMetrics
import Locks
import TelemetryCatalog

/// Shows on the job's metrics how many executors have every thread blocked: the agents' own, and Swift's cooperative
/// pool.
final class StarvationGauge: Sendable {
    enum Executor: Sendable { case agents, pool }

    private let state = Locked<(meter: (any MeterHandler)?, starved: Set<Executor>)>((nil, []))

    /// The metrics backend is known only once a job starts.
    func bind(_ factory: any MetricsFactory) {
        state.withLock { state in
            guard state.meter == nil else { return }
            let meter = factory.meter(Instruments.executorStarved)
            meter.set(Double(state.starved.count))
            state.meter = meter
        }
    }

    func set(_ starved: Bool, for executor: Executor) {
        state.withLock { state in
            let changed = starved ? state.starved.insert(executor).inserted : state.starved.remove(executor) != nil
            if changed { state.meter?.set(Double(state.starved.count)) }
        }
    }
}
