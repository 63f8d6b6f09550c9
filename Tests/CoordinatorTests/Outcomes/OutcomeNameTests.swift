import CoordinatorTestKit
import Testing

@testable import Coordinator

@Suite(.timeLimit(.minutes(10))) struct OutcomeNames {
    private static let names = ["succeeded", "failed", "timeout", "cancelled", "rejected", "skipped"]

    /// One job with every outcome, each agent named after its own: result, event, blackboard, span and counter use the
    /// same name.
    @Test func everyOutcomeHasOneNameEverywhere() async throws {
        #expect(AgentOutcome.allCases.map(\.rawValue) == Self.names)
        let runtime = CoordinatorRuntime()
        _ = try await runJob(rejected(ScriptedAgent(.fail(Flaky()))), runtime: runtime)
        let recorder = TelemetryRecorder()
        let (result, coordinator) = try await recorder.record { try await run(on: runtime) }
        let json = try JSONValue(encoding: result)["agents"]?.arrayValue
        let log = try await events(of: coordinator)
        for (index, name) in Self.names.enumerated() {
            #expect(result[name]?.outcome.rawValue == name)
            #expect(json?[index]["outcome"] == .string(name))
            #expect(coordinator.context.snapshot.root["agents"]?[name]?["phase"] == .string(name))
            let ends = log.filter { $0.agent == name }.compactMap { event -> String? in
                if case .agentFinished(let end) = event.payload { end.outcome.rawValue } else { nil }
            }
            #expect(ends == [name])
            let spans = recorder.spans.filter { $0.operationName == "invoke_agent \(name)" }
            #expect(spans.map { $0.attributes.get("coordinator.outcome") } == [.string(name)])
            for other in Self.names {
                let total = recorder.total(
                    of: "coordinator.agent.runs",
                    [("gen_ai.agent.name", name), ("coordinator.outcome", other)])
                #expect(total == (other == name ? 1 : 0), "\(name) counted as \(other)")
            }
        }
        // Here an attempt's outcome is its run's; an agent that was never called has no attempt.
        for name in Self.names {
            let attempts = result[name]?.attempts.map(\.outcome.rawValue)
            #expect(attempts == (["rejected", "skipped"].contains(name) ? [] : [name]))
        }
        #expect(result.status == .cancelled)
    }

    private func run(on runtime: CoordinatorRuntime) async throws -> (JobResult, JobCoordinator) {
        let coordinator = JobCoordinator(JobContext(id: "names"), runtime: runtime, workflow: "test")
        let tasks = [
            AgentTask("succeeded", role: writer("s"), agent: ScriptedAgent(.succeed(Contribution()))),
            AgentTask("failed", role: writer("f"), agent: ScriptedAgent(.fail(Flaky()))),
            AgentTask(
                "timeout", role: writer("t"), timeouts: TimeoutPolicy(attempt: .milliseconds(20)),
                agent: ScriptedAgent(.hang)),
            AgentTask("cancelled", role: writer("c"), agent: ScriptedAgent(.hang)), rejected(ScriptedAgent()),
            AgentTask("skipped", role: writer("k"), needs: ["failed"], agent: ScriptedAgent()),
        ]
        for task in tasks { try coordinator.register(task) }
        async let result = coordinator.executeParallel()
        var open = Set(tasks.map(\.name))
        var isCalled = false
        for try await event in coordinator.events {
            if case .agentFinished = event.payload { open.remove(event.agent ?? "") }
            if case .attemptStarted = event.payload, event.agent == "cancelled" { isCalled = true }
            if open == ["cancelled"], isCalled { break }
        }
        coordinator.cancel()
        return (try await result, coordinator)
    }

    private func rejected(_ agent: ScriptedAgent) -> AgentTask {
        AgentTask(
            "rejected", role: writer("r"), breaker: BreakerPolicy(minimumCalls: 1, openFor: .seconds(3600)),
            agent: agent)
    }
}
