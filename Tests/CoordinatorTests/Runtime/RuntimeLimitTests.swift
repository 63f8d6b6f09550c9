import CoreMetrics
import Testing

@testable import Coordinator

/// The state that a runtime keeps by agent is bounded: a server runs long, and agents' names come from its users.
@Suite struct RuntimeLimits {
    @Test func breakersAreKeptUpToALimit() {
        let runtime = CoordinatorRuntime()
        func breaker(_ index: Int) -> CircuitBreaker {
            runtime.breaker(
                for: .agent("agent-\(index)"), policy: BreakerPolicy(), factory: NOOPMetricsHandler.instance)
        }
        let kept = (0..<CoordinatorRuntime.breakerLimit).map(breaker)
        #expect(breaker(0) === kept[0])
        #expect(breaker(CoordinatorRuntime.breakerLimit - 1) === kept[CoordinatorRuntime.breakerLimit - 1])
        let beyond = CoordinatorRuntime.breakerLimit
        #expect(breaker(beyond) !== breaker(beyond))
    }

    @Test func instrumentsAreKeptUpToALimit() {
        let cache = InstrumentCache()
        let backend = MetricsBackend(NOOPMetricsHandler.instance)
        func instruments(_ index: Int) -> AgentInstruments {
            cache.instruments(of: "agent-\(index)", backend: backend)
        }
        let kept = (0..<InstrumentCache.limit).map(instruments)
        #expect(instruments(0) === kept[0])
        #expect(instruments(InstrumentCache.limit - 1) === kept[InstrumentCache.limit - 1])
        #expect(instruments(InstrumentCache.limit) !== instruments(InstrumentCache.limit))
    }
}
