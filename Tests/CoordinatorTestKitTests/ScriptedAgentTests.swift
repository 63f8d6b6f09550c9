import Coordinator
import CoordinatorTestKit
import Testing

@Suite struct ScriptedAgents {
    private let role = Role(name: "r", reads: ["**"], writes: ["artifacts.**"])

    private func run(_ agent: ScriptedAgent, retries: Int) async throws -> JobResult {
        let coordinator = JobCoordinator(JobContext(id: "job"))
        try coordinator.register(
            AgentTask("a", role: role, retry: RetryPolicy(maxRetries: retries, initial: .zero), agent: agent))
        return try await coordinator.executeParallel()
    }

    @Test func stepsAreTakenOneAnAttempt() async throws {
        let agent = ScriptedAgent(
            .fail(AgentError(.transient, "not yet")), .succeed(Contribution(set: ["artifacts.a": 1])), .hang)
        let result = try await run(agent, retries: 5)
        #expect(result["a"]?.attempts.map(\.outcome) == [.failed, .succeeded])
        #expect(agent.attempts == [1, 2])
        #expect(agent.unusedSteps == 1)
    }

    @Test func aCallBeyondTheScriptFailsForGood() async throws {
        let agent = ScriptedAgent(.fail(AgentError(.transient, "not yet")))
        let result = try await run(agent, retries: 5)
        #expect(result["a"]?.attempts.count == 2)
        #expect(result["a"]?.error == "the script of 'a' has no step for attempt 2")
    }
}

@Suite struct TelemetryRecorders {
    @Test func oneRecorderDoesNotSeeAnother() async throws {
        let (mine, other) = (TelemetryRecorder(), TelemetryRecorder())
        let coordinator = try await mine.record {
            let coordinator = JobCoordinator(JobContext(id: "job"), workflow: "w")
            try coordinator.register(
                AgentTask("a", role: Role(name: "r"), agent: ScriptedAgent(.succeed(Contribution()))))
            _ = try await coordinator.executeParallel()
            return coordinator
        }
        #expect(mine.spans.count == 3)
        #expect(other.spans.isEmpty)
        let run = [("gen_ai.agent.name", "a"), ("coordinator.outcome", "succeeded")]
        #expect(mine.total(of: "coordinator.agent.runs", run) == 1)
        #expect(other.total(of: "coordinator.agent.runs", run) == nil)
        #expect(mine.values(of: "coordinator.queue.duration", [("gen_ai.agent.name", "a")]) == [0])
        #expect(mine.meter("coordinator.agent.active", [("gen_ai.agent.name", "a")]) == 0)
        _ = coordinator
    }
}
