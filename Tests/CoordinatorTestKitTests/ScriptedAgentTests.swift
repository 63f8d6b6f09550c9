import Coordinator
import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct ScriptedAgents {
    private let role = Role(name: "r", reads: ["**"], writes: ["artifacts.**"])

    private func run(_ agent: ScriptedAgent, retries: Int) async throws -> JobResult {
        let coordinator = JobCoordinator(JobContext(id: "job"))
        try coordinator.register(
            AgentTask("a", role: role, retry: RetryPolicy(maxRetries: retries, initial: .zero), agent: agent))
        return try await coordinator.executeParallel()
    }

    @Test func eachAttemptTakesOneStep() async throws {
        let agent = ScriptedAgent(
            .fail(AgentError(.transient, "not yet")), .succeed(Contribution(set: ["artifacts.a": 1])), .hang)
        let result = try await run(agent, retries: 5)
        #expect(result["a"]?.attempts.map(\.outcome) == [.failed, .succeeded])
        #expect(agent.attempts == [1, 2])
        #expect(agent.unusedSteps == 1)
    }

    @Test func callBeyondTheScriptFailsPermanently() async throws {
        let agent = ScriptedAgent(.fail(AgentError(.transient, "not yet")))
        let result = try await run(agent, retries: 5)
        #expect(result["a"]?.attempts.count == 2)
        #expect(result["a"]?.error == "the script of 'a' has no step for attempt 2")
    }

    @Test func hangingStepEndsWhenItIsCancelled() async throws {
        let clock = ManualClock()
        let agent = ScriptedAgent(.hang, .succeed(Contribution(set: ["artifacts.a": 1])))
        // The step ends at once; the long grace is for a machine that is slow to run it.
        let runtime = CoordinatorRuntime(.init(cancellationGrace: .seconds(60)), clock: clock)
        let coordinator = JobCoordinator(JobContext(id: "job"), runtime: runtime)
        try coordinator.register(
            AgentTask(
                "a", role: role, timeouts: TimeoutPolicy(attempt: .seconds(5)),
                retry: RetryPolicy(maxRetries: 1, initial: .zero), agent: agent))
        async let job = coordinator.executeParallel()
        await agent.waitForAttempt(1)
        await clock.waitForSleeper(until: .seconds(5))
        clock.advance(by: .seconds(5))
        let result = try await job
        #expect(result["a"]?.attempts.map(\.outcome) == [.timeout, .succeeded])
        #expect(result["a"]?.attempts.map(\.abandoned) == [false, false])
    }

    @Test func stepReceivesTheViewAndTheAttempt() async throws {
        let agent = ScriptedAgent(
            .run { view, attempt in
                Contribution(set: ["artifacts.a": [.string(view.jobID), .string(attempt.attemptID)]])
            })
        let result = try await run(agent, retries: 0)
        #expect(result.artifacts["a"] == ["job", "job/a/1"])
    }
}
