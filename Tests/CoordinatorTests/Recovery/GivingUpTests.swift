import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// Jobs that are given up in good order, and what then counts.
@Suite(.timeLimit(.minutes(5))) struct GivingUp {
    static let id = "job-1"

    static func plain(
        _ name: String, _ writes: ContextPattern, needs: [String] = [], retries: Int = 0, idempotent: Bool = true,
        _ agent: any Agent
    ) -> AgentTask {
        AgentTask(
            name, role: writer(name, writes), timeouts: TimeoutPolicy(attempt: .seconds(600)),
            retry: RetryPolicy(maxRetries: retries, initial: .zero), needs: needs, idempotent: idempotent, agent: agent)
    }

    @Test func jobWithNothingLeftButWaitingIsLeftAndAnsweredLater() async throws {
        let journal = MemoryJournal()
        let agent = SuspendedAgent("May it?") { answer, _ in .artifact("asks", answer ?? "none") }
        let first = JobCoordinator(JobContext(id: Self.id, journal: journal))
        first.whenWaiting = .leave
        try first.register(Self.plain("asks", "artifacts.asks", agent))
        try first.register(Self.plain("other", "artifacts.other", ScriptedAgent(.succeed(.artifact("other", 1)))))
        try first.register(
            Self.plain("after", "artifacts.after", needs: ["asks"], ScriptedAgent(.succeed(.artifact("after", 2)))))
        let left = try await first.executeParallel()
        #expect(left.status == .waiting && left.errorType == "interrupted")
        #expect(left["other"]?.outcome == .succeeded)
        let kept = try await journal.events(of: Self.id, after: 0, limit: .max)
        #expect(kept.last?.kind == .jobInterrupted)
        #expect(try await journal.job(Self.id)?.owner == nil, "it is given up")

        let history = try await JobHistory.load(Self.id, from: journal)
        #expect(history.summary.status(isOwned: false) == .waiting)
        let second = JobCoordinator(JobContext(resuming: history, journal: journal))
        try second.register(Self.plain("asks", "artifacts.asks", agent))
        try second.register(Self.plain("other", "artifacts.other", ScriptedAgent()))
        try second.register(
            Self.plain("after", "artifacts.after", needs: ["asks"], ScriptedAgent(.succeed(.artifact("after", 2)))))
        async let running = second.executeParallel()
        try await eventually { !second.suspendedRuns.isEmpty }
        #expect(second.suspendedRuns.first?.state["question"] == "May it?")
        try await second.resume(RunIdentity(agent: "asks"), with: "approve", by: "ada")
        let result = try await running
        #expect(result.status == .succeeded && result.artifacts["asks"] == "approve")
        #expect(result["asks"]?.attempts.map(\.number) == [1], "the same attempt")
        #expect(agent.history.map(\.idempotencyKey) == ["job-1/asks", "job-1/asks"])
        #expect(result.startedAt == left.startedAt)
        let all = try await journal.events(of: Self.id, after: 0, limit: .max)
        #expect(
            all.compactMap { if case .signalReceived(let signal) = $0.payload { signal.by } else { nil } } == ["ada"])
        let shown = try await events(of: second)
        #expect(shown == all, "the events of a job that goes on begin with its first one")
    }

    @Test func whatRanWhenTheJobWasGivenUpCountsAsNoRetryAndNoRecovery() async throws {
        let journal = MemoryJournal()
        let gate = AsyncGate()
        let hangs = ClosureAgent { _, _ in
            gate.arrive()
            try await untilCancelled()
            return Contribution()
        }
        let first = JobCoordinator(JobContext(id: Self.id, journal: journal))
        try first.register(Self.plain("works", "artifacts.works", hangs))
        async let leaving = first.executeParallel()
        try await gate.waitForArrival()
        try await eventually { (try? await journal.job(Self.id)?.lastSequence) ?? 0 >= 3 }
        await first.interrupt(reason: "the machine is restarted")
        let left = try await leaving
        #expect(left.status == .interrupted && left.error?.contains("the machine is restarted") == true)

        let history = try await JobHistory.load(Self.id, from: journal)
        #expect(history.summary.status(isOwned: false) == .interrupted)
        let second = JobCoordinator(JobContext(resuming: history, journal: journal))
        var task = Self.plain("works", "artifacts.works", ScriptedAgent(.succeed(.artifact("works", 1))))
        task.maxRecoveries = 0
        try second.register(task)
        let result = try await second.executeParallel()
        #expect(result.status == .succeeded)
        let attempts = result["works"]?.attempts ?? []
        #expect(attempts.map(\.outcome) == [.cancelled, .succeeded])
        #expect(attempts.first?.errorType == "interrupted")
    }

    @Test func answerThatIsKeptBeforeTheProcessEndsIsTheAnswer() async throws {
        let journal = MemoryJournal()
        let agent = SuspendedAgent("May it?") { answer, _ in .artifact("asks", answer ?? "none") }
        // 1 submitted, 2 started, 3 attempt started, 4 suspended, 5 answered.
        let first = JobCoordinator(JobContext(id: Self.id, journal: MortalJournal(over: journal, dyingAfter: 5)))
        try first.register(Self.plain("asks", "artifacts.asks", agent))
        async let dying = first.executeParallel()
        try await eventually { !first.suspendedRuns.isEmpty }
        try await first.resume(RunIdentity(agent: "asks"), with: "approve")
        _ = try await dying
        #expect(try await journal.job(Self.id)?.lastSequence == 5)
        let second = try await Job(resuming: Self.id, in: journal) { Self.plain("asks", "artifacts.asks", agent) }
        let result = try await second.run()
        #expect(result.status == .succeeded && result.artifacts["asks"] == "approve")
    }

    @Test func runThatEndsItsProcessTooOftenFails() async throws {
        let journal = MemoryJournal()
        var results: [JobResult?] = []
        for round in 0..<3 {
            let task = Self.plain("deadly", "artifacts.deadly", ScriptedAgent(.hang, .hang, .hang))
                .configured { $0.maxRecoveries = 1 }
            let last = round == 2 ? Int.max : [3, 6][round]
            let mortal = MortalJournal(over: journal, dyingAfter: last)
            if round == 0 {
                results.append(try await Self.die(Job(Self.id, journal: mortal) { task }, mortal))
            } else {
                let job = try await Job(resuming: Self.id, in: mortal) { task }
                results.append(round == 2 ? try await job.run() : try await Self.die(job, mortal))
            }
        }
        let last = try #require(results.last ?? nil)
        #expect(last.status == .failed && last["deadly"]?.errorType == "process_crash")
        #expect(last["deadly"]?.error?.contains("(max_recoveries)") == true, "\(last["deadly"]?.error ?? "")")
        #expect(last["deadly"]?.attempts.map(\.errorType) == ["process_crash", "process_crash"])
    }

    /// Lets a job's process die while its agent hangs.
    static func die(_ job: Job, _ journal: MortalJournal) async throws -> JobResult {
        async let running = job.run()
        try await eventually { job.metrics().agents["deadly"]?.oldestAttemptAgeMS != nil }
        try await eventually { await journal.isAtItsLast }
        // What the process does next is not kept any more.
        job.context.updateAgentState(AgentState(name: "deadly", phase: .running))
        return try await running
    }

    @Test func jobThatEndsItsProcessThreeTimesInARowIsSuspendedUntilItIsForced() async throws {
        let journal = MemoryJournal()
        var last = 3
        let first = MortalJournal(over: journal, dyingAfter: last)
        _ = try await Self.die(
            Job(Self.id, journal: first) { Self.plain("deadly", "artifacts.deadly", ScriptedAgent(.hang)) }, first)
        for _ in 0..<3 {
            last += 3  // resumed, the open attempt's end, the next one's start
            let mortal = MortalJournal(over: journal, dyingAfter: last)
            let job = try await Job(resuming: Self.id, in: mortal) {
                Self.plain("deadly", "artifacts.deadly", ScriptedAgent(.hang))
            }
            _ = try await Self.die(job, mortal)
            #expect(try await journal.job(Self.id)?.lastSequence == last)
        }
        func again(force: Bool) async throws -> JobResult {
            try await Job(resuming: Self.id, in: journal, options: ResumptionOptions(force: force)) {
                Self.plain("deadly", "artifacts.deadly", ScriptedAgent(.succeed(.artifact("deadly", 1))))
            }.run()
        }
        for _ in 0..<2 {
            do {
                _ = try await again(force: false)
                Issue.record("it was taken up")
            } catch let error as CoordinatorError {
                #expect(error.code == .jobSuspended, "\(error)")
            }
        }
        let kept = try await journal.events(of: Self.id, after: 0, limit: .max)
        #expect(kept.count { $0.kind == .jobSuspended } == 1)
        #expect(try await JobHistory.load(Self.id, from: journal).summary.status(isOwned: false) == .suspended)
        #expect(try await again(force: true).status == .succeeded)
    }

    @Test func doubtIsResolvedOnceAndEndsWithTheJobsTimeAsFailed() async throws {
        let journal = MemoryJournal()
        let mortal = MortalJournal(over: journal, dyingAfter: 3)
        _ = try await Self.die(
            Job(Self.id, journal: mortal) {
                Self.plain("deadly", "artifacts.deadly", idempotent: false, ScriptedAgent(.hang))
            }, mortal)
        let clock = ManualClock()
        let history = try await JobHistory.load(Self.id, from: journal)
        let second = JobCoordinator(
            JobContext(resuming: history, journal: journal), runtime: CoordinatorRuntime(clock: clock),
            limits: JobLimits(timeout: .seconds(3600)))
        let agent = ScriptedAgent()
        try second.register(Self.plain("deadly", "artifacts.deadly", idempotent: false, agent))
        async let running = second.executeParallel()
        try await eventually { second.suspendedRuns.first?.kind == .inDoubt }
        await #expect(throws: CoordinatorError.self) {
            try await second.resume(RunIdentity(agent: "deadly"), with: "approve")
        }
        #expect(second.context.snapshot.value(at: "agents.deadly")?["phase"] == "in_doubt")
        clock.advance(by: .seconds(3600))
        let result = try await running
        #expect(result["deadly"]?.outcome == .failed && result["deadly"]?.errorType == "in_doubt")
        #expect(agent.attempts.isEmpty, "it was not called again")
    }

    @Test func jobWithOtherAgentsIsTakenUpOnlyIfThatIsAccepted() async throws {
        let journal = MemoryJournal()
        let mortal = MortalJournal(over: journal, dyingAfter: 3)
        _ = try await Self.die(
            Job(Self.id, journal: mortal) { Self.plain("deadly", "artifacts.deadly", ScriptedAgent(.hang)) }, mortal)
        func again(accepts: Bool) async throws -> JobResult {
            try await Job(resuming: Self.id, in: journal, options: ResumptionOptions(acceptsChanges: accepts)) {
                Self.plain("other", "artifacts.other", ScriptedAgent(.succeed(.artifact("other", 1))))
            }.run()
        }
        do {
            _ = try await again(accepts: false)
            Issue.record("it was taken up")
        } catch let error as CoordinatorError {
            #expect(error.code == .jobChanged)
            #expect(error.message.contains("agent 'deadly' is missing; agent 'other' is new"), "\(error.message)")
        }
        #expect(try await again(accepts: true).status == .succeeded)
    }

    @Test func jobThatSomebodyAskedToEndEndsWhenItIsTakenUp() async throws {
        let journal = MemoryJournal()
        let mortal = MortalJournal(over: journal, dyingAfter: 4)
        let first = Job(Self.id, journal: mortal) { Self.plain("deadly", "artifacts.deadly", ScriptedAgent(.hang)) }
        async let dying = first.run()
        try await eventually { (try? await journal.job(Self.id)?.lastSequence) ?? 0 == 3 }
        try await first.coordinator.cancel(reason: "it is not needed any more", by: "ada")
        _ = try await dying
        let agent = ScriptedAgent()
        let result = try await Job(resuming: Self.id, in: journal) { Self.plain("deadly", "artifacts.deadly", agent) }
            .run()
        #expect(result.status == .cancelled && result.error == "it is not needed any more")
        #expect(agent.attempts.isEmpty)
        let kept = try await journal.events(of: Self.id, after: 0, limit: .max)
        #expect(kept.last?.kind == .jobFinished)
    }

    @Test func listIsTheOneThatWasReadBeforeTheProcessEnded() async throws {
        let journal = MemoryJournal()
        let (read, grown) = (AsyncGate(), AsyncGate())
        let seen = Locked<[String]>([])
        func tasks(isFirst: Bool) -> [AgentTask] {
            [
                Self.plain(
                    "grow", "artifacts.files",
                    ClosureAgent { _, _ in
                        await read.wait()
                        return Contribution(set: ["artifacts.files": ["x"]])
                    }),
                Self.plain(
                    "lint", "artifacts.lint",
                    ClosureAgent { _, attempt in
                        if isFirst {
                            read.open()
                            grown.arrive()
                            try await untilCancelled()
                        }
                        seen.withLock { $0.append(attempt.item?.value.stringValue ?? "") }
                        return Contribution()
                    }
                ).configured { task in
                    task.forEach = ForEach("artifacts.files", as: "file")
                    // Several elements may not write one field.
                    task.role = writer("lint")
                },
            ]
        }
        let first = Job(Self.id, artifacts: ["files": ["a", "b"]], journal: journal) { tasks(isFirst: true) }
        async let leaving = first.run()
        try await grown.waitForArrival()
        try await eventually { first.context.snapshot.value(at: "artifacts.files") == ["x"] }
        await first.coordinator.interrupt()
        _ = try await leaving
        let second = try await Job(resuming: Self.id, in: journal) { tasks(isFirst: false) }
        let result = try await second.run()
        #expect(result.status == .succeeded, "\(result.error ?? "")")
        #expect(seen.withLock { $0.sorted() } == ["a", "b"])
        #expect(result["lint"]?.items.map(\.outcome) == [.succeeded, .succeeded])
    }

    @Test func jobIsNotLeftWhileAnAgentRuns() async throws {
        let journal = MemoryJournal()
        let gate = AsyncGate()
        let coordinator = JobCoordinator(JobContext(id: Self.id, journal: journal))
        coordinator.whenWaiting = .leave
        try coordinator.register(
            Self.plain("asks", "artifacts.asks", SuspendedAgent("May it?") { _, _ in Contribution() }))
        try coordinator.register(
            Self.plain(
                "works", "artifacts.works",
                ClosureAgent { _, _ in
                    await gate.wait()
                    return Contribution()
                }))
        async let running = coordinator.executeParallel()
        try await gate.waitForArrival()
        try await eventually { !coordinator.suspendedRuns.isEmpty }
        gate.open()
        let result = try await running
        #expect(result.status == .waiting && result["works"]?.outcome == .succeeded)
    }
}
