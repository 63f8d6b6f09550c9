import CoordinatorTestKit
import Testing

@testable import Coordinator

@Suite struct Resources {
    @Test func aRateSpacesStartsAfterTheBurst() {
        var state = RateLimiterState(.init(count: 3, per: .seconds(30)))
        let starts = (0..<6).map { _ in state.reserve(at: .zero) }
        #expect(starts == [0, 0, 0, 10, 20, 30].map { .seconds($0) })
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

    @Test func aFullRuntimeQueueRejects() async throws {
        let runtime = CoordinatorRuntime(.init(concurrency: 1, queueLimit: 1))
        let (result, _) = try await runJob(
            AgentTask("a", role: writer("r"), timeout: .milliseconds(50), maxRetries: 0) { _, _ in
                try await Task.sleep(for: .seconds(3600))
                return Contribution()
            },
            AgentTask("b", role: writer("r")) { _, _ in
                try await Task.sleep(for: .seconds(3600))
                return Contribution()
            },
            AgentTask("c", role: writer("r")) { _, _ in
                try await Task.sleep(for: .seconds(3600))
                return Contribution()
            },
            limits: JobLimits(timeout: .milliseconds(200)), runtime: runtime)
        let rejected = result.agents.filter { $0.outcome == .rejected }
        #expect(rejected.count == 1)
        #expect(rejected.first?.errorType == "queue_full")
        #expect(rejected.first?.attempts == [])
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
