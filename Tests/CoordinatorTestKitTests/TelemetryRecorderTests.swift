import Coordinator
import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct TelemetryRecorders {
    private let agent = [("gen_ai.agent.name", "a")]

    private func run(_ recorder: TelemetryRecorder, _ agent: ScriptedAgent, retries: Int = 0) async throws -> JobResult
    {
        try await recorder.record {
            let coordinator = JobCoordinator(JobContext(id: "job"), workflow: "w")
            try coordinator.register(
                AgentTask(
                    "a", role: Role(name: "r"), retry: RetryPolicy(maxRetries: retries, initial: .zero), agent: agent))
            return try await coordinator.executeParallel()
        }
    }

    @Test func recordersAreIsolated() async throws {
        let (mine, other) = (TelemetryRecorder(), TelemetryRecorder())
        _ = try await run(mine, ScriptedAgent(.succeed(Contribution())))
        #expect(mine.spans.count == 3)
        #expect(other.spans.isEmpty)
        let succeeded = agent + [("coordinator.outcome", "succeeded")]
        #expect(mine.total(of: "coordinator.agent.runs", succeeded) == 1)
        #expect(other.total(of: "coordinator.agent.runs", succeeded) == nil)
        #expect(mine.values(of: "coordinator.queue.duration", agent) == [0])
        #expect(mine.meter("coordinator.agent.active", agent) == 0)
    }

    @Test func spansAreOrderedByTheirEnd() async throws {
        let recorder = TelemetryRecorder()
        let flaky = ScriptedAgent(.fail(AgentError(.transient, "not yet")), .succeed(Contribution()))
        _ = try await run(recorder, flaky, retries: 1)
        #expect(
            recorder.spans.map(\.operationName) == [
                "coordinator.attempt a", "coordinator.attempt a", "invoke_agent a", "invoke_workflow w",
            ])
    }

    /// Other dimensions, or none, are another series; a series that was never made is `nil` or empty, never 0.
    @Test func onlyExactDimensionsMatch() async throws {
        let recorder = TelemetryRecorder()
        _ = try await run(recorder, ScriptedAgent(.succeed(Contribution())))
        #expect(recorder.total(of: "coordinator.agent.runs", agent) == nil)
        #expect(recorder.total(of: "no.such.counter", []) == nil)
        #expect(recorder.values(of: "coordinator.queue.duration", []) == [])
        #expect(recorder.meter("coordinator.agent.active", [("gen_ai.agent.name", "b")]) == nil)
    }

    @Test func errorOfTheBodyIsRethrownAndItsRecordsAreKept() async throws {
        let recorder = TelemetryRecorder()
        await #expect(throws: CoordinatorError.self) {
            try await recorder.record {
                let coordinator = JobCoordinator(JobContext(id: "job"))
                try coordinator.register(
                    AgentTask("a", role: Role(name: "r"), agent: ScriptedAgent(.succeed(Contribution()))))
                _ = try await coordinator.executeParallel()
                _ = try await coordinator.executeParallel()
            }
        }
        #expect(recorder.spans.count == 3)
    }
}
