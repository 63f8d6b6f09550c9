import Coordinator
import CoordinatorTestKit
import Testing

/// The first agent to write a single-writer field keeps it; the other one's policy decides its outcome.
@Suite(.timeLimit(.minutes(10))) struct ConflictPolicies {
    /// Registration refuses two writers of such a field, except an agent and its fallback, of which one runs. A
    /// fallback shared with an agent whose breaker is open runs all the same, and conflicts with the first one's write.
    @Test(arguments: [(ConflictPolicy.fail, 1), (.retry, 3)])
    func conflictFailsOrIsRetriedByPolicy(policy: ConflictPolicy, attempts: Int) async throws {
        let runtime = CoordinatorRuntime()
        func broken(_ agent: any Agent, fallback: String? = nil) -> AgentTask {
            AgentTask(
                "broken", role: writer("broken"), breaker: BreakerPolicy(minimumCalls: 1, openFor: .seconds(3600)),
                fallback: fallback, agent: agent)
        }
        _ = try await runJob(broken(ScriptedAgent(.fail(Flaky()))), runtime: runtime)

        let late = ScriptedAgent.Step.succeed(.artifact("shared", "late"))
        let agent = attempts == 1 ? ScriptedAgent(late) : ScriptedAgent(late, late, late)
        let (result, coordinator) = try await runJob(
            AgentTask(
                "first", role: writer("first", "artifacts.shared"), fallback: "standby",
                agent: ScriptedAgent(.succeed(.artifact("shared", "kept")))),
            broken(ScriptedAgent(), fallback: "standby"),
            AgentTask(
                "standby", role: writer("standby", "artifacts.shared"),
                retry: RetryPolicy(maxRetries: 2, initial: .zero), onConflict: policy, agent: agent),
            runtime: runtime)
        #expect(result["broken"]?.outcome == .rejected)
        #expect(result["standby"]?.outcome == .failed && result["standby"]?.errorType == "context_conflict")
        #expect(result["standby"]?.attempts.count == attempts)
        #expect(agent.unusedSteps == 0)
        #expect(result.artifacts == ["shared": "kept"])
        let conflicts = try await events(of: coordinator).compactMap { event -> JobEvent.ContextConflict? in
            if case .contextConflict(let conflict) = event.payload { conflict } else { nil }
        }
        #expect(conflicts.count == attempts)
        #expect(conflicts.allSatisfy { $0.writers == ["first", "standby"] })
        #expect(conflicts.allSatisfy { $0.kept == ["artifacts.shared": "kept"] })
        #expect(conflicts.allSatisfy { $0.refused == .artifact("shared", "late") })
    }
}
