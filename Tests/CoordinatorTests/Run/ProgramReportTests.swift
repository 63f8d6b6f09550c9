import CoordinatorTestKit
import Foundation
import Support
import TelemetryCatalog
import TestSupport
import Testing

@testable import Coordinator

/// What is known of how the programs of attempts were confined.
@Suite(.timeLimit(.minutes(5))) struct ProgramReports {
    private static let together = SandboxReport(level: .bubblewrap, limits: [.memory: .cgroup, .cpu: .rlimit])
    private static let each = SandboxReport(level: .bubblewrap, limits: [.memory: .rlimit, .fileSize: .rlimit])
    private static let landlock = SandboxReport(level: .landlock, limits: [.memory: .rlimit])
    private static let none = SandboxReport(level: .unconfined)

    private static func runs(
        _ recorder: TelemetryRecorder, _ agent: String, _ level: SandboxLevel, _ origin: CodeOrigin
    ) -> Int64? {
        recorder.total(
            of: Instruments.sandboxRuns.name,
            [
                (AttributeKey.agentName, agent), (AttributeKey.sandboxLevel, level.rawValue),
                (AttributeKey.codeOrigin, origin.rawValue),
            ])
    }

    /// Runs one agent that reports these programs.
    private static func record(of reports: [SandboxReport]) async throws -> AttemptRecord? {
        try await runJob(
            AgentTask("a", role: writer("a")) { _, attempt in
                for report in reports { attempt.ran(report, writtenBy: .person) }
                return Contribution()
            }
        ).result["a"]?.attempts.first
    }

    @Test func namesOfLevelsAndOriginsAreThoseOfTheCatalog() {
        #expect(SandboxLevel.allCases.map(\.rawValue) == SandboxLevelName.all)
        #expect(CodeOrigin.allCases.map(\.rawValue) == CodeOriginName.all)
    }

    @Test func weakestLevelOfAnAttemptIsShownWithTheLimitsOfThatRun() async throws {
        #expect(try await Self.record(of: []).map { $0.sandbox == nil } == true)
        #expect(try await Self.record(of: [Self.landlock])?.sandbox == Self.landlock)
        for order in [[Self.together, Self.landlock, Self.each], [Self.landlock, Self.each, Self.together]] {
            #expect(try await Self.record(of: order)?.sandbox == Self.landlock)
            #expect(try await Self.record(of: order + [Self.none])?.sandbox == Self.none)
            #expect(try await Self.record(of: [Self.none] + order)?.sandbox == Self.none)
        }
    }

    @Test func ofOneLevelEachLimitIsShownAsTheWeakestRunHadItInWhateverOrder() async throws {
        let both = SandboxReport(level: .bubblewrap, limits: [.memory: .rlimit])
        #expect(try await Self.record(of: [Self.together, Self.each])?.sandbox == both)
        #expect(try await Self.record(of: [Self.each, Self.together])?.sandbox == both)
        #expect(try await Self.record(of: [Self.together, Self.together])?.sandbox == Self.together)
    }

    @Test func resultEventSpanAndCounterSayTheSameOfAnAttemptAndNothingOfOneWithoutPrograms()
        async throws
    {
        let recorder = TelemetryRecorder()
        let (result, coordinator) = try await recorder.record {
            try await runJob(
                AgentTask(
                    "tests", role: writer("t", "artifacts.t"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                    agent: ClosureAgent { _, attempt in
                        attempt.ran(attempt.number == 1 ? Self.none : Self.together, writtenBy: .model)
                        if attempt.number == 1 { throw Flaky() }
                        attempt.ran(Self.together, writtenBy: .person)
                        return .artifact("t", 1)
                    }),
                AgentTask("plain", role: writer("p")) { _, _ in Contribution() })
        }
        #expect(result["tests"]?.attempts.map(\.sandbox) == [Self.none, Self.together])
        let shown = try JSONValue(encoding: result)["agents"]?.arrayValue
        #expect(
            shown?.first?["attempts"]?.arrayValue?.map { $0["sandbox"] }
                == [
                    ["level": "none", "limits": [:]],
                    ["level": "bubblewrap", "limits": ["memory": "cgroup", "cpu": "rlimit"]],
                ])
        let plain = try #require(shown?.last?["attempts"]?.arrayValue?.first?.objectValue)
        #expect(plain["outcome"] == "succeeded" && plain["sandbox"] == nil)
        let ended = try await events(of: coordinator).compactMap { event -> AttemptRecord? in
            if case .attemptFinished(let record) = event.payload, event.agent == "tests" { record } else { nil }
        }
        #expect(ended == result["tests"]?.attempts)
        let spans = recorder.spans.filter { $0.operationName.hasPrefix("\(SpanName.attempt) ") }
        #expect(
            Set(
                spans.map {
                    "\($0.operationName): \($0.attributes.get(AttributeKey.sandboxLevel).map { "\($0)" } ?? "")"
                })
                == [
                    "coordinator.attempt tests: string(\"none\")", "coordinator.attempt tests: string(\"bubblewrap\")",
                    "coordinator.attempt plain: ",
                ])
        #expect(Self.runs(recorder, "tests", .unconfined, .model) == 1)
        #expect(Self.runs(recorder, "tests", .bubblewrap, .model) == 1)
        #expect(Self.runs(recorder, "tests", .bubblewrap, .person) == 1)
        #expect(recorder.metrics.counters.count { $0.label == Instruments.sandboxRuns.name } == 3)
    }

    @Test func threadsThatReportProgramsAtOnceLoseNone() async throws {
        let recorder = TelemetryRecorder()
        let (result, _) = try await recorder.record {
            try await runJob(
                AgentTask("a", role: writer("a")) { _, attempt in
                    await withTaskGroup { group in
                        for index in 0..<200 {
                            group.addTask {
                                attempt.ran(index == 117 ? Self.landlock : Self.together, writtenBy: .model)
                            }
                        }
                    }
                    return Contribution()
                })
        }
        #expect(result["a"]?.attempts.map(\.sandbox) == [Self.landlock])
        #expect(Self.runs(recorder, "a", .bubblewrap, .model) == 199)
        #expect(Self.runs(recorder, "a", .landlock, .model) == 1)
    }

    @Test func programOfCodeThatOutlivesItsAttemptCountsAndChangesNoRecord() async throws {
        let recorder = TelemetryRecorder()
        let gate = BlockingGate()
        defer { gate.open() }
        let clock = ManualClock()
        try await recorder.record {
            async let job = runJob(
                AgentTask("late", role: writer("l"), timeout: .seconds(10)) { _, attempt in
                    attempt.ran(Self.together, writtenBy: .model)
                    gate.block()
                    attempt.ran(Self.none, writtenBy: .model)
                    return Contribution()
                }, runtime: CoordinatorRuntime(clock: clock))
            try await gate.waitForArrival()
            await clock.waitForSleeper(until: .seconds(10))
            clock.advance(by: .seconds(10))
            let (result, coordinator) = try await job
            gate.open()
            try await eventually { coordinator.metrics().job.abandoned == 0 }
            #expect(result["late"]?.attempts.map(\.sandbox) == [Self.together])
            #expect(Self.runs(recorder, "late", .unconfined, .model) == 1)
        }
    }

    /// An agent that runs a program, waits for an answer, and runs another one.
    private static func asking(_ before: SandboxReport, _ after: SandboxReport?) -> AgentTask {
        AgentTask(
            "asks", role: writer("asks", "artifacts.answer"), timeouts: TimeoutPolicy(attempt: nil),
            agent: ClosureAgent { _, attempt in
                guard let resumption = attempt.resumption else {
                    attempt.ran(before, writtenBy: .model)
                    throw Suspension(state: [:], reason: "May it?")
                }
                if let after { attempt.ran(after, writtenBy: .model) }
                return .artifact("answer", resumption.value ?? .null)
            })
    }

    @Test func suspendedAttemptGoesOnWithWhatItRanBefore() async throws {
        for (before, after) in [(Self.landlock, Self.together), (Self.together, Self.landlock)] {
            let coordinator = JobCoordinator(JobContext(id: "job-1"))
            try coordinator.register(Self.asking(before, after))
            let job = Task { try await coordinator.executeParallel() }
            try await eventually { !coordinator.suspendedRuns.isEmpty }
            try await coordinator.resume(RunIdentity(agent: "asks"), with: true)
            #expect(try await job.value["asks"]?.attempts.map(\.sandbox) == [Self.landlock])
        }
    }

    @Test func jobThatAnotherProcessTakesUpKnowsWhatItsAttemptsHaveRun() async throws {
        let journal = MemoryJournal()
        let first = JobCoordinator(JobContext(id: "job-1", journal: journal))
        let done = AgentTask("done", role: writer("done")) { _, attempt in
            attempt.ran(Self.none, writtenBy: .model)
            return Contribution()
        }
        for task in [done, Self.asking(Self.landlock, nil)] { try first.register(task) }
        first.whenWaiting = .leave
        #expect(try await first.executeParallel().status == .waiting)
        let kept = try await journal.events(of: "job-1", after: 0, limit: .max).compactMap { event in
            if case .attemptSuspended(let suspended) = event.payload { suspended.sandbox } else { nil }
        }
        #expect(kept == [Self.landlock])

        let history = try await JobHistory.load("job-1", from: journal)
        let second = JobCoordinator(JobContext(resuming: history, journal: journal))
        for task in [done, Self.asking(Self.landlock, nil)] { try second.register(task) }
        let job = Task { try await second.executeParallel() }
        try await eventually { !second.suspendedRuns.isEmpty }
        try await second.resume(RunIdentity(agent: "asks"), with: true)
        let result = try await job.value
        #expect(result.status == .succeeded)
        #expect(result["asks"]?.attempts.map(\.sandbox) == [Self.landlock])
        #expect(result["done"]?.attempts.map(\.sandbox) == [Self.none])
    }

    @Test func recordsOfBeforeAreReadWithoutASandboxAndAreWrittenWithoutOne() throws {
        let before = """
            {"abandoned":false,"backoff_ms":0,"duration_ms":1,"error":null,"error_type":null,"number":1,\
            "outcome":"succeeded","span_id":null,"started_at":"2026-01-31T09:05:00.000000000Z"}
            """
        let record = try JSONDecoder().decode(AttemptRecord.self, from: Data(before.utf8))
        #expect(record.sandbox == nil)
        #expect(try JSONValue(encoding: record) == JSONValue(json: Data(before.utf8)))
        let suspended = #"{"reason":"r","state":null,"usage":{"cost_usd":0,"input_tokens":0,"output_tokens":0}}"#
        let wait = try JSONDecoder().decode(JobEvent.AttemptSuspended.self, from: Data(suspended.utf8))
        #expect(wait.sandbox == nil)
        #expect(try JSONValue(encoding: wait) == JSONValue(json: Data(suspended.utf8)))
    }

    @Test func everySeriesOfProgramsHasAPlaceOfItsOwn() throws {
        let places = try #require(Instruments.sandboxRuns.places)
        for level in SandboxLevel.allCases {
            for origin in CodeOrigin.allCases {
                #expect(
                    places.each.contains([
                        AttributeKey.sandboxLevel: level.rawValue, AttributeKey.codeOrigin: origin.rawValue,
                    ]))
            }
        }
        #expect(places.subjects == [AttributeKey.agentName] && places.names == [AttributeKey.agentName])
    }
}
