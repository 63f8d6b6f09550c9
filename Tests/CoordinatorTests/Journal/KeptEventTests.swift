import CoordinatorTestKit
import Support
import Synchronization
import TestSupport
import Testing

@testable import Coordinator

/// What of a job is kept, and who waits for that.
@Suite(.timeLimit(.minutes(10))) struct KeptEvents {
    private static func task(_ name: String, idempotent: Bool = true, timeout: Duration? = nil) -> AgentTask {
        AgentTask(
            name, role: writer(name, .init(ContextPath(segments: ["artifacts", name]))),
            timeouts: TimeoutPolicy(attempt: timeout), idempotent: idempotent,
            agent: ScriptedAgent(.succeed(.artifact(name, 1))))
    }

    @Test func onlyTheLastProgressBeforeAnEndIsKept() async throws {
        let journal = MemoryJournal()
        let shown = Mutex<JSONValue?>(nil)
        let context = Mutex<JobContext?>(nil)
        let coordinator = JobCoordinator(
            JobContext(id: "kept", journal: journal, journalTimeout: .seconds(3600)))
        try coordinator.register(
            AgentTask(
                "chatty", role: writer("chatty", "artifacts.chatty"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                idempotent: false,
                agent: ClosureAgent { _, attempt in
                    for step in 1...1_000 { attempt.progress("step \(step) of attempt \(attempt.number)") }
                    let said = context.withLock { $0 }?.snapshot.value(at: "agents.chatty.message")
                    shown.withLock { $0 = said }
                    if attempt.number == 1 { throw Flaky() }
                    return .artifact("chatty", 1)
                }))
        context.withLock { $0 = coordinator.context }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        #expect(shown.withLock { $0 } == "step 1000 of attempt 2")
        let kept = try await journal.allEvents(of: "kept")
        let ends = kept.filter { $0.agent == "chatty" }.map(\.kind.name)
        #expect(
            ends == [
                "attempt_started", "progress", "attempt_finished", "retry_scheduled", "attempt_started", "progress",
                "context_committed", "attempt_finished", "agent_finished",
            ])
        let said = kept.compactMap { event in if case .progress(let said) = event.payload { said.message } else { nil }
        }
        #expect(said == ["step 1000 of attempt 1", "step 1000 of attempt 2"])
        #expect(try ContextReplay(kept).snapshot.root == coordinator.context.snapshot.root)
    }

    @Test func jobIsKnownOnceItsSubmissionIsKept() async throws {
        let isKept = Latch<Void>()
        let journal = ScriptedJournal(.keepAfter { await isKept.value })
        let coordinator = JobCoordinator(
            JobContext(id: "kept", journal: journal, journalTimeout: .seconds(3600)))
        try coordinator.register(Self.task("a"))
        let submitted = Task { try await coordinator.submit() }
        try await eventually { journal.appends.count == 1 }
        #expect(try await journal.allEvents(of: "kept").isEmpty)
        isKept.set(())
        try await submitted.value
        #expect(try await journal.allEvents(of: "kept").map(\.kind) == [.jobSubmitted])
        #expect(throws: CoordinatorError.self) { try coordinator.register(Self.task("late")) }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        await #expect(throws: CoordinatorError.self) { try await coordinator.submit() }
    }

    /// The journal hangs with the start of an agent that must not be called twice. Neither its deadline nor a
    /// cancellation waits for the journal, and the agent is not called.
    @Test(arguments: [false, true])
    func waitForAStartEndsByADeadlineOrACancellation(isCancelled: Bool) async throws {
        let clock = ManualClock()
        let isKept = Latch<Void>()
        let journal = ScriptedJournal(.keep, .keepAfter { await isKept.value })
        let coordinator = JobCoordinator(
            JobContext(id: "kept", journal: journal, journalTimeout: .seconds(3600)),
            runtime: CoordinatorRuntime(clock: clock))
        let agent = ScriptedAgent(.succeed(Contribution()))
        let reservation = Contribution.Usage(inputTokens: 5)
        try coordinator.register(
            AgentTask(
                "once", role: writer("r"), timeouts: TimeoutPolicy(attempt: .seconds(5)), idempotent: false,
                reservation: reservation, agent: agent))
        let job = Task { try await coordinator.executeParallel() }
        await clock.waitForSleeper(until: .seconds(5))
        if isCancelled { coordinator.cancel() } else { clock.advance(by: .seconds(5)) }
        try await eventually { coordinator.metrics().job.attempts == 1 }
        #expect(agent.attempts.isEmpty && agent.unusedSteps == 1)
        isKept.set(())
        let result = try await job.value
        #expect(result["once"]?.outcome == (isCancelled ? .cancelled : .timeout))
        #expect(result["once"]?.attempts.first?.usage == Contribution.Usage())
        let kinds = try await journal.allEvents(of: "kept").filter { $0.agent == "once" }.map(\.kind)
        #expect(kinds == [.attemptStarted, .attemptFinished, .agentFinished])
    }

    /// Two seconds pass while the start is kept, in an agent that may be silent for one.
    @Test func waitForAStartCountsNeitherAsSilenceNorAsASlowCall() async throws {
        let clock = ManualClock()
        let journal = ScriptedJournal(
            .keep, .keepAfter { clock.advance(by: .seconds(2)) }, .keepAfter { clock.advance(by: .seconds(2)) })
        let coordinator = JobCoordinator(
            JobContext(id: "kept", journal: journal, journalTimeout: .seconds(3600)),
            runtime: CoordinatorRuntime(clock: clock))
        let agent = ScriptedAgent(.succeed(Contribution()))
        try coordinator.register(
            AgentTask(
                "once", role: writer("r"), timeouts: TimeoutPolicy(attempt: .seconds(60), idle: .seconds(5)),
                idempotent: false,
                breaker: BreakerPolicy(minimumCalls: 1, slowCallDuration: .seconds(1), slowCallRate: 0.5),
                agent: agent))
        let result = try await coordinator.executeParallel()
        let record = try #require(result["once"]?.attempts.first)
        #expect(record.outcome == .succeeded && record.storeMS ?? 0 >= 2_000)
        #expect(record.durationMS == record.storeMS)
        #expect(coordinator.metrics().agents["once"]?.breakerState == "closed")
    }

    /// A journal that has not answered yet holds no slot: the second agent runs while the first one's success is kept.
    @Test func successThatIsNotKeptYetHoldsNoSlot() async throws {
        let isKept = Latch<Void>()
        // The submission, the start with the first agent's, the rest.
        let journal = ScriptedJournal(.keep, .keep, otherwise: .keepAfter { await isKept.value })
        let context = JobContext(id: "kept", journal: journal, journalTimeout: .seconds(3600))
        let coordinator = JobCoordinator(context, limits: JobLimits(concurrency: 1))
        for name in ["a", "b", "c"] { try coordinator.register(Self.task(name)) }
        let job = Task { try await coordinator.executeParallel() }
        try await eventually { context.heads.withLock { $0.pending.version } == 3 }
        #expect(context.snapshot.version < 3)
        isKept.set(())
        let result = try await job.value
        #expect(result.status == .succeeded && result.metrics.job.maxParallel == 1)
    }
}
