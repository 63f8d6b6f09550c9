import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// Resumptions in which something happened between two owners, or between two events.
@Suite(.timeLimit(.minutes(5))) struct ReviewedResumptions {
    private static let id = GivingUp.id
    private static let start = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000_000_000)

    private static func plain(
        _ name: String, _ writes: ContextPattern, idempotent: Bool = true, retries: Int = 0, _ agent: any Agent
    ) -> AgentTask {
        GivingUp.plain(name, writes, retries: retries, idempotent: idempotent, agent)
    }

    @Test func timeUntilSomebodyAnswersAJobThatNobodyRunsDoesNotCount() async throws {
        let journal = MemoryJournal()
        let agent = SuspendedAgent("May it?") { answer, _ in .artifact("asks", answer ?? "none") }
        let limits = JobLimits(timeout: .seconds(60))
        let first = JobCoordinator(
            JobContext(id: Self.id, journal: journal),
            runtime: CoordinatorRuntime(clock: ManualClock(), origin: Self.start), limits: limits)
        first.whenWaiting = .leave
        try first.register(Self.plain("asks", "artifacts.asks", agent))
        #expect(try await first.executeParallel().status == .waiting)
        let tomorrow = Self.start.advanced(by: .seconds(86_400))
        try await UnheldJob(Self.id, in: journal, now: tomorrow).signal(name: "freeze", true, by: "ada")
        let history = try await JobHistory.load(Self.id, from: journal)
        let second = JobCoordinator(
            JobContext(resuming: history, journal: journal),
            runtime: CoordinatorRuntime(clock: ManualClock(), origin: tomorrow), limits: limits)
        try second.register(Self.plain("asks", "artifacts.asks", agent))
        async let running = second.executeParallel()
        try await eventually { !second.suspendedRuns.isEmpty }
        try await second.resume(RunIdentity(agent: "asks"), with: "approve")
        let result = try await running
        #expect(result.status == .succeeded && result.durationMS == 0, "\(result.error ?? "")")
        #expect(result.metrics.job.commits == 1, "a signal is no agent's commit")
    }

    @Test func whoHasAnsweredIsNotAskedAgainWhenTheProcessEndsAfterTheAgentWasCalled() async throws {
        let journal = MemoryJournal()
        // 1 submitted, 2 started, 3 attempt started, 4 suspended, 5 answered, 6 resumed.
        let mortal = MortalJournal(over: journal, dyingAfter: 6)
        let first = Job(Self.id, journal: mortal) {
            Self.plain("asks", "artifacts.asks", SuspendedAgent("May it?") { answer, _ in .artifact("asks", answer!) })
        }
        async let dying = first.run()
        try await eventually { !first.suspendedRuns.isEmpty }
        try await first.resume(RunIdentity(agent: "asks"), with: "approve")
        _ = try await dying
        #expect(try await journal.job(Self.id)?.lastSequence == 6)
        let agent = SuspendedAgent("May it?") { answer, _ in .artifact("asks", answer ?? "none") }
        let second = try await Job(resuming: Self.id, in: journal) { Self.plain("asks", "artifacts.asks", agent) }
        let result = try await second.run()
        #expect(result.status == .succeeded && result.artifacts["asks"] == "approve")
        #expect(agent.history.map(\.attempt) == [1], "the same attempt, called with its answer")
    }

    @Test func successThatIsSaidOfADoubtLongAfterItsAttemptsTimeStands() async throws {
        let journal = MemoryJournal()
        let mortal = MortalJournal(over: journal, dyingAfter: 3)
        let hangs = Self.plain("deadly", "artifacts.deadly", idempotent: false, ScriptedAgent(.hang))
        _ = try await GivingUp.die(Job(Self.id, journal: mortal) { hangs }, mortal)
        let clock = ManualClock()
        let history = try await JobHistory.load(Self.id, from: journal)
        let second = JobCoordinator(
            JobContext(resuming: history, journal: journal), runtime: CoordinatorRuntime(clock: clock))
        try second.register(hangs)
        async let running = second.executeParallel()
        try await eventually { second.suspendedRuns.first?.kind == .inDoubt }
        clock.advance(by: .seconds(3_600))  // the attempt had 600 s
        try await second.resolve(
            RunIdentity(agent: "deadly"), as: .succeeded, contribution: .artifact("deadly", "done"), by: "ada")
        let result = try await running
        #expect(result.status == .succeeded && result.artifacts["deadly"] == "done", "\(result.error ?? "")")
    }

    @Test func itemsInDoubtKeepNoOtherItemFromItsTurn() async throws {
        let journal = MemoryJournal()
        let gate = AsyncGate()
        func task(_ agent: any Agent) -> AgentTask {
            Self.plain("pay", "artifacts.pay", idempotent: false, agent).configured { task in
                task.role = writer("pay")
                task.forEach = ForEach("artifacts.bills", as: "bill", concurrency: 1)
            }
        }
        let first = Job(Self.id, artifacts: ["bills": [1, 2, 3]], journal: journal) {
            task(
                ClosureAgent { _, _ in
                    gate.arrive()
                    try await untilCancelled()
                    return Contribution()
                })
        }
        async let leaving = first.run()
        try await gate.waitForArrival()
        await first.coordinator.interrupt()
        _ = try await leaving
        let paid = Locked<[Int]>([])
        let history = try await JobHistory.load(Self.id, from: journal)
        let second = JobCoordinator(JobContext(resuming: history, journal: journal))
        second.whenWaiting = .leave
        try second.register(
            task(
                ClosureAgent { _, attempt in
                    paid.withLock { $0.append(attempt.item?.index ?? -1) }
                    return Contribution()
                }))
        let left = try await second.executeParallel()
        #expect(left.status == .waiting, "one doubt is left, and nothing else")
        #expect(paid.withLock { $0 } == [1, 2])
    }

    @Test func jobThatIsToEndEndsInsteadOfBeingLeft() async throws {
        let journal = MemoryJournal()
        let agent = SuspendedAgent("May it?") { _, _ in Contribution() }
        let mortal = MortalJournal(over: journal, dyingAfter: 5)
        let first = Job(Self.id, journal: mortal) { Self.plain("asks", "artifacts.asks", agent) }
        async let dying = first.run()
        try await eventually { !first.suspendedRuns.isEmpty }
        try await first.coordinator.cancel(reason: "enough", by: "ada")
        _ = try await dying
        let second = try await Job(resuming: Self.id, in: journal, whenWaiting: .leave) {
            Self.plain("asks", "artifacts.asks", agent)
        }
        let result = try await second.run()
        #expect(result.status == .cancelled && result.error == "enough")
    }

    @Test func jobThatIsInterruptedBeforeItsJournalKnowsItIsGivenUpAndNotCancelled() async throws {
        let journal = MemoryJournal()
        let coordinator = JobCoordinator(JobContext(id: Self.id, journal: journal))
        try coordinator.register(Self.plain("works", "artifacts.works", ScriptedAgent(.hang)))
        await coordinator.interrupt(reason: "a signal came early")
        #expect(try await coordinator.executeParallel().status == .interrupted)
        let second = try await Job(resuming: Self.id, in: journal) {
            Self.plain("works", "artifacts.works", ScriptedAgent(.succeed(.artifact("works", 1))))
        }
        #expect(try await second.run().status == .succeeded)
    }

    @Test func noOtherAgentDecidesWhereAnApprovalDoes() async throws {
        let coordinator = JobCoordinator(JobContext(id: Self.id))
        try coordinator.register(
            AgentTask("release", asking: ApprovalAgent("May it?")))
        try coordinator.register(Self.plain("forger", "decisions", ScriptedAgent()))
        do {
            _ = try await coordinator.executeParallel()
            Issue.record("it ran")
        } catch let error as CoordinatorError {
            #expect(error.code == .deniedKey)
            #expect(
                error.message.hasPrefix("agent 'forger' may write decisions, where the answers to approval 'release'"))
        }
    }

    @Test func waitsThatGoOnAreThoseThatNobodyHasAnswered() async throws {
        let journal = MemoryJournal()
        let coordinator = JobCoordinator(JobContext(id: Self.id, journal: journal))
        for (name, pattern) in [("one", "artifacts.one"), ("two", "artifacts.two")] as [(String, ContextPattern)] {
            try coordinator.register(
                Self.plain(name, pattern, SuspendedAgent("May it?") { _, _ in Contribution() }))
        }
        coordinator.whenWaiting = .leave
        _ = try await coordinator.executeParallel()
        #expect(
            try await JobHistory.load(Self.id, from: journal).openWaits.compactMap(\.agent).sorted() == ["one", "two"])
        try await UnheldJob(Self.id, in: journal).signal(name: "one", "approve", by: "ada")
        #expect(try await JobHistory.load(Self.id, from: journal).openWaits.compactMap(\.agent) == ["two"])
    }
}
