import CoordinatorTestKit
import Support
import TelemetryCatalog
import TestSupport
import Testing

@testable import Coordinator

/// What metrics and spans say of jobs that are taken up again.
@Suite(.timeLimit(.minutes(10))) struct ResumedMetrics {
    private static let workflow = JobInstruments.dimensions("release")
    private static let pays = RunIdentity(agent: "pay")
    private let kept = MemoryJournal()
    /// The wall clock, which each owner reads as it takes the job up.
    private let now = Locked(Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000))
    private let recorder = TelemetryRecorder()

    private func coordinator(_ context: JobContext, _ task: AgentTask) throws -> JobCoordinator {
        let coordinator = JobCoordinator(
            context,
            runtime: CoordinatorRuntime(.init(retryBudget: nil), clock: ManualClock(), origin: now.withLock { $0 }),
            workflow: "release")
        try coordinator.register(task)
        return coordinator
    }

    /// An agent whose attempt has been kept before it ends.
    private func pay(idempotent: Bool) -> AgentTask {
        var task = AgentTask(
            "pay", role: writer("pay", "artifacts.paid"),
            agent: ClosureAgent { [kept] _, _ in
                try await eventually {
                    try await kept.events(of: "job-1", after: 0, limit: .max).contains { $0.kind == .attemptStarted }
                }
                return .artifact("paid", 1)
            })
        task.idempotent = idempotent
        return task
    }

    /// Runs a job until its process dies with the attempt under way.
    private func dies(_ task: AgentTask) async throws {
        // As many events as there are before the attempt's end, found out by a job that does not die.
        let trial = MemoryJournal()
        let agent = AgentTask("pay", role: task.role, agent: ScriptedAgent(.succeed(Contribution())))
        _ = try await coordinator(JobContext(id: "trial", journal: trial), agent).executeParallel()
        let events = try await trial.events(of: "trial", after: 0, limit: .max)
        let started = try #require(events.first { $0.kind == .attemptStarted }?.sequence)
        let journal = MortalJournal(over: kept, dyingAfter: started)
        let first = try coordinator(JobContext(id: "job-1", journal: journal), task)
        #expect(try await first.executeParallel().errorType == ErrorType.storeUnavailable)
        let last = try await kept.events(of: "job-1", after: 0, limit: .max).last
        try #require(last?.kind == .attemptStarted, "the event that it dies after is \(last?.kind.name ?? "none")")
    }

    private func resumed(_ task: AgentTask) async throws -> JobCoordinator {
        let history = try await JobHistory.load("job-1", from: kept)
        return try coordinator(JobContext(resuming: history, journal: kept), task)
    }

    @Test func jobThatIsGivenUpAndTakenUpCountsOnceAsOneThatRan() async throws {
        try await recorder.record {
            let task = AgentTask(
                "asks", role: writer("asks", "artifacts.answer"),
                agent: SuspendedAgent("May it?") { answer, _ in .artifact("answer", answer ?? "none") })
            let first = try coordinator(JobContext(id: "job-1", journal: kept), task)
            first.whenWaiting = .leave
            #expect(try await first.executeParallel().status == .waiting)
            #expect(recorder.meter(Instruments.approvalPending.name, Self.workflow) == 0)
            #expect(recorder.meter(Instruments.jobActive.name, []) == 0)
            #expect(recorder.total(of: Instruments.jobResumptions.name, Self.workflow) == 0)

            now.withLock { $0 = $0.advanced(by: .seconds(60)) }
            let second = try await resumed(task)
            let job = Task { try await second.executeParallel() }
            for try await event in second.events where event.kind == .jobResumed { break }
            try await eventually { !second.suspendedRuns.isEmpty }
            #expect(recorder.meter(Instruments.approvalPending.name, Self.workflow) == 1)
            #expect(recorder.meter(Instruments.approvalOldestAge.name, Self.workflow) ?? 0 >= 60)
            try await second.resume(RunIdentity(agent: "asks"), with: true)
            let result = try await job.value
            #expect(result.status == .succeeded && result.resumptions == 1)
            #expect(recorder.total(of: Instruments.jobResumptions.name, Self.workflow) == 1)
            let ran = Self.workflow + [(AttributeKey.jobStatus, JobStatusName.succeeded)]
            #expect(recorder.total(of: Instruments.jobRuns.name, ran) == 1)
            let whole = [(AttributeKey.agentName, "release"), (AttributeKey.workflowName, "release")]
            #expect(recorder.values(of: Instruments.agentDuration.name, whole).count == 1)
            let spans = recorder.spans.filter { $0.operationName == "\(SpanName.workflow) release" }
            #expect(spans.map { $0.attributes.get(AttributeKey.jobResumption) } == [nil, .int64(1)])
        }
    }

    @Test func attemptThatItsProcessDidNotSurviveIsARecovery() async throws {
        try await recorder.record {
            try await dies(pay(idempotent: true))
            let second = try await resumed(pay(idempotent: true))
            let result = try await second.executeParallel()
            #expect(result.status == .succeeded && result.resumptions == 1)
            let agent = [(AttributeKey.agentName, "pay")]
            #expect(recorder.total(of: Instruments.recoveries.name, agent) == 1)
            let crashed =
                agent + [
                    (AttributeKey.errorType, ErrorType.processCrash), (AttributeKey.outcome, OutcomeName.failed),
                ]
            #expect(recorder.total(of: Instruments.attempts.name, crashed) == 1)
            #expect(recorder.total(of: Instruments.jobResumptions.name, Self.workflow) == 1)
        }
    }

    @Test func doubtIsAsOldAsItIsWhoeverOwnsItsJob() async throws {
        try await recorder.record {
            let task = pay(idempotent: false)
            try await dies(task)
            for number in 1...2 {
                let next = try await resumed(task)
                let job = Task { try await next.executeParallel() }
                for try await event in next.events where event.kind == .attemptInDoubt || event.kind == .jobResumed {
                    break
                }
                try await eventually { !next.suspendedRuns.isEmpty }
                #expect(recorder.meter(Instruments.inDoubt.name, Self.workflow) == 1)
                #expect(recorder.meter(Instruments.inDoubtOldestAge.name, Self.workflow) == (number == 1 ? 0 : 60))
                if number == 1 {
                    // The doubt is kept before its process gives the job up.
                    for try await event in next.events where event.kind == .attemptInDoubt { break }
                    await next.interrupt(reason: "the process ends")
                    #expect(try await job.value.status == .interrupted)
                    now.withLock { $0 = $0.advanced(by: .seconds(60)) }
                } else {
                    try await next.resolve(Self.pays, as: .succeeded, contribution: .artifact("paid", 1), by: "ada")
                    #expect(try await job.value.status == .succeeded)
                }
                #expect(recorder.meter(Instruments.inDoubt.name, Self.workflow) == 0)
            }
            #expect(recorder.total(of: Instruments.recoveries.name, [(AttributeKey.agentName, "pay")]) == 0)
        }
    }
}
