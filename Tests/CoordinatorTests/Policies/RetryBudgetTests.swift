import CoordinatorTestKit
import Testing

@testable import Coordinator

/// The arithmetic of the retry budget, and its effect on a job.
@Suite(.timeLimit(.minutes(10))) struct RetryBudgets {
    private func budget(minimum: Int = 1, failures: Int, successes: Int = 0) -> RetryBudget {
        let budget = RetryBudget(RetryBudgetPolicy(minimumAttempts: minimum))
        for _ in 0..<failures { budget.report(succeeded: false) }
        for _ in 0..<successes { budget.report(succeeded: true) }
        return budget
    }

    @Test func failureCostsATokenAndRetriesNeedMoreThanHalf() {
        #expect(budget(failures: 4).allowsRetry)
        #expect(!budget(failures: 5).allowsRetry)
    }

    @Test func successReturnsATenthOfAToken() {
        #expect(budget(failures: 5, successes: 1).allowsRetry)
        #expect(!budget(failures: 6, successes: 9).allowsRetry)
        #expect(budget(failures: 6, successes: 12).allowsRetry)
    }

    @Test func tokensStayWithinTheirBounds() {
        let full = budget(failures: 0, successes: 100)
        for _ in 0..<5 { full.report(succeeded: false) }
        #expect(!full.allowsRetry)
        #expect(budget(failures: 100, successes: 52).allowsRetry)
    }

    @Test func retriesAreAllowedBelowTheMinimumVolume() {
        #expect(budget(minimum: 10, failures: 9).allowsRetry)
        #expect(!budget(minimum: 10, failures: 10).allowsRetry)
    }

    /// One failure in each of two jobs leaves too little for the third's retry.
    @Test func jobsOfARuntimeShareTheBudget() async throws {
        let runtime = CoordinatorRuntime(.init(retryBudget: RetryBudgetPolicy(tokens: 4, minimumAttempts: 1)))
        func attempts(_ steps: ScriptedAgent.Step...) async throws -> Int? {
            let agent = ClosureAgent { _, attempt in
                switch steps[min(attempt.number, steps.count) - 1] {
                case .fail(let error): throw error
                default: return Contribution()
                }
            }
            return try await runJob(
                AgentTask("a", role: writer("a"), retry: RetryPolicy(maxRetries: 1, initial: .zero), agent: agent),
                runtime: runtime
            ).result["a"]?.attempts.count
        }
        #expect(try await attempts(.fail(Flaky()), .succeed(Contribution())) == 2)
        #expect(try await attempts(.fail(Flaky()), .succeed(Contribution())) == 2)
        #expect(try await attempts(.fail(Flaky())) == 1)
    }
}
