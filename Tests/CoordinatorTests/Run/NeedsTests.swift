import Coordinator
import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct Needs {
    @Test func agentSeesWhatItsNeedsWrote() async throws {
        let (result, _) = try await runJob(
            AgentTask("second", role: writer("b", "artifacts.b"), needs: ["first"]) { view, _ in
                .artifact("b", try view.value(at: "artifacts.a") ?? .null)
            },
            AgentTask("first", role: writer("a", "artifacts.a")) { _, _ in .artifact("a", "from first") })
        #expect(result.artifacts["b"] == "from first")
    }

    @Test func dependentsOfAFailureAreSkippedWithTheReason() async throws {
        let (result, _) = try await runJob(
            AgentTask("fails", role: writer("a"), agent: ScriptedAgent(.fail(Flaky()))),
            AgentTask("dependent", role: writer("b"), needs: ["fails"], agent: ScriptedAgent()),
            AgentTask("free", role: writer("c"), agent: ScriptedAgent(.succeed(Contribution()))))
        #expect(result.status == .partial)
        #expect(result["dependent"]?.outcome == .skipped)
        #expect(result["dependent"]?.errorType == "dependency_failed")
        #expect(result["dependent"]?.error == "it needs 'fails', which ended as failed")
        #expect(result["dependent"]?.attempts == [])
    }

    @Test func unmetConditionIsNoFailure() async throws {
        let unused = ScriptedAgent()
        let (result, _) = try await runJob(
            AgentTask("works", role: writer("a"), agent: ScriptedAgent(.succeed(Contribution()))),
            AgentTask("conditional", role: writer("b"), when: .exists("artifacts.code"), agent: unused))
        #expect(result.status == .succeeded)
        #expect(result["conditional"]?.outcome == .skipped)
        #expect(result["conditional"]?.errorType == nil)
    }

    @Test func cyclesAndUnknownNeedsAreRefused() async throws {
        let none = ScriptedAgent()
        let circle = await #expect(throws: CoordinatorError.self) {
            _ = try await runJob(
                AgentTask("a", role: writer("a"), needs: ["b"], agent: none),
                AgentTask("b", role: writer("b"), needs: ["a"], agent: none))
        }
        #expect(circle?.code == .cycle)
        #expect(circle?.message == "agents need each other in a circle: a -> b -> a")
        let unknown = await #expect(throws: CoordinatorError.self) {
            _ = try await runJob(AgentTask("a", role: writer("a"), needs: ["ghost"], agent: none))
        }
        #expect(unknown?.code == .unknownAgent)
    }

    @Test func jobRunsOnceAndNeedsAnAgent() async throws {
        let empty = JobCoordinator(JobContext(id: "empty"))
        #expect(await #expect(throws: CoordinatorError.self) { try await empty.executeParallel() }?.code == .noAgents)
        let (_, coordinator) = try await runJob(
            AgentTask("a", role: writer("a"), agent: ScriptedAgent(.succeed(Contribution()))))
        #expect(
            await #expect(throws: CoordinatorError.self) { try await coordinator.executeParallel() }?.code
                == .alreadyExecuted)
    }

    @Test func parallelismStaysWithinTheJobLimit() async throws {
        let context = JobContext(id: "limited")
        // The first three wait until the fourth has had to queue, however slowly the machine starts them.
        let gate = OccupancyGate()
        let coordinator = JobCoordinator(context, limits: JobLimits(concurrency: 3))
        try gate.fill(coordinator, 20)
        let result = try await gate.run(coordinator) { payload in
            if case .agentQueued = payload { true } else { false }
        }
        #expect(result.status == .succeeded)
        #expect(result.metrics.job.maxParallel <= 3)
        #expect(result.agents.contains { $0.queueMS > 0 })
    }
}
