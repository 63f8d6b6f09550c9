import CoordinatorTestKit
import Support
import Synchronization
import Testing

@testable import Coordinator

/// Agents that run round after round.
@Suite(.timeLimit(.minutes(5))) struct Repeats {
    private static let passed = Condition.equals("artifacts.passed", true)

    /// `draft`, which writes its round, and `check`, which says whether it is the last.
    private static func job(
        atMost: Int = 3, passesIn round: Int = 2, limits: JobLimits = JobLimits(), more: [AgentTask] = [],
        runtime: CoordinatorRuntime? = nil,
        check: @escaping @Sendable (AttemptContext) async throws -> Void = { _ in }
    ) throws -> JobCoordinator {
        let coordinator = JobCoordinator(
            JobContext(id: "job-1", fields: [FieldDeclaration("artifacts.log", merge: .append)]),
            runtime: runtime, limits: limits)
        try coordinator.register(Repeat("fix", agents: ["draft", "check"], until: passed, atMost: atMost))
        try coordinator.register(
            AgentTask(
                "draft", role: writer("d", "artifacts.patch", "artifacts.log"),
                agent: ClosureAgent { _, attempt in
                    let round = Int64(attempt.round ?? 0)
                    return Contribution(
                        set: ["artifacts.patch": .integer(round)],
                        append: ["artifacts.log": [.string("draft \(round)")]])
                }))
        try coordinator.register(
            AgentTask(
                "check", role: writer("c", "artifacts.passed", "artifacts.log"), needs: ["draft"],
                agent: ClosureAgent { view, attempt in
                    try await check(attempt)
                    // Sees what the same round's draft wrote.
                    #expect(try view.value(at: "artifacts.patch")?.integerValue == attempt.round.map(Int64.init))
                    return Contribution(
                        set: ["artifacts.passed": .bool(attempt.round == round)],
                        append: ["artifacts.log": [.string("check \(attempt.round ?? 0)")]])
                }))
        for task in more { try coordinator.register(task) }
        return coordinator
    }

    @Test func roundsFollowEachOtherUntilTheConditionHoldsAndWhoeverNeedsThemWaitsForTheLast() async throws {
        let seen = Mutex<JSONValue?>(nil)
        let last = AgentTask(
            "publish", role: writer("p"), needs: ["draft"],
            agent: ClosureAgent { view, _ in
                let patch = try view.value(at: "artifacts.patch")
                seen.withLock { $0 = patch }
                return Contribution()
            })
        let coordinator = try Self.job(more: [last])
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded)
        #expect(result.repeats == [RepeatResult(name: "fix", rounds: 2, endedBy: .condition)])
        #expect(seen.withLock { $0 } == 2)
        #expect(result.artifacts["log"] == ["draft 1", "check 1", "draft 2", "check 2"])
        for name in ["draft", "check"] {
            let agent = try #require(result[name])
            #expect(agent.attempts.map(\.round) == [1, 2] && agent.attempts.map(\.number) == [1, 1])
            #expect(result.metrics.agents[name]?.attempts == 2 && result.metrics.agents[name]?.retries == 0)
        }
        let events = try await events(of: coordinator)
        #expect(
            events.compactMap { event in if case .roundStarted(let start) = event.payload { start.round } else { nil } }
                == [1, 2])
        #expect(events.contains { $0.payload == .repeatFinished(result.repeats[0]) })
        let ends = events.filter { $0.kind == .agentFinished && $0.agent == "draft" }
        #expect(ends.map(\.round) == [1, 2])
        let state = coordinator.context.snapshot.value(at: "agents.check")
        #expect(state?["round"] == 2 && state?["phase"] == "succeeded" && state?["attempt"] == 1)
    }

    @Test func repeatThatReachesItsLimitKeepsTheOutcomesOfTheLastRound() async throws {
        let result = try await Self.job(atMost: 2, passesIn: 9).executeParallel()
        #expect(result.status == .succeeded)
        #expect(result.repeats == [RepeatResult(name: "fix", rounds: 2, endedBy: .limit)])
        #expect(result["draft"]?.outcome == .succeeded && result.artifacts["patch"] == 2)
    }

    @Test func requiredAgentThatFailsEndsItsRepeatAndOneThatIsNotRequiredDoesNot() async throws {
        for required in [true, false] {
            let flaky = AgentTask(
                "lint", role: writer("l"), required: required,
                agent: ClosureAgent { _, attempt in
                    if attempt.round == 1 { throw AgentError(.permanent, "no") }
                    return Contribution()
                })
            let coordinator = try Self.job(passesIn: 2, more: [flaky])
            try coordinator.register(
                Repeat("lints", agents: ["lint"], until: .exists("artifacts.never"), atMost: 2))
            let result = try await coordinator.executeParallel()
            #expect(
                result.repeats == [
                    RepeatResult(name: "fix", rounds: 2, endedBy: .condition),
                    RepeatResult(name: "lints", rounds: required ? 1 : 2, endedBy: required ? .failure : .limit),
                ])
            #expect(result["lint"]?.outcome == (required ? .failed : .succeeded))
        }
    }

    @Test func jobsTimeEndsARepeatAsADeadlineAndACancellationAsAFailure() async throws {
        let clock = ManualClock()
        let hangs = Latch<Void>()
        async let running = Self.job(
            passesIn: 9, limits: JobLimits(timeout: .seconds(50)), runtime: CoordinatorRuntime(clock: clock),
            check: { attempt in
                guard attempt.round == 2 else { return }
                hangs.set(())
                try await untilCancelled()
            }
        ).executeParallel()
        await hangs.value
        clock.advance(by: .seconds(50))
        let late = try await running
        #expect(late.repeats == [RepeatResult(name: "fix", rounds: 2, endedBy: .deadline)])
        #expect(late["check"]?.outcome == .timeout && late["draft"]?.outcome == .succeeded)
        let box = Mutex<JobCoordinator?>(nil)
        let coordinator = try Self.job(
            passesIn: 9,
            check: { attempt in
                if attempt.round == 1 { box.withLock { $0 }?.cancel() }
                try await untilCancelled()
            })
        box.withLock { $0 = coordinator }
        let cancelled = try await coordinator.executeParallel()
        #expect(cancelled.repeats == [RepeatResult(name: "fix", rounds: 1, endedBy: .failure)])
        #expect(cancelled["check"]?.outcome == .cancelled && cancelled.status == .cancelled)
    }

    @Test func repeatBeginsWhenAllThatItsAgentsNeedOutsideOfItHasEnded() async throws {
        let order = Mutex<[String]>([])
        func logging(_ name: String, needs: [String] = []) -> AgentTask {
            AgentTask(
                name, role: writer(name), needs: needs,
                agent: ClosureAgent { _, _ in
                    // Whoever starts beside "a" is done before it.
                    if name == "a" { for _ in 0..<1_000 { await Task.yield() } }
                    order.withLock { $0.append(name) }
                    return Contribution()
                })
        }
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        for task in [logging("a"), logging("one"), logging("two", needs: ["one", "a"]), logging("z", needs: ["one"])] {
            try coordinator.register(task)
        }
        try coordinator.register(Repeat("r", agents: ["one", "two"], until: .exists("task"), atMost: 2))
        let result = try await coordinator.executeParallel()
        #expect(order.withLock { $0 } == ["a", "one", "two", "z"])
        #expect(result.repeats == [RepeatResult(name: "r", rounds: 1, endedBy: .condition)])
    }

    @Test func needOutsideThatFailsSkipsTheAgentAndEndsTheRepeat() async throws {
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        try coordinator.register(AgentTask("a", role: writer("a"), agent: ScriptedAgent(.fail(Flaky()))))
        try coordinator.register(AgentTask("b", role: writer("b"), needs: ["a"], agent: ScriptedAgent()))
        try coordinator.register(Repeat("r", agents: ["b"], until: .exists("artifacts.x")))
        let result = try await coordinator.executeParallel()
        #expect(result["b"]?.outcome == .skipped && result["b"]?.errorType == "dependency_failed")
        #expect(result.repeats == [RepeatResult(name: "r", rounds: 1, endedBy: .failure)])
    }

    @Test func fallbackTakesItsAgentsPlaceWithinARound() async throws {
        // The budget covers one attempt of the agent, and then its fallback's.
        let coordinator = JobCoordinator(JobContext(id: "job-1"), limits: JobLimits(budget: .init(tokens: 10)))
        try coordinator.register(
            AgentTask(
                "main", role: writer("m", "artifacts.text"), fallback: "spare", reservation: .init(inputTokens: 6),
                agent: ScriptedAgent(
                    .succeed(Contribution(set: ["artifacts.text": "first"], usage: .init(inputTokens: 6))))))
        try coordinator.register(
            AgentTask(
                "spare", role: writer("s", "artifacts.text", "artifacts.done"),
                agent: ScriptedAgent(.succeed(Contribution(set: ["artifacts.text": "second", "artifacts.done": true]))))
        )
        try coordinator.register(
            AgentTask("last", role: writer("l"), needs: ["main"], agent: ScriptedAgent(.succeed(Contribution()))))
        try coordinator.register(Repeat("r", agents: ["main", "spare"], until: .exists("artifacts.done"), atMost: 5))
        let result = try await coordinator.executeParallel()
        #expect(result.repeats == [RepeatResult(name: "r", rounds: 2, endedBy: .condition)])
        #expect(result["main"]?.outcome == .rejected && result["spare"]?.fallbackOf == "main")
        #expect(result["last"]?.outcome == .succeeded && result.status == .succeeded)
        #expect(result.artifacts["text"] == "second")
    }

    @Test func eachAgentOfARepeatIsCountedOnceAndEachRoundHasItsSpan() async throws {
        let recorder = TelemetryRecorder()
        _ = try await recorder.record { try await Self.job().executeParallel() }
        #expect(
            recorder.total(
                of: "coordinator.agent.runs", [("gen_ai.agent.name", "draft"), ("coordinator.outcome", "succeeded")])
                == 1)
        #expect(
            recorder.values(of: "gen_ai.invoke_agent.duration", [("gen_ai.agent.name", "draft")]).count == 1)
        let spans = recorder.spans.filter { $0.operationName == "invoke_agent draft" }
        let rounds = spans.compactMap { $0.attributes.get("coordinator.round").map { "\($0)" } }
        #expect(Set(rounds).count == 2 && rounds.count == 2 && spans.count == 2)
    }

    @Test func elementsAndRoundsHaveKeysOfTheirOwn() async throws {
        let keys = Mutex<[String]>([])
        let coordinator = JobCoordinator(JobContext(id: "job-1", artifacts: ["files": ["a", "b"]]))
        try coordinator.register(
            AgentTask(
                "review", role: writer("r"), forEach: ForEach("artifacts.files", concurrency: 1),
                agent: ClosureAgent { _, attempt in
                    keys.withLock { $0.append(attempt.idempotencyKey) }
                    return Contribution()
                }))
        try coordinator.register(Repeat("twice", agents: ["review"], until: .exists("artifacts.none"), atMost: 2))
        let result = try await coordinator.executeParallel()
        #expect(
            keys.withLock { $0 }
                == [1, 2].flatMap { round in (0...1).map { "job-1/review/round-\(round)/item-\($0)" } })
        #expect(result["review"]?.items.map(\.round) == [1, 1, 2, 2])
        #expect(result["review"]?.items.map(\.index) == [0, 1, 0, 1])
        #expect(result.metrics.agents["review"]?.attempts == 4)
    }
}
