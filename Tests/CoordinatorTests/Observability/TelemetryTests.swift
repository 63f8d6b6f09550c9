import CoordinatorTestKit
import InMemoryTracing
import Testing
import Tracing

@testable import Coordinator

@Suite(.timeLimit(.minutes(10))) struct EmittedTelemetry {
    /// Four agents, one of each outcome, and the figures from four sources.
    @Test func spansMetricsAndResultAgreeExactly() async throws {
        let recorder = TelemetryRecorder()
        let coordinator = try await recorder.record {
            let coordinator = JobCoordinator(JobContext(id: "job-1"), workflow: "test")
            try coordinator.register(.flaky(writer("a", "artifacts.a"), .artifact("a", 1)))
            try coordinator.register(
                AgentTask(
                    "hangs", role: writer("b"), timeouts: TimeoutPolicy(attempt: .milliseconds(20)),
                    agent: ScriptedAgent(.hang)))
            try coordinator.register(
                AgentTask("throws", role: writer("c"), agent: ScriptedAgent(.fail(AgentError(.permanent, "no")))))
            try coordinator.register(
                AgentTask("skipped", role: writer("d"), needs: ["throws"], agent: ScriptedAgent()))
            _ = try await coordinator.executeParallel()
            return coordinator
        }
        let spans = recorder.spans
        let ids = Set(spans.map(\.spanID))
        #expect(Set(spans.map(\.traceID)).count == 1)
        #expect(spans.filter { $0.parentSpanID == nil }.map(\.operationName) == ["invoke_workflow test"])
        #expect(spans.allSatisfy { $0.parentSpanID.map(ids.contains) ?? true })

        let finished = try await finishedAttempts(coordinator)
        try #require(!finished.isEmpty)
        for (agent, records) in finished {
            let attempts = spans.filter { $0.operationName == "coordinator.attempt \(agent)" }
            #expect(attempts.count == records.count)
            for (span, record) in zip(attempts, records) {
                #expect(span.attributes.get("coordinator.attempt.number") == .int64(Int64(record.number)))
                #expect(span.attributes.get("coordinator.outcome") == .string(record.outcome.rawValue))
                #expect(span.attributes.get("error.type") == record.errorType.map { .string($0) })
                let nanoseconds = span.endInstant.nanosecondsSinceEpoch - span.startInstant.nanosecondsSinceEpoch
                #expect(Double(nanoseconds) / 1e6 == record.durationMS)
            }
            let figures = try #require(coordinator.metrics().agents[agent])
            #expect(figures.attempts == records.count)
            let values = recorder.metrics.recorders(label: "coordinator.attempt.duration")
                .filter { $0.dimensions.contains { $0 == ("gen_ai.agent.name", agent) } }.flatMap(\.values)
            #expect(values.sorted() == records.map { $0.durationMS / 1000 }.sorted())
        }
        #expect(finished.keys.sorted() == ["flaky", "hangs", "throws"])
        #expect(spans.filter { $0.operationName == "coordinator.attempt flaky" }.map(\.links.count) == [0, 1])
    }

    /// The counters of attempts, runs and retries, and the durations of runs and of the job, against the result.
    @Test func countersAgreeWithTheResult() async throws {
        let recorder = TelemetryRecorder()
        let clock = ManualClock()
        let (result, coordinator) = try await recorder.record {
            async let job = runJob(
                AgentTask(
                    "flaky", role: writer("a", "artifacts.a"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                    agent: ScriptedAgent(.fail(Flaky()), .succeed(.artifact("a", 1)))),
                AgentTask(
                    "hangs", role: writer("b"), timeouts: TimeoutPolicy(attempt: .seconds(3)),
                    agent: ScriptedAgent(.hang)),
                runtime: CoordinatorRuntime(.init(cancellationGrace: .seconds(60)), clock: clock))
            await clock.waitForSleeper(until: .seconds(3))
            clock.advance(by: .seconds(3))
            return try await job
        }
        #expect(result.status == .partial)
        for agent in result.agents {
            let name = ("gen_ai.agent.name", agent.name)
            for outcome in AgentOutcome.allCases {
                let own = [name, ("coordinator.outcome", outcome.rawValue)]
                #expect(recorder.total(of: "coordinator.agent.runs", own) == (agent.outcome == outcome ? 1 : 0))
                let expected = agent.attempts.count { $0.outcome == outcome }
                let counters = recorder.metrics.counters.filter { counter in
                    counter.label == "coordinator.agent.attempts"
                        && own.allSatisfy { dimension in counter.dimensions.contains { $0 == dimension } }
                }
                #expect(counters.reduce(0) { $0 + $1.totalValue } == expected)
                #expect(coordinator.metrics().agents[agent.name]?.outcomes[outcome.rawValue] ?? 0 == expected)
            }
            let retries = recorder.metrics.counters.filter { counter in
                counter.label == "coordinator.retries" && counter.dimensions.contains { $0 == name }
            }
            #expect(retries.reduce(0) { $0 + $1.totalValue } == agent.attempts.count - 1)
            let runs = recorder.metrics.recorders(label: "gen_ai.invoke_agent.duration")
                .filter { $0.dimensions.contains { $0 == name } }.flatMap(\.values)
            #expect(runs == [agent.durationMS / 1000])
        }
        let job = [("gen_ai.agent.name", "test"), ("coordinator.workflow.name", "test")]
        #expect(recorder.values(of: "gen_ai.invoke_agent.duration", job) == [result.durationMS / 1000])
        let former = recorder.metrics.recorders(label: "gen_ai.invoke_workflow.duration").flatMap(\.values)
        #expect(former == [result.durationMS / 1000])
        let span = try #require(recorder.spans.first { $0.operationName == "invoke_workflow test" })
        #expect(span.attributes.get("coordinator.job.status") == .string(result.status.rawValue))
        #expect(
            recorder.total(
                of: "coordinator.job.runs",
                [
                    ("coordinator.workflow.name", "test"), ("gen_ai.workflow.name", "test"),
                    ("coordinator.job.status", "partial"),
                ])
                == 1)
    }

    @Test func everyOutcomeCounterExistsFromTheStart() async throws {
        let recorder = TelemetryRecorder()
        let coordinator = try await recorder.record {
            let coordinator = JobCoordinator(JobContext(id: "job-1"), workflow: "test")
            try coordinator.register(AgentTask("a", role: writer("a"), agent: ScriptedAgent()))
            return coordinator
        }
        for outcome in AgentOutcome.allCases {
            let total = recorder.total(
                of: "coordinator.agent.runs", [("gen_ai.agent.name", "a"), ("coordinator.outcome", outcome.rawValue)])
            #expect(total == 0)
        }
        _ = coordinator
    }

    @Test func runThatSucceedsAfterARetryIsNoError() async throws {
        let recorder = TelemetryRecorder()
        let coordinator = try await recorder.record {
            let coordinator = JobCoordinator(JobContext(id: "job-1"), workflow: "test")
            try coordinator.register(.flaky(writer("a"), Contribution()))
            _ = try await coordinator.executeParallel()
            return coordinator
        }
        let run = try #require(recorder.spans.first { $0.operationName == "invoke_agent flaky" })
        #expect(run.status == nil)
        #expect(run.attributes.get("error.type") == nil)
        #expect(run.attributes.get("coordinator.attempt.count") == .int64(2))
        #expect(
            recorder.total(of: "coordinator.retries", [("gen_ai.agent.name", "flaky"), ("error.type", "_OTHER")]) == 1)
        _ = coordinator
    }

    /// On a clock that only the test moves, the gauge of a hung agent grows, and falls when its attempt ends.
    @Test func oldestAttemptAgeGaugeFollowsTheClock() async throws {
        let recorder = TelemetryRecorder()
        let clock = ManualClock()
        let label = [("gen_ai.agent.name", "hangs")]
        try await recorder.record {
            // Its code ends at once; the long grace is for a machine that is slow to run it.
            let runtime = CoordinatorRuntime(.init(cancellationGrace: .seconds(60)), clock: clock)
            let coordinator = JobCoordinator(JobContext(id: "job-1"), runtime: runtime, workflow: "test")
            let agent = ScriptedAgent(.hang)
            try coordinator.register(
                AgentTask("hangs", role: writer("a"), timeouts: TimeoutPolicy(attempt: .seconds(90)), agent: agent))
            let job = Task { try await coordinator.executeParallel() }
            await agent.waitForAttempt(1)
            await clock.waitForSleeper(until: .seconds(90))
            clock.advance(by: .seconds(61))
            runtime.attemptAges.refresh()
            #expect(recorder.meter("coordinator.attempt.oldest_age", label) == 61)
            clock.advance(by: .seconds(29))
            #expect(try await job.value["hangs"]?.outcome == .timeout)
            #expect(recorder.meter("coordinator.attempt.oldest_age", label) == 0)
        }
    }

    private func finishedAttempts(_ coordinator: JobCoordinator) async throws -> [String: [AttemptRecord]] {
        var records: [String: [AttemptRecord]] = [:]
        for event in try await events(of: coordinator) {
            if case .attemptFinished(let record) = event.payload {
                records[event.agent ?? "", default: []].append(record)
            }
        }
        return records
    }
}
