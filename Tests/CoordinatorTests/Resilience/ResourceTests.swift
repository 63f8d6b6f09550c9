import CoordinatorTestKit
import Testing

@testable import Coordinator

@Suite struct Resources {
    @Test func aRateSpacesStartsAfterTheBurst() {
        var state = RateLimiterState(.init(count: 3, per: .seconds(30)))
        let starts = (0..<6).map { _ in state.reserve(at: .zero) }
        #expect(starts == [0, 0, 0, 10, 20, 30].map { .seconds($0) })
        #expect(state.reserve(at: .zero, before: .seconds(40)) == nil)
        #expect(state.reserve(at: .zero, before: .seconds(41)) == .seconds(40))
        #expect(state.reserve(at: .seconds(600)) == .seconds(600))
    }

    @Test func aResourceBoundsItsUsersOverJobs() async throws {
        let runtime = CoordinatorRuntime(.init(resources: ["model": ResourceSpec(concurrency: 2)]))
        let context = JobContext(id: "shared")
        let coordinator = JobCoordinator(context, runtime: runtime)
        for index in 0..<10 {
            try coordinator.register(
                AgentTask(
                    "agent-\(index)", role: writer("r"), resource: "model",
                    agent: ClosureAgent { _, _ in
                        await Task.yield()
                        return Contribution()
                    }))
        }
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded)
        #expect(result.metrics.job.maxParallel <= 2)
    }

    /// One runs, one waits, the third is turned away; then the test lets the first two go.
    @Test func aFullRuntimeQueueRejects() async throws {
        let runtime = CoordinatorRuntime(.init(concurrency: 1, queueLimit: 1))
        let gate = AsyncStream<Void>.makeStream()
        let coordinator = JobCoordinator(JobContext(id: "full"), runtime: runtime)
        for name in ["a", "b", "c"] {
            try coordinator.register(
                AgentTask(name, role: writer("r")) { _, _ in
                    for await _ in gate.stream {}
                    return Contribution()
                })
        }
        let job = Task { try await coordinator.executeParallel() }
        for await event in coordinator.events {
            if case .agentFinished(let end) = event.payload, end.outcome == .rejected { break }
        }
        gate.continuation.finish()
        let result = try await job.value
        let rejected = result.agents.filter { $0.outcome == .rejected }
        #expect(rejected.map(\.errorType) == ["queue_full"])
        #expect(rejected.map(\.attempts) == [[]])
        #expect(result.status == .partial)
    }

    @Test func unknownResourcesAreRefused() throws {
        let coordinator = JobCoordinator(JobContext(id: "x"))
        let error = #expect(throws: CoordinatorError.self) {
            try coordinator.register(
                AgentTask("a", role: writer("r"), resource: "model", agent: ScriptedAgent()))
        }
        #expect(error?.code == .unknownResource)
    }

    @Test func aSpentRetryBudgetStopsRetries() {
        let budget = RetryBudget(RetryBudgetPolicy(tokens: 4, minimumAttempts: 2))
        budget.report(succeeded: false)
        #expect(budget.allowsRetry)
        budget.report(succeeded: false)
        #expect(!budget.allowsRetry)
        for _ in 0..<11 { budget.report(succeeded: true) }
        #expect(budget.allowsRetry)
    }
}
