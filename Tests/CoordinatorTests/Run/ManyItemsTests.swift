import CoordinatorTestKit
import Synchronization
import TestSupport
import Testing

@testable import Coordinator

/// A long list with everything that can happen to its elements.
@Suite(.timeLimit(.minutes(5))) struct ManyItems {
    /// Two elements run into their timeouts, twice each, on a clock that is advanced when all others have ended.
    @Test func listOf500ElementsWithFailuresTimeoutsAndAQuorumKeepTheirOrderAndFewAreInFlight() async throws {
        let count = 500
        let running = Mutex((now: 0, most: 0))
        let clock = ManualClock()
        let stuck = Mutex<[Int]>([])
        let context = JobContext(
            id: "job-1", artifacts: ["files": .array((0..<count).map { .integer(Int64($0)) })],
            fields: [FieldDeclaration("artifacts.found", merge: .append)])
        let coordinator = JobCoordinator(context, runtime: CoordinatorRuntime(.init(retryBudget: nil), clock: clock))
        try coordinator.register(
            AgentTask(
                "review", role: Role(name: "r", writes: ["artifacts.found"]),
                timeouts: TimeoutPolicy(attempt: .seconds(3)),
                retry: RetryPolicy(maxRetries: 1, initial: .zero),
                forEach: ForEach("artifacts.files", concurrency: 8, quorum: .atLeastShare(0.95)),
                agent: ClosureAgent { _, attempt in
                    running.withLock { running in
                        running.now += 1
                        running.most = max(running.most, running.now)
                    }
                    defer { running.withLock { $0.now -= 1 } }
                    let item = try #require(attempt.item)
                    if item.index % 50 == 7 { throw AgentError(.permanent, errorType: "bad_file", "no") }
                    if item.index % 250 == 3 {
                        stuck.withLock { $0.append(attempt.number) }
                        try await untilCancelled()
                    }
                    if item.index % 10 == 1, attempt.number == 1 { throw Flaky() }
                    return Contribution(append: ["artifacts.found": [item.value]])
                }))
        let job = Task { try await coordinator.executeParallel() }
        try await eventually {
            context.snapshot.value(at: "agents.review.items.ended") == .integer(Int64(count - 2))
        }
        for attempt in 1...2 {
            try await eventually { stuck.withLock { $0.count { $0 == attempt } } == 2 }
            clock.advance(by: .seconds(3))
        }
        let result = try await job.value
        let review = try #require(result["review"])
        #expect(review.outcome == .succeeded && review.items.map(\.index) == Array(0..<count))
        let expected: [AgentOutcome] = (0..<count).map {
            $0 % 50 == 7 ? .failed : $0 % 250 == 3 ? .timeout : .succeeded
        }
        #expect(review.items.map(\.outcome) == expected)
        let wrote = (0..<count).filter { expected[$0] == .succeeded }.map { JSONValue.integer(Int64($0)) }
        #expect(result.artifacts["found"] == .array(wrote))
        #expect(running.withLock { $0.most } <= 8)
        let attempts = review.items.map(\.attempts.count).reduce(0, +)
        #expect(coordinator.metrics().job.attempts == attempts && attempts == count + 50 + 2)
        #expect(coordinator.metrics().job.maxParallel <= 8)
        #expect(coordinator.metrics().job.abandoned == 0)
    }

    @Test func everyFigureOfAnAgentWithElementsAgreesResultMetricsCountersSpans() async throws {
        let recorder = TelemetryRecorder()
        let result = try await recorder.record {
            let coordinator = JobCoordinator(JobContext(id: "job-1", artifacts: ["files": [1, 2, 3]]))
            try coordinator.register(
                AgentTask(
                    "review", role: Role(name: "r"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                    forEach: ForEach("artifacts.files", quorum: .atLeast(2)),
                    agent: ClosureAgent { _, attempt in
                        if attempt.item?.index == 0 { throw Flaky() }
                        return Contribution()
                    }))
            return try await coordinator.executeParallel()
        }
        let agent = ("gen_ai.agent.name", "review")
        func total(_ name: String, _ dimensions: (String, String)...) -> Int64? {
            recorder.total(of: name, [agent] + dimensions)
        }
        #expect(total("coordinator.item.runs", ("coordinator.outcome", "succeeded")) == 2)
        #expect(total("coordinator.item.runs", ("coordinator.outcome", "failed")) == 1)
        #expect(total("coordinator.agent.runs", ("coordinator.outcome", "succeeded")) == 1)
        #expect(total("coordinator.agent.runs", ("coordinator.outcome", "failed")) == 0)
        #expect(result.metrics.agents["review"]?.attempts == 4 && result.metrics.agents["review"]?.retries == 1)
        let spans = recorder.spans.filter { $0.operationName == "invoke_agent review" }
        let top = try #require(spans.first { $0.attributes.get("coordinator.item.index") == nil })
        let items = spans.filter { $0.parentSpanID == top.spanID }
        #expect(spans.count == 4 && items.count == 3)
        #expect(top.attributes.get("coordinator.attempt.count")?.toSpanAttribute() == .int64(4))
        let attempts = recorder.spans.filter { $0.operationName == "coordinator.attempt review" }
        #expect(attempts.allSatisfy { attempt in items.contains { $0.spanID == attempt.parentSpanID } })
        #expect(attempts.count == 4)
    }

    @Test func agentWithoutElementsHasNoCounterOfThem() async throws {
        let recorder = TelemetryRecorder()
        _ = try await recorder.record {
            try await runJob(AgentTask("plain", role: writer("p"), agent: ScriptedAgent(.succeed(Contribution()))))
        }
        #expect(!recorder.metrics.counters.contains { $0.label == "coordinator.item.runs" })
    }

    /// What is spent after its element has ended is refused to each element's own code, whatever the others do.
    @Test func elementsCodeMayReserveNothingAfterItsEndWhileOthersMay() async throws {
        let kept = Mutex<AttemptContext?>(nil)
        let context = JobContext(id: "job-1", artifacts: ["files": [1, 2]])
        let coordinator = JobCoordinator(context, limits: JobLimits(budget: .init(tokens: 100)))
        try coordinator.register(
            AgentTask(
                "paid", role: Role(name: "r"), forEach: ForEach("artifacts.files", concurrency: 1),
                agent: ClosureAgent { _, attempt in
                    if attempt.item?.index == 0 {
                        kept.withLock { $0 = attempt }
                    } else {
                        let first = try #require(kept.withLock { $0 })
                        #expect(throws: AgentError.self) { try first.reserve(.init(inputTokens: 1)) }
                    }
                    try attempt.reserve(.init(inputTokens: 5)).settle(.init(inputTokens: 3))
                    return Contribution()
                }))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded && result.metrics.job.usage.tokens == 6)
    }
}
