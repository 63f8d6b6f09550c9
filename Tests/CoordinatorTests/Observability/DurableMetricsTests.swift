import CoordinatorTestKit
import Support
import TelemetryCatalog
import Testing

@testable import Coordinator

/// What metrics say of jobs with a journal, and of runs that wait for people.
@Suite(.timeLimit(.minutes(10))) struct DurableMetrics {
    private static let asks = RunIdentity(agent: "asks")
    private static let workflow = JobInstruments.dimensions("release")

    /// A job with one agent that asks, on a clock that starts at this time.
    private static func coordinator(
        _ id: String = "job-1", runtime: CoordinatorRuntime, journal: (any JobJournal)? = nil,
        timeout: Duration? = nil
    ) throws -> JobCoordinator {
        let coordinator = JobCoordinator(JobContext(id: id, journal: journal), runtime: runtime, workflow: "release")
        try coordinator.register(
            AgentTask(
                "asks", role: writer("asks", "artifacts.answer"),
                agent: SuspendedAgent("May it be released?", timeout: timeout) { answer, _ in
                    .artifact("answer", answer ?? "none")
                }))
        return coordinator
    }

    private static func untilSuspended(_ coordinator: JobCoordinator) async throws {
        for try await event in coordinator.events where event.kind == .attemptSuspended { return }
    }

    @Test func runThatWaitsForAnAnswerIsPendingAsOldAsItsWaitUntilItIsAnswered() async throws {
        let recorder = TelemetryRecorder()
        let clock = ManualClock()
        try await recorder.record {
            let runtime = CoordinatorRuntime(clock: clock)
            let coordinator = try Self.coordinator(runtime: runtime)
            let job = Task { try await coordinator.executeParallel() }
            try await Self.untilSuspended(coordinator)
            #expect(recorder.meter(Instruments.approvalPending.name, Self.workflow) == 1)
            clock.advance(by: .seconds(90))
            #expect(runtime.waitingRuns.refresh())
            #expect(recorder.meter(Instruments.approvalOldestAge.name, Self.workflow) == 90)
            try await coordinator.resume(Self.asks, with: true)
            #expect(recorder.meter(Instruments.approvalPending.name, Self.workflow) == 0)
            #expect(recorder.meter(Instruments.approvalOldestAge.name, Self.workflow) == 0)
            #expect(try await job.value.status == .succeeded)
            #expect(!runtime.waitingRuns.refresh())
        }
    }

    @Test(arguments: [true, false]) func waitThatTimesOutOrIsCancelledIsPendingNoMore(timesOut: Bool)
        async throws
    {
        let recorder = TelemetryRecorder()
        let clock = ManualClock()
        try await recorder.record {
            let runtime = CoordinatorRuntime(clock: clock)
            let coordinator = try Self.coordinator(runtime: runtime, timeout: timesOut ? .seconds(60) : nil)
            let job = Task { try await coordinator.executeParallel() }
            try await Self.untilSuspended(coordinator)
            #expect(recorder.meter(Instruments.approvalPending.name, Self.workflow) == 1)
            if timesOut {
                await clock.waitForSleeper(until: .seconds(60))
                clock.advance(by: .seconds(60))
            } else {
                coordinator.cancel()
            }
            #expect(try await job.value.status == (timesOut ? .succeeded : .cancelled))
            #expect(recorder.meter(Instruments.approvalPending.name, Self.workflow) == 0)
        }
    }

    @Test func ageIsThatOfTheOldestWaitOverAllJobsOfAWorkflowFromBeforeThisProcessToo()
        async throws
    {
        let recorder = TelemetryRecorder()
        try await recorder.record {
            let clock = Locked(Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000))
            let waiting = WaitingRuns(clock: { clock.withLock { $0 } }, threadTimers: ThreadTimerService())
            func begin(_ kind: SuspendedRun.Kind, _ workflow: String, ago: Int) -> WaitingRuns.Ticket {
                waiting.begin(
                    kind, workflow: workflow, since: clock.withLock { $0 }.advanced(by: .seconds(-ago)),
                    factory: recorder.metrics)
            }
            func value(_ instrument: InstrumentDefinition, _ workflow: String = "a") -> Double? {
                waiting.refresh()
                return recorder.meter(instrument.name, JobInstruments.dimensions(workflow))
            }
            let young = begin(.suspended, "a", ago: 5)
            #expect(value(Instruments.approvalOldestAge) == 5)
            let old = begin(.suspended, "a", ago: 500)
            let other = begin(.suspended, "b", ago: 50)
            let doubt = begin(.inDoubt, "a", ago: 7)
            #expect(value(Instruments.approvalPending) == 2)
            #expect(value(Instruments.approvalOldestAge) == 500)
            #expect(value(Instruments.approvalOldestAge, "b") == 50)
            #expect(value(Instruments.inDoubt) == 1)
            #expect(value(Instruments.inDoubtOldestAge) == 7)
            waiting.end(old)
            waiting.end(old)
            #expect(value(Instruments.approvalPending) == 1)
            #expect(value(Instruments.approvalOldestAge) == 5)
            // A clock that was set back makes no age negative.
            clock.withLock { $0 = Timestamp(nanosecondsSinceEpoch: 0) }
            #expect(value(Instruments.approvalOldestAge) == 0)
            for ticket in [young, other, doubt] { waiting.end(ticket) }
            #expect(value(Instruments.inDoubt) == 0)
            #expect(!waiting.refresh())
        }
    }

    @Test func appendsToAJournalAreTimedAndTheTimeOfTheLastOneIsShown() async throws {
        let recorder = TelemetryRecorder()
        let clock = ManualClock()
        try await recorder.record {
            let journal = ScriptedJournal(
                .keepAfter { clock.advance(by: .milliseconds(250)) }, otherwise: .keep)
            let coordinator = JobCoordinator(
                JobContext(id: "job-1", journal: journal),
                runtime: CoordinatorRuntime(clock: clock, origin: Timestamp(nanosecondsSinceEpoch: 5_000_000_000)),
                workflow: "release")
            try coordinator.register(AgentTask("a", role: writer("a"), agent: ScriptedAgent(.succeed(Contribution()))))
            #expect(try await coordinator.executeParallel().status == .succeeded)
            let times = recorder.values(of: Instruments.storeAppendDuration.name, [])
            #expect(times.count == journal.appends.count)
            #expect(times.count > 1 && times.first == 0.25)
            #expect(recorder.meter(Instruments.storeLastAppend.name, []) == 5.25)
            // There before they count: a counter that is born with 1 has no increase.
            #expect(recorder.total(of: Instruments.jobResumptions.name, Self.workflow) == 0)
            #expect(recorder.total(of: Instruments.recoveries.name, [(AttributeKey.agentName, "a")]) == 0)
        }
    }

    @Test func appendThatFailsIsTimedUnderItsErrorAndChangesNoTimeOfTheLastOne() async throws {
        let recorder = TelemetryRecorder()
        try await recorder.record {
            let journal = ScriptedJournal(.keep, .fail(Flaky()), otherwise: .fail(Flaky()))
            let coordinator = JobCoordinator(
                JobContext(id: "job-1", journal: journal),
                runtime: CoordinatorRuntime(
                    clock: ManualClock(), origin: Timestamp(nanosecondsSinceEpoch: 5_000_000_000)))
            try coordinator.register(AgentTask("a", role: writer("a"), agent: ScriptedAgent(.succeed(Contribution()))))
            #expect(try await coordinator.executeParallel().errorType == ErrorType.storeUnavailable)
            let failed = [(AttributeKey.errorType, ErrorType.storeUnavailable)]
            #expect(recorder.values(of: Instruments.storeAppendDuration.name, failed).count == 1)
            #expect(recorder.values(of: Instruments.storeAppendDuration.name, []).count == 1)
            #expect(recorder.meter(Instruments.storeLastAppend.name, []) == 5)
        }
    }

    @Test func jobWithoutAJournalHasNoMetricOfOne() async throws {
        let recorder = TelemetryRecorder()
        try await recorder.record { _ = try await runJob(.flaky(writer("a", "artifacts.a"), .artifact("a", 1))) }
        let metrics = recorder.metrics
        let labels = metrics.counters.map(\.label) + metrics.recorders.map(\.label) + metrics.meters.map(\.label)
        #expect(labels.contains(Instruments.jobRuns.name))
        let durable = Set(Instruments.all.map(\.name).filter { $0.hasPrefix("coordinator.store.") }).union([
            Instruments.jobResumptions.name, Instruments.recoveries.name, Instruments.approvalPending.name,
        ])
        #expect(durable.count == 6)
        #expect(durable.intersection(labels).isEmpty)
    }

    /// A job that was given up goes on elsewhere: whoever ends it counts it.
    @Test(arguments: JobStatus.allCases)
    func onlyAJobThatHasEndedIsCountedAmongThoseThatRan(status: JobStatus) async throws {
        let recorder = TelemetryRecorder()
        let instruments = JobInstruments(workflow: "release", factory: recorder.metrics)
        instruments.jobStarted(concurrency: 2)
        if status.hasEnded {
            instruments.jobEnded(status, errorType: nil, seconds: 3, concurrency: 2)
        } else {
            instruments.jobLeft(concurrency: 2)
        }
        let total = recorder.total(
            of: Instruments.jobRuns.name, Self.workflow + [(AttributeKey.jobStatus, status.rawValue)])
        #expect(total == (status.hasEnded ? 1 : nil))
        let duration = recorder.values(
            of: Instruments.agentDuration.name,
            [(AttributeKey.agentName, "release"), (AttributeKey.workflowName, "release")])
        #expect(duration == (status.hasEnded ? [3] : []))
        let former = recorder.values(
            of: Instruments.formerWorkflowDuration.name, [(AttributeKey.formerWorkflowName, "release")])
        #expect(former == duration)
        #expect(recorder.meter(Instruments.jobActive.name, []) == 0)
    }
}
