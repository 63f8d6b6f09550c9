import Coordinator
import Testing

/// The original sketch's example, line by line.
@Test(.timeLimit(.minutes(10))) func originalExampleRuns() async throws {
    let context = JobContext(id: "job-123", task: JobTask(requirements: ["feature_x"]))
    let coordinator = JobCoordinator(context)
    try coordinator.register(
        AgentTask("collector", role: .collector, timeout: .seconds(30), maxRetries: 2) { view, attempt in
            #expect(view.task.requirements == ["feature_x"])
            #expect(attempt.number == 1)
            return Contribution(set: ["artifacts.context": ["symbols": 3]])
        })
    let result = try await coordinator.executeParallel()
    #expect(result.status == .succeeded)
    #expect(result.artifacts == ["context": ["symbols": 3]])
    let metrics = try #require(coordinator.metrics().agents["collector"])
    #expect(metrics.totalLatency > .zero)
    #expect(metrics.totalLatencyMS == result["collector"]?.attempts.first?.durationMS)
}

/// A reader in another language finds every key of the format, null where there is no value.
@Test(.timeLimit(.minutes(10))) func resultJSONHasEveryKeyOfTheContract() async throws {
    let (result, _) = try await runJob(AgentTask("one", role: writer("one")) { _, _ in Contribution() })
    let json = try JSONValue(encoding: result)
    #expect(json["trace_id"] == .null)
    let agent = try #require(json["agents"]?.arrayValue?.first?.objectValue)
    for key in ["name", "role", "outcome", "error", "fallback_of", "duration_ms", "queue_ms", "attempts"] {
        #expect(agent[key] != nil, "\(key)")
    }
    let attempt = try #require(agent["attempts"]?.arrayValue?.first?.objectValue)
    for key in ["number", "outcome", "error_type", "error", "started_at", "duration_ms", "backoff_ms", "span_id"] {
        #expect(attempt[key] != nil, "\(key)")
    }
    #expect(attempt["abandoned"] == false)
}

@Test(.timeLimit(.minutes(10))) func agentStatesAreOnTheBlackboard() async throws {
    let (_, coordinator) = try await runJob(
        AgentTask("one", role: writer("one")) { _, _ in Contribution() },
        AgentTask("two", role: writer("two")) { _, _ in throw Flaky() })
    let states = coordinator.context.snapshot.root["agents"]
    #expect(states?["one"]?["phase"] == "succeeded")
    #expect(states?["two"]?["phase"] == "failed")
    // A job that has ended changes no more.
    coordinator.context.updateAgentState(AgentState(name: "one", phase: .running, attempt: 7))
    #expect(coordinator.context.snapshot.root["agents"] == states)
    let context = JobContext(id: "not begun")
    context.updateAgentState(AgentState(name: "one", phase: .running, attempt: 7))
    #expect(context.snapshot.value(at: "agents.one.attempt") == 7)
}
