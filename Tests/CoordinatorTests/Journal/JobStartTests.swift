import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// How a job comes into its journal, and what is known when it does not.
@Suite(.timeLimit(.minutes(10))) struct JobStarts {
    private struct DiskFull: Error, CustomStringConvertible { let description = "the disk is full" }

    private func coordinator(
        _ journal: any JobJournal, runtime: CoordinatorRuntime? = nil,
        agent: any Agent = ScriptedAgent(.succeed(.init()))
    ) throws -> JobCoordinator {
        let timeout = runtime == nil ? .seconds(3600) : JobContext.defaultJournalTimeout
        let coordinator = JobCoordinator(
            JobContext(id: "kept", journal: journal, journalTimeout: timeout), runtime: runtime)
        try coordinator.register(
            AgentTask("a", role: writer("r"), timeouts: TimeoutPolicy(attempt: nil), agent: agent))
        return coordinator
    }

    private func error(of coordinator: JobCoordinator) async throws -> CoordinatorError {
        try #require(await #expect(throws: CoordinatorError.self) { try await coordinator.executeParallel() })
    }

    @Test func jobThatTheJournalHoldsDoesNotStart() async throws {
        let journal = MemoryJournal()
        #expect(try await coordinator(journal).executeParallel().status == .succeeded)
        let kept = try await journal.allEvents(of: "kept")
        let second = try coordinator(journal)
        async let read = events(of: second)
        let error = try await error(of: second)
        #expect(try await read.isEmpty)
        #expect(error.code == .jobExists)
        #expect(error.message.contains("holds a job with the id 'kept' already; give the new job another id"))
        #expect(try await journal.allEvents(of: "kept") == kept)
    }

    /// The id of a job that runs is given to a second one; the first goes on and ends as if nothing had been.
    @Test func secondJobWithTheIDOfARunningOneTakesNothingFromIt() async throws {
        let journal = MemoryJournal()
        let (began, goesOn) = (Latch<Void>(), Latch<Void>())
        let first = try coordinator(
            journal,
            agent: ClosureAgent { _, _ in
                began.set(())
                await goesOn.value
                return Contribution()
            })
        async let result = first.executeParallel()
        await began.value
        let owner = try await journal.job("kept")?.owner
        #expect(try await error(of: coordinator(journal)).code == .jobExists)
        #expect(try await journal.job("kept")?.owner == owner)
        goesOn.set(())
        #expect(try await result.status == .succeeded)
        #expect(try await journal.allEvents(of: "kept").last?.kind == .jobFinished)
    }

    /// The journal takes longer than is waited for; what it keeps then is the job's own when it is tried again.
    @Test func startThatIsKeptLateIsTheJobsOwn() async throws {
        let clock = ManualClock()
        let isKept = Latch<Void>()
        let journal = ScriptedJournal(.keepAfter { await isKept.value })
        let coordinator = try coordinator(journal, runtime: CoordinatorRuntime(clock: clock))
        async let first = error(of: coordinator)
        await clock.waitForSleeper(until: JobContext.defaultJournalTimeout)
        clock.advance(by: JobContext.defaultJournalTimeout)
        #expect(try await first.code == .storeUnavailable)
        isKept.set(())
        try await eventually { try await journal.job("kept") != nil }
        #expect(try await coordinator.executeParallel().status == .succeeded)
        let kept = try await journal.allEvents(of: "kept")
        #expect(kept.count { $0.kind == .jobSubmitted } == 1 && kept.last?.kind == .jobFinished)
    }

    /// One thing may wait, and one has happened before the job is submitted.
    @Test func submissionThatIsOneTooManyIsRefused() async throws {
        let journal = MemoryJournal()
        let coordinator = JobCoordinator(JobContext(id: "kept", journal: journal, journalQueueLimit: 1))
        try coordinator.register(AgentTask("a", role: writer("r"), agent: ScriptedAgent(.succeed(.init()))))
        coordinator.context.updateAgentState(AgentState(name: "other", phase: .running))
        let error = try await error(of: coordinator)
        #expect(error.code == .storeUnavailable && error.message.contains("raise journalQueueLimit"))
        #expect(try await journal.job("kept") == nil)
    }

    /// Code of the first attempt talks on while the second runs, and single elements talk.
    @Test func wordsOfAnEarlierAttemptReplaceNone() throws {
        let at = Timestamp(nanosecondsSinceEpoch: 0)
        let stream = EventStream(limit: 100)
        var heads = ContextHeads(
            ContextState(root: SequentialModel().root, table: FieldTable([])), stream: stream,
            limits: .init(waiting: 100, batchBytes: 100))
        func origin(_ attempt: Int, item: Int? = nil) -> JobContext.Origin {
            JobContext.Origin(agent: "a", item: item, attempt: attempt)
        }
        let start = JobEvent.AttemptStarted(timeoutMS: nil, backoffMS: 0, idempotencyKey: "k")
        heads.add(.attemptStarted(start), of: "j", from: origin(2), at: at)
        heads.say(.init(message: "second"), in: "j", from: origin(2), at: at)
        _ = heads.handOver(0, nil)
        let submission = JobEvent.JobSubmitted(
            specification: nil, fields: [], definitions: [], workspace: nil, traceparent: nil)
        let waiting = heads.beginning(submission, of: "j", at: at)
        _ = heads.begun(with: waiting.count)
        heads.say(.init(message: "first"), in: "j", from: origin(1), at: at)
        heads.say(.init(message: "element"), in: "j", from: origin(2, item: 0), at: at)
        #expect(heads.snapshot(jobID: "j").value(at: "agents.a.message") == "second")
        let record = AttemptRecord(number: 2, outcome: .succeeded, startedAt: at, durationMS: 1)
        heads.add(.attemptFinished(record), of: "j", from: origin(2), at: at)
        let step = heads.handOver(0, nil)
        _ = heads.answered(try #require(step.append?.number), isKept: true)
        let said = stream.events.compactMap { event -> String? in
            if case .progress(let said) = event.payload { said.message } else { nil }
        }
        #expect(said == ["second"])
    }

    /// Nothing is kept of a start that failed, so the same coordinator may try again.
    @Test func startThatWasNotKeptCanBeTriedAgain() async throws {
        let journal = ScriptedJournal(.fail(DiskFull()))
        let context = Locked<JobContext?>(nil)
        let first = Locked<JobEvent.Kind?>(nil)
        // Reads while the second try runs.
        let agent = ClosureAgent { _, _ in
            for try await event in context.withLock({ $0 })?.events() ?? JobContext(id: "none").events() {
                first.withLock { $0 = event.kind }
                break
            }
            return Contribution()
        }
        let coordinator = try coordinator(journal, agent: agent)
        context.withLock { $0 = coordinator.context }
        coordinator.context.updateAgentState(AgentState(name: "other", phase: .running))
        async let read = events(of: coordinator)
        let error = try await error(of: coordinator)
        #expect(try await read.isEmpty)
        #expect(error.code == .storeUnavailable)
        #expect(
            error.message == "the job cannot start: the journal did not keep the job's start: the disk is full; "
                + "it holds nothing of the job, which can be started again")
        #expect(try await journal.job("kept") == nil)
        #expect(try await coordinator.executeParallel().status == .succeeded)
        #expect(first.withLock { $0 } == .agentStateChanged)
        let kept = try await journal.allEvents(of: "kept")
        #expect(kept.map(\.sequence) == Array(1...kept.count))
        #expect(kept.map(\.kind).prefix(3) == [.agentStateChanged, .jobSubmitted, .jobStarted])
        #expect(kept.count { $0.kind == .jobSubmitted } == 1)
        #expect(try await events(of: coordinator) == kept)
        #expect(try await self.error(of: coordinator).code == .alreadyExecuted)
    }

    /// The journal holds the job although it said that it does not: the job goes on, since others would find it there.
    @Test func startWhoseAnswerIsLostIsReadBack() async throws {
        let journal = ScriptedJournal(.keepAndFail(DiskFull()))
        let coordinator = try coordinator(journal)
        #expect(try await coordinator.executeParallel().status == .succeeded)
        let kept = try await journal.allEvents(of: "kept")
        #expect(kept.last?.kind == .jobFinished && kept.count { $0.kind == .jobSubmitted } == 1)
    }

    /// The create was lost, and meanwhile another has the job.
    @Test func jobOfAnotherThatIsReadBackIsRefused() async throws {
        let memory = MemoryJournal()
        let journal = ScriptedJournal(
            over: memory,
            .keepAfter {
                let events = try await kept(MemoryJournal())
                _ = try await memory.create("kept", with: events, as: "another process")
                throw DiskFull()
            })
        let error = try await error(of: coordinator(journal))
        #expect(error.code == .jobExists && error.message.contains("the disk is full; the journal holds a job"))
        #expect(try await memory.job("kept")?.owner?.name == "another process")
    }

    /// The events of a job without its end.
    private func kept(_ journal: MemoryJournal) async throws -> [JobEvent] {
        #expect(try await coordinator(journal).executeParallel().status == .succeeded)
        return try await journal.allEvents(of: "kept").dropLast()
    }

    @Test func startThatAnotherMadeFirstIsRefused() async throws {
        let journal = ScriptedJournal(.loseOwnership)
        #expect(try await error(of: coordinator(journal)).code == .jobExists)
        #expect(try await journal.job("kept")?.owner?.name == "another process")
    }

    @Test func startWithoutAnAnswerSaysWhatTheJournalHolds() async throws {
        let clock = ManualClock()
        let journal = ScriptedJournal(.hang)
        let coordinator = try coordinator(journal, runtime: CoordinatorRuntime(clock: clock))
        async let error = error(of: coordinator)
        await clock.waitForSleeper(until: JobContext.defaultJournalTimeout)
        clock.advance(by: JobContext.defaultJournalTimeout)
        #expect(
            try await error.message == "the job cannot start: the journal did not keep the job's start within 7.5 s; "
                + "it holds nothing of the job, which can be started again")
    }

    /// Neither the start nor the question is answered: the caller hears that nobody knows.
    @Test func startOfWhichNobodyKnowsSaysSo() async throws {
        let coordinator = try coordinator(DeafJournal())
        let error = try await error(of: coordinator)
        #expect(error.code == .storeUnavailable)
        #expect(error.message.contains("nobody knows whether it holds job 'kept': look there before"))
    }

    private struct DeafJournal: JobJournal {
        func create(_ jobID: String, with events: [JobEvent], as name: String) async throws -> JobOwner {
            throw DiskFull()
        }
        func append(_ events: [JobEvent], to jobID: String, after sequence: Int, owner: JobOwner) async throws {
            throw DiskFull()
        }
        func claim(_ jobID: String, after epoch: Int, as name: String) async throws -> KeptJob { throw DiskFull() }
        func release(_ jobID: String, by owner: JobOwner) async throws { throw DiskFull() }
        func job(_ jobID: String) async throws -> KeptJob? { throw DiskFull() }
        func events(of jobID: String, after sequence: Int, limit: Int) async throws -> [JobEvent] { throw DiskFull() }
    }

    /// Without a journal nobody waits for one, whatever the agent is.
    @Test(arguments: [true, false]) func withoutAJournalNoTimeIsCountedForIt(idempotent: Bool) async throws {
        let (result, _) = try await runJob(
            AgentTask("a", role: writer("r"), idempotent: idempotent, agent: ScriptedAgent(.succeed(.init()))))
        #expect(result["a"]?.attempts.map(\.storeMS) == [0])
    }

    /// More jobs than the runtime has threads for code that blocks, each with a journal that blocks its thread: timeouts
    /// are still noticed, and every job ends.
    @Test func journalThatBlocksItsThreadKeepsNoTimeoutFromFiring() async throws {
        let clock = ManualClock()
        let gate = BlockingGate()
        defer { gate.open() }
        let runtime = CoordinatorRuntime(.init(minThreads: 1, maxThreads: 2), clock: clock)
        let ended = Locked<[JobStatus]>([])
        let coordinators = try (0..<4).map { _ in
            try coordinator(ScriptedJournal(.keep, otherwise: .keepAfter { gate.block() }), runtime: runtime)
        }
        // Each is in its journal before the first one of these blocks a thread.
        for coordinator in coordinators { try await coordinator.submit() }
        let jobs = coordinators.map { coordinator in
            Task {
                let result = try await coordinator.executeParallel()
                ended.withLock { $0.append(result.status) }
            }
        }
        try await gate.waitForArrival()
        try await eventually {
            clock.advance(by: JobContext.defaultJournalTimeout)
            return ended.withLock { $0.count } == 4
        }
        #expect(ended.withLock { $0 } == Array(repeating: .failed, count: 4))
        for job in jobs { try await job.value }
    }

    /// Code of an abandoned attempt, and whoever sets states, go on after the job's end: the log does not.
    @Test func nothingFollowsTheEndOfTheJob() async throws {
        let clock = ManualClock()
        for journal in [MemoryJournal(), nil] {
            let coordinator = JobCoordinator(
                JobContext(id: "kept", journal: journal), runtime: CoordinatorRuntime(clock: clock))
            let blocked = Latch<Void>()
            let released = Latch<Void>()
            try coordinator.register(
                AgentTask(
                    "blocks", role: writer("b", "artifacts.b"), timeouts: TimeoutPolicy(attempt: .seconds(1)),
                    agent: ClosureAgent { _, attempt in
                        blocked.set(())
                        await released.value
                        attempt.progress("late")
                        return .artifact("b", 1)
                    }))
            let start = clock.now
            async let job = coordinator.executeParallel()
            await blocked.value
            await clock.waitForSleeper(until: start.offset + .seconds(1))
            clock.advance(by: .seconds(1))
            #expect(try await job.status == .failed)
            let version = coordinator.context.snapshot.version
            released.set(())
            try await eventually { coordinator.metrics().job.abandoned == 0 }
            coordinator.context.updateAgentState(AgentState(name: "blocks", phase: .running))
            #expect(coordinator.metrics().job.lateWrites == 1)
            let shown = coordinator.context.stream.events
            #expect(shown.last?.kind == .jobFinished)
            #expect(coordinator.context.snapshot.version == version)
            #expect(coordinator.context.snapshot.value(at: "agents.blocks.phase") == "timeout")
            if let journal { #expect(try await journal.allEvents(of: "kept") == shown) }
        }
    }
}
