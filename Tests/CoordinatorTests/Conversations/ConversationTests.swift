import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// What attempts keep of a conversation, and when.
@Suite(.timeLimit(.minutes(2))) struct Conversations {
    private static let usage = Contribution.Usage(inputTokens: 7, outputTokens: 3, costUSD: 0.5)

    private static func turn(_ number: Int, _ usage: Contribution.Usage = usage) -> ConversationStep {
        .turn(.init(number: number, value: "said", usage: usage))
    }

    private static func start(_ call: String, effects: Bool = true) -> ConversationStep {
        .toolStarted(.init(call: call, tool: "server.act", arguments: ["a": 1], hasEffects: effects))
    }

    private static func end(_ call: String) -> ConversationStep {
        .toolFinished(.init(call: call, tool: "server.act", result: "done", durationMS: 1))
    }

    private func task(
        retries: Int = 0, timeouts: TimeoutPolicy = TimeoutPolicy(attempt: .seconds(600)),
        reservation: Contribution.Usage = Contribution.Usage(),
        _ body: @escaping @Sendable (AttemptContext) async throws -> Contribution
    ) -> AgentTask {
        AgentTask(
            "talks", role: writer("talks", "artifacts.answer"), timeouts: timeouts,
            retry: RetryPolicy(maxRetries: retries, initial: .zero), reservation: reservation,
            agent: ClosureAgent { _, attempt in try await body(attempt) })
    }

    @Test func retryGoesOnFromTheStepsOfTheAttemptBefore() async throws {
        let seen = Locked<[[ConversationStep]]>([])
        let (result, coordinator) = try await runJob(
            task(retries: 1) { attempt in
                seen.withLock { $0.append(attempt.steps) }
                try await attempt.keep(Self.turn(attempt.number))
                guard attempt.number > 1 else {
                    try await attempt.keep(Self.start("c1"))
                    try await attempt.keep(Self.end("c1"))
                    try await attempt.keep(Self.start("c2", effects: false))
                    throw Flaky()
                }
                return Contribution()
            })
        #expect(result.status == .succeeded)
        let kept = [Self.turn(1), Self.start("c1"), Self.end("c1"), Self.start("c2", effects: false)]
        #expect(seen.withLock { $0 } == [[], kept])
        let kinds = try await events(of: coordinator).map(\.kind)
        #expect(
            kinds.filter { [.turnFinished, .toolStarted, .toolFinished].contains($0) }
                == [.turnFinished, .toolStarted, .toolFinished, .toolStarted, .turnFinished])
    }

    @Test func attemptThatLeavesACallWithEffectsOpenIsNotTriedAgain() async throws {
        let (result, _) = try await runJob(
            task(retries: 3) { attempt in
                try await attempt.keep(Self.start("c1"))
                throw Flaky()
            })
        let agent = try #require(result["talks"])
        #expect(agent.attempts.count == 1 && agent.outcome == .failed)
        #expect(agent.error?.contains("not tried again: call 'c1' of server.act had begun and has not ended") == true)
    }

    @Test func nothingIsKeptOfAnAttemptThatHasEnded() async throws {
        let gate = AsyncGate()
        let late = OneShot<AgentError?>()
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        let coordinator = JobCoordinator(JobContext(id: "job-1"), runtime: runtime)
        try coordinator.register(
            task(timeouts: TimeoutPolicy(attempt: .seconds(5))) { attempt in
                try await attempt.keep(Self.turn(1))
                // Code that ignores its cancellation.
                await Task.detached {
                    gate.arrive()
                    await gate.wait()
                }.value
                do throws(AgentError) {
                    try await attempt.keep(Self.start("c1"))
                    late.set(nil)
                } catch { late.set(error) }
                return Contribution()
            })
        async let running = coordinator.executeParallel()
        try await gate.waitForArrival()
        clock.advance(by: .seconds(6))
        let result = try await running
        #expect(result["talks"]?.outcome == .timeout)
        gate.open()
        let error = await late.value
        #expect(error?.message.contains("the attempt has ended") == true)
        let kept = try await events(of: coordinator)
        #expect(!kept.contains { $0.kind == .toolStarted })
        #expect(result["talks"]?.attempts.first?.usage == Self.usage, "a turn that is kept was paid for")
    }

    @Test func turnsCountWhateverTheAttemptReports() async throws {
        let half = Contribution.Usage(inputTokens: 1, outputTokens: 9, costUSD: 0.1)
        for (reported, expected) in [
            (nil, Self.usage), (Contribution.Usage(), Self.usage),
            (half, Contribution.Usage(inputTokens: 7, outputTokens: 9, costUSD: 0.5)),
        ] as [(Contribution.Usage?, Contribution.Usage)] {
            let (result, _) = try await runJob(
                task { attempt in
                    try await attempt.keep(Self.turn(1))
                    guard let reported else { throw Flaky() }
                    return Contribution(usage: reported)
                })
            #expect(result.metrics.job.usage == expected)
        }
    }

    @Test func suspensionCountsNoTurnTwice() async throws {
        let journal = MemoryJournal()
        let job = Job("job-1", journal: journal) {
            task { attempt in
                try await attempt.keep(Self.turn(attempt.resumption == nil ? 1 : 2))
                guard attempt.resumption != nil else { throw Suspension(usage: Self.usage) }
                return Contribution(usage: Self.usage)
            }
        }
        async let running = job.run()
        try await eventually { !job.suspendedRuns.isEmpty }
        let open = try await JobHistory.load("job-1", from: journal).runs[RunIdentity(agent: "talks")]?.open
        #expect(open?.used == Self.usage)
        try await job.resume(RunIdentity(agent: "talks"), with: true)
        #expect(try await running.metrics.job.usage == Self.usage + Self.usage)
    }

    @Test func openAttemptOfADeadProcessCountsItsTurnsAndWhatItHadReserved() async throws {
        let journal = MemoryJournal()
        // 1 submitted, 2 started, 3 attempt started, 4 turn.
        let mortal = MortalJournal(over: journal, dyingAfter: 4)
        let reserved = Contribution.Usage(inputTokens: 1_000)
        let first = Job("job-1", journal: mortal) {
            task(reservation: reserved) { attempt in
                try await attempt.keep(Self.turn(1))
                try await attempt.keep(Self.turn(2))
                return Contribution()
            }
        }
        _ = try await first.run()
        let second = try await Job(resuming: "job-1", in: journal) {
            task(reservation: reserved) { _ in Contribution(usage: Self.usage) }
        }
        let result = try await second.run()
        #expect(result["talks"]?.attempts.map(\.usage) == [Self.usage + reserved, Self.usage])
        #expect(result.metrics.job.usage == Self.usage + reserved + Self.usage)
    }

    @Test func attemptWaitsUntilTurnsAndCallsWithEffectsAreKept() async throws {
        let gates: [JobEvent.Kind: AsyncGate] = [.turnFinished: AsyncGate(), .toolStarted: AsyncGate()]
        let journal = HoldingJournal { event in
            // The call without effects goes with whatever is kept next.
            if case .toolStarted(let start) = event.payload, !start.hasEffects { return nil }
            return gates[event.kind]
        }
        let said = Locked<[String]>([])
        let job = Job("job-1", journal: journal) {
            task { attempt in
                try await attempt.keep(Self.start("c0", effects: false))
                said.withLock { $0.append("read") }
                try await attempt.keep(Self.turn(1))
                said.withLock { $0.append("turn") }
                try await attempt.keep(Self.start("c1"))
                said.withLock { $0.append("call") }
                return Contribution()
            }
        }
        async let running = job.run()
        try await eventually { said.withLock { $0 } == ["read"] }
        gates[.turnFinished]?.open()
        try await eventually { said.withLock { $0.count } >= 2 }
        #expect(said.withLock { $0 } == ["read", "turn"])
        gates[.toolStarted]?.open()
        #expect(try await running.status == .succeeded)
    }

    @Test func attemptWhoseTimeIsUpWaitsForItsJournalNoLonger() async throws {
        let clock = ManualClock()
        let journal = ScriptedJournal(.keep, .keep, .hang)
        let context = JobContext(id: "job-1", journal: journal, journalTimeout: .seconds(3_600))
        let coordinator = JobCoordinator(context, runtime: CoordinatorRuntime(clock: clock))
        let begun = AsyncGate()
        let thrown = OneShot<Bool>()
        try coordinator.register(
            task(timeouts: TimeoutPolicy(attempt: .seconds(5))) { attempt in
                begun.arrive()
                do { try await attempt.keep(Self.start("c1")) } catch { thrown.set(true) }
                return Contribution()
            })
        let running = Task { try await coordinator.executeParallel() }
        try await begun.waitForArrival()
        clock.advance(by: .seconds(6))
        #expect(await thrown.value)
        running.cancel()
        clock.advance(by: .seconds(4_000))
        _ = try? await running.value
    }

    @Test func stepsAreBounded() async throws {
        let large = JSONValue.string(String(repeating: "x", count: ConversationStep.largestValue - 1_000))
        let errors = Locked<[AgentError]>([])
        let (result, _) = try await runJob(
            task { attempt in
                func refused(_ step: ConversationStep) async {
                    do throws(AgentError) { try await attempt.keep(step) } catch {
                        errors.withLock { $0.append(error) }
                    }
                }
                await refused(.turn(.init(number: 1, value: .array([large, large]))))
                await refused(Self.start(""))
                await refused(Self.start(String(repeating: "c", count: ConversationStep.longestName + 1)))
                await refused(Self.turn(1, Contribution.Usage(costUSD: .infinity)))
                for number in 0..<ConversationStep.largestConversation / ConversationStep.largestValue {
                    try await attempt.keep(.turn(.init(number: number, value: large)))
                }
                await refused(.turn(.init(number: 17, value: large)))
                return Contribution()
            })
        #expect(result.status == .succeeded, "\(result["talks"]?.error ?? "")")
        let found = errors.withLock { $0 }
        #expect(found.count == 5 && found.allSatisfy { $0.failureClass == .permanent })
        #expect(found.last?.message.contains("may take \(ConversationStep.largestConversation)") == true)
        let (many, _) = try await runJob(
            task { attempt in
                for _ in 0..<ConversationStep.mostSteps { try await attempt.keep(Self.end("c")) }
                try await attempt.keep(Self.end("c"))
                return Contribution()
            })
        #expect(many["talks"]?.error?.contains("may have \(ConversationStep.mostSteps)") == true)
        #expect(many["talks"]?.errorType == "invalid_output")
    }

    @Test func callIsShownAsWhatTheAgentIsDoing() async throws {
        let gate = AsyncGate()
        let coordinator = JobCoordinator(JobContext(id: "job-1"))
        try coordinator.register(
            task { attempt in
                try await attempt.keep(Self.start("c1"))
                gate.arrive()
                await gate.wait()
                return Contribution()
            })
        async let running = coordinator.executeParallel()
        try await gate.waitForArrival()
        #expect(coordinator.context.snapshot.value(at: "agents.talks.message") == "calls server.act")
        gate.open()
        _ = try await running
    }

    @Test func agentLearnsWhatHasChangedSinceTheJobBefore() async throws {
        let journal = MemoryJournal()
        let changed = Locked<[[String: JournalPin]]>([])
        for (job, digest) in [("job-1", "a"), ("job-2", "a"), ("job-3", "b"), ("job-4", "b")] {
            let result = try await Job(job, journal: journal) {
                task { attempt in
                    let before = await attempt.pin(["server.act": digest])
                    changed.withLock { $0.append(before) }
                    return Contribution()
                }
            }.run()
            #expect(result.status == .succeeded)
        }
        #expect(
            changed.withLock { $0 } == [[:], [:], ["server.act": JournalPin(digest: "a", jobID: "job-2")], [:]])
        let (result, _) = try await runJob(
            task { attempt in
                #expect(await attempt.pin(["server.act": "c"]).isEmpty, "without a journal nothing is compared")
                return Contribution()
            })
        #expect(result.status == .succeeded)
    }
}

/// A journal that keeps some events only once their gates are open.
private final class HoldingJournal: JobJournal {
    private let memory = MemoryJournal()
    private let gate: @Sendable (JobEvent) -> AsyncGate?

    init(_ gate: @escaping @Sendable (JobEvent) -> AsyncGate?) { self.gate = gate }

    func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
        try await memory.create(jobID, with: events, as: name)
    }
    func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
        for event in events { await gate(event)?.wait() }
        try await memory.append(events, to: jobID, after: sequence, owner: owner)
    }
    func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob {
        try await memory.claim(jobID, after: epoch, as: name)
    }
    func release(_ jobID: String, by owner: JobOwner) async throws { try await memory.release(jobID, by: owner) }
    func job(_ jobID: String) async throws -> KeptJob? { try await memory.job(jobID) }
    func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] {
        try await memory.events(of: jobID, after: sequence, limit: limit)
    }
}
