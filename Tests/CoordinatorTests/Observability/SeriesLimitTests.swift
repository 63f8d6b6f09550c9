import CoordinatorTestKit
import CoreMetrics
import MetricsTestKit
import Support
import TelemetryCatalog
import Testing

@testable import Coordinator

/// Error types are an agent's own choice: however many it uses, the number of series is bounded.
@Suite(.timeLimit(.minutes(10))) struct SeriesLimit {
    private struct Counted: ClassifiedError {
        let failureClass = FailureClass.permanent
        let errorType: String
    }

    /// Counts how often the counter of attempts is asked for, by its value of `error.type`.
    private final class CountingFactory: MetricsFactory {
        private let backend = TestMetrics()
        private let counts = Locked<[String: Int]>([:])

        var made: [String: Int] { counts.withLock { $0 } }

        func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
            if label == Instruments.attempts.name, let type = dimensions.first(where: { $0.0 == "error.type" })?.1 {
                counts.withLock { $0[type, default: 0] += 1 }
            }
            return backend.makeCounter(label: label, dimensions: dimensions)
        }

        func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
            backend.makeRecorder(label: label, dimensions: dimensions, aggregate: aggregate)
        }

        func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
            backend.makeTimer(label: label, dimensions: dimensions)
        }

        func destroyCounter(_ handler: any CounterHandler) {}
        func destroyRecorder(_ handler: any RecorderHandler) {}
        func destroyTimer(_ handler: any TimerHandler) {}
    }

    @Test func seriesPerErrorTypeAreCachedUpToALimit() async throws {
        let factory = CountingFactory()
        let types = (1...AgentSeries.limit + 20).map { "type-\($0)" }
        let runtime = CoordinatorRuntime()
        try await withMetricsFactory(factory) {
            for type in types + types {
                _ = try await runJob(
                    AgentTask(
                        "a", role: writer("r"), breaker: BreakerPolicy(minimumCalls: .max),
                        agent: ScriptedAgent(.fail(Counted(errorType: type)))),
                    runtime: runtime)
            }
        }
        let perType = types.map { factory.made[$0] ?? 0 }
        // Counters that are kept are made once, the others each time; a few slots are used from the start.
        let kept = perType.count { $0 == 1 }
        #expect(kept <= AgentSeries.limit)
        #expect(kept >= AgentSeries.limit - 10)
        #expect(perType.filter { $0 != 1 } == Array(repeating: 2, count: types.count - kept))
    }
}
