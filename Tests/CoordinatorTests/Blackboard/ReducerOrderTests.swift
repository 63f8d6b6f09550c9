import TestSupport
import Testing

@testable import Coordinator

/// Reducers run outside of the context's lock, and no contribution is lost.
@Suite(.timeLimit(.minutes(10))) struct ReducerOrder {
    /// Signals when a timer is set, which means that a contribution waits.
    private struct ObservedTimers: TimerService {
        let base = ThreadTimerService()
        let waits: AsyncStream<Void>.Continuation

        var now: Duration { base.now }

        func schedule(at due: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
            defer { waits.yield() }
            return base.schedule(at: due, action)
        }
    }

    /// While the first contribution's reducer is held, the second one waits: it must not fold into an outdated value.
    @Test func concurrentContributionsAreReducedOneAfterTheOther() async throws {
        let gate = BlockingGate()
        let entered = AsyncStream<Void>.makeStream()
        let sum = MergeRule.Reducer(name: "sum") { value, values in
            if values.contains(1) {
                entered.continuation.yield()
                gate.block()
            }
            return .integer(values.reduce(value?.integerValue ?? 0) { $0 + ($1.integerValue ?? 0) })
        }
        let context = JobContext(
            id: "j", fields: [FieldDeclaration("total", merge: .custom(sum))], reducerTimeout: .seconds(60))
        let runtime = CoordinatorRuntime()
        @Sendable func add(_ number: Int64, _ timers: any TimerService) async throws {
            _ = try await context.commit(
                Contribution(append: ["total": [.integer(number)]]), by: Role(name: "r", writes: ["total"]),
                order: WriteOrder(stage: 0, registration: 0), from: .init(agent: "a\(number)", attempt: 1),
                at: Timestamp(nanosecondsSinceEpoch: 0), reducersOn: .init(executor: runtime.executor, timers: timers))
        }
        let first = Task { try await add(1, runtime.threadTimers) }
        for await _ in entered.stream { break }
        let waits = AsyncStream<Void>.makeStream()
        let second = Task { try await add(2, ObservedTimers(waits: waits.continuation)) }
        for await _ in waits.stream { break }
        gate.open()
        try await first.value
        try await second.value
        #expect(context.snapshot.value(at: "total") == 3)
    }
}
