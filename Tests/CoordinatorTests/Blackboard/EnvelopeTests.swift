import CoordinatorTestKit
import Foundation
import Testing
import Tracing

@testable import Coordinator

/// The envelope of every event.
@Suite(.timeLimit(.minutes(10))) struct Envelopes {
    private static let at = Timestamp(nanosecondsSinceEpoch: 1_709_210_096_000_007_000)

    private static func event(_ payload: JobEvent.Payload, isFull: Bool = true) -> JobEvent {
        JobEvent(
            sequence: 4, at: at, jobID: "job-1", version: 3, agent: isFull ? "a" : nil, attempt: isFull ? 2 : nil,
            traceID: isFull ? String(repeating: "1", count: 32) : nil,
            spanID: isFull ? String(repeating: "2", count: 16) : nil, payload: payload)
    }

    /// One payload of each type, with its name on the wire.
    private static let payloads: [(String, JobEvent.Payload)] = [
        (
            "job_started",
            .jobStarted(
                .init(
                    workflow: "w",
                    agents: [.init(name: "a", role: "r", needs: ["b"], stage: 1, required: true)],
                    context: ["artifacts": [:]]))
        ),
        (
            "job_submitted",
            .jobSubmitted(
                .init(
                    specification: ["workflow": "w"], fields: [.init(pattern: "artifacts.x", merge: "append")],
                    definitions: [.init(kind: "prompt", name: "p", digest: "sha256:0")],
                    workspace: WorkspaceState(commit: "1f", uncommitted: ["b", "a"]), traceparent: "00-1-2-01"))
        ),
        ("agent_queued", .agentQueued(.init())),
        ("of_a_later_version", .unknown(.init("of_a_later_version"), ["any": [1, nil]])),
        ("agent_state_changed", .agentStateChanged(AgentState(name: "a", phase: .queued))),
        (
            "attempt_started",
            .attemptStarted(
                .init(
                    timeoutMS: 5, backoffMS: 1, idempotencyKey: "k", viewVersion: 7,
                    reservation: .init(inputTokens: 1), queueMS: 2, rateMS: 3))
        ),
        (
            "attempt_finished",
            .attemptFinished(
                AttemptRecord(
                    number: 2, outcome: .timeout, startedAt: at, durationMS: 7, usage: .init(outputTokens: 5),
                    commitMS: 2, storeMS: 1,
                    sandbox: .init(level: .landlock, limits: [.memory: .cgroup, .fileSize: .rlimit])))
        ),
        (
            "attempt_suspended",
            .attemptSuspended(
                .init(
                    state: ["q": 1], reason: "r", timeoutMS: 5, usage: .init(),
                    sandbox: .init(level: .unconfined)))
        ),
        ("attempt_code_ended", .attemptCodeEnded(.init(overrunMS: 9))),
        ("progress", .progress(.init(message: "m"))),
        ("retry_scheduled", .retryScheduled(.init(delayMS: 500, errorType: "_OTHER", error: "e"))),
        (
            "context_committed",
            .contextCommitted(
                .init(
                    contribution: Contribution(set: ["x": 1]),
                    order: WriteOrder(stage: 1, round: 2, stageInRound: 3, registration: 4, item: 5),
                    reduced: ["x[\"y.z\"]": 3]))
        ),
        (
            "context_conflict",
            .contextConflict(
                .init(
                    paths: ["x"], kept: ["x": 1], writers: ["a", "b"], refused: Contribution(set: ["x": 2]),
                    message: "m"))
        ),
        ("late_write", .lateWrite(.init(paths: ["x"], message: "m"))),
        ("access_denied", .accessDenied(.init(paths: ["x"], message: "m"))),
        (
            "circuit_breaker_state_changed",
            .breakerStateChanged(.init(agent: "a", resource: nil, from: "closed", to: "open"))
        ),
        (
            "agent_finished",
            .agentFinished(.init(outcome: .failed, errorType: "_OTHER", error: "e", durationMS: 1, queueMS: 2))
        ),
        ("job_finished", .jobFinished(.init(status: .failed, durationMS: 3, errorType: "_OTHER", error: "e"))),
    ]

    @Test func envelopeHasTheKeysOfTheContract() throws {
        #expect(
            try JSONValue(encoding: Self.event(.progress(.init(message: "m")))) == [
                "schema_version": 2, "seq": 4, "at": "2024-02-29T12:34:56.000007000Z", "job_id": "job-1",
                "type": "progress", "version": 3, "agent": "a", "attempt": 2,
                "trace_id": "11111111111111111111111111111111", "span_id": "2222222222222222",
                "payload": ["message": "m"],
            ])
    }

    @Test func everyPayloadTypeRoundTrips() throws {
        for (type, payload) in Self.payloads {
            for event in [Self.event(payload), Self.event(payload, isFull: false)] {
                let data = try JSONEncoder().encode(event)
                #expect(try JSONValue(json: data)["type"] == .string(type))
                #expect(try JSONDecoder().decode(JobEvent.self, from: data) == event, "\(type)")
            }
        }
        #expect(Set(Self.payloads.map(\.0)).count == 18)
    }

    @Test func envelopeOfAnotherVersionIsRefused() throws {
        var json = try JSONValue(encoding: Self.event(.progress(.init(message: "m")))).objectValue ?? [:]
        json["schema_version"] = 3
        let error = #expect(throws: DecodingError.self) { try JSONValue.object(json).decoded(as: JobEvent.self) }
        #expect("\(error.debugDescription)".contains("schema_version 3 is not known; known are 1 to 2"))
    }

    /// Every event of an attempt names the agent, the attempt and the trace.
    @Test func attemptEventsCarryAgentNumberAndSpan() async throws {
        let tracer = HeaderTracer()
        let coordinator = try await tracer.jobOfAgentThatFailsOnce(
            "a", writes: "artifacts.x",
            .run { _, attempt in
                attempt.progress("works")
                return .artifact("x", 1)
            })
        let all = try await events(of: coordinator)
        for (number, types) in [
            (1, ["attempt_started", "attempt_finished"]),
            (2, ["attempt_started", "progress", "context_committed", "attempt_finished"]),
        ] {
            let own = all.filter { $0.attempt == number && types.contains($0.type) }
            #expect(own.map(\.type) == types)
            #expect(own.allSatisfy { $0.agent == "a" && $0.jobID == "job-1" })
            let span = try #require(tracer.spans(named: "coordinator.attempt a").dropFirst(number - 1).first)
            #expect(own.allSatisfy { $0.spanID == span.spanID && $0.traceID == span.traceID })
        }
    }

    /// What the submitter says stands in the first event, and so does the trace in which the job is run.
    @Test func submissionIsTheFirstEvent() async throws {
        let tracer = HeaderTracer()
        let submission = JobSubmission(
            specification: ["workflow": "w"], definitions: [PinnedDefinition(kind: "model", name: "m", digest: "m")],
            workspace: WorkspaceState(commit: "1f", uncommitted: (0..<1_002).map { "f\($0)" }))
        let coordinator = try await tracer.use {
            let context = JobContext(id: "job-1", fields: [FieldDeclaration("artifacts.list", merge: .append)])
            let coordinator = JobCoordinator(context, submission: submission)
            try coordinator.register(AgentTask("a", role: writer("r")) { _, _ in Contribution() })
            _ = try await withSpan("caller") { _ in try await coordinator.executeParallel() }
            return coordinator
        }
        let first = try #require(try await events(of: coordinator).first)
        guard case .jobSubmitted(let submitted) = first.payload else { throw Flaky() }
        let caller = try #require(tracer.spans(named: "caller").first)
        #expect(submitted.traceparent == "00-\(caller.traceID)-\(caller.spanID)-01")
        #expect(submitted.specification == ["workflow": "w"])
        #expect(submitted.definitions.map(\.name) == ["m"])
        #expect(submitted.fields.contains { $0.pattern == "artifacts.list" && $0.merge == "append" })
        #expect(submitted.workspace?.uncommitted.count == 1_000)
        #expect(submitted.workspace?.uncommittedOmitted == 2)
    }

    /// What an attempt's start and end say beside its times.
    @Test func attemptEventsCarryViewReservationUsageAndWaits() async throws {
        let used = Contribution.Usage(inputTokens: 3, outputTokens: 4)
        let (result, coordinator) = try await runJob(
            AgentTask("first", role: writer("r", "artifacts.x")) { _, _ in .artifact("x", 1) },
            AgentTask(
                "a", role: writer("r", "artifacts.a"), needs: ["first"], reservation: .init(inputTokens: 9),
                agent: ScriptedAgent(.succeed(Contribution(set: ["artifacts.a": 1], usage: used)))))
        let own = try await events(of: coordinator).filter { $0.agent == "a" }.map(\.payload)
        guard case .attemptStarted(let start)? = own.first else { throw Flaky() }
        #expect(start.viewVersion == 1)
        #expect(start.reservation == .init(inputTokens: 9))
        #expect(start.queueMS == 0 && start.rateMS == 0)
        let record = try #require(result["a"]?.attempts.first)
        #expect(own.contains(.attemptFinished(record)))
        #expect(record.usage == used)
        let commit = try #require(record.commitMS)
        #expect(commit > 0 && commit <= record.durationMS)
        #expect(record.storeMS == 0)
    }

    /// The log, a stream from the start and the state itself agree.
    @Test func eventStreamReplaysToTheSameBlackboard() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("a", role: writer("r", "decisions", "artifacts.a")) { _, _ in
                Contribution(set: ["artifacts.a": 1], append: ["decisions": ["d"]])
            })
        let replay = try ContextReplay(try await events(of: coordinator))
        #expect(replay.snapshot.root == coordinator.context.snapshot.root)
        #expect(replay.snapshot.version == coordinator.context.snapshot.version)
    }

    @Test func logWithAGapRepeatOrForeignEventIsRefused() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask("a", role: writer("r", "artifacts.a")) { _, _ in .artifact("a", 1) })
        let all = try await events(of: coordinator)
        func refused(_ log: [JobEvent]) -> Bool {
            do {
                _ = try ContextReplay(log)
                return false
            } catch {
                return (error as? ContextError)?.code == .brokenLog
            }
        }
        #expect(!refused(all))
        for index in all.indices.dropLast() {
            #expect(refused(Array(all[..<index] + all[(index + 1)...])))
            #expect(refused(Array(all[...index] + all[index...])))
        }
        let foreign = JobEvent(
            sequence: all.count + 1, at: Self.at, jobID: "other", version: all.last?.version ?? 0, agent: nil,
            attempt: nil, traceID: nil, spanID: nil, payload: .progress(.init(message: "m")))
        #expect(refused(all + [foreign]))
    }
}
