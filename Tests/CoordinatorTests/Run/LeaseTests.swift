import CoordinatorTestKit
import Synchronization
import TestSupport
import Testing

@testable import Coordinator

/// Once an attempt has ended, none of its writes is accepted.
@Suite(.timeLimit(.minutes(10))) struct Leases {
    /// Returns a contribution as soon as it is cancelled, instead of an error.
    private static let ignoresCancellation = ScriptedAgent.Step.run { _, _ in
        let forever = AsyncStream<Never> { _ in }
        for await _ in forever {}
        return .artifact("x", "late")
    }

    private func runtime(_ clock: ManualClock) -> CoordinatorRuntime {
        CoordinatorRuntime(.init(cancellationGrace: .seconds(60)), clock: clock)
    }

    private func lateWritePaths(_ coordinator: JobCoordinator) async throws -> [[ContextPath]] {
        try await events(of: coordinator).compactMap { event in
            if case .lateWrite(let write) = event.payload { write.paths } else { nil }
        }
    }

    private func task(_ agent: ScriptedAgent, timeout: Duration?) -> AgentTask {
        AgentTask(
            "deaf", role: writer("r", "artifacts.x"), timeouts: TimeoutPolicy(attempt: timeout), agent: agent)
    }

    /// The code ends after its deadline, but within the grace, so that it is not abandoned.
    @Test func contributionAfterTheDeadlineIsDroppedAndCounted() async throws {
        let recorder = TelemetryRecorder()
        let clock = ManualClock()
        let agent = ScriptedAgent(Self.ignoresCancellation)
        let (result, coordinator) = try await recorder.record {
            async let job = runJob(task(agent, timeout: .seconds(30)), runtime: runtime(clock))
            await agent.waitForAttempt(1)
            await clock.waitForSleeper(until: .seconds(30))
            clock.advance(by: .seconds(30))
            return try await job
        }
        #expect(result["deaf"]?.outcome == .timeout)
        #expect(result["deaf"]?.attempts.first?.abandoned == false)
        #expect(coordinator.context.snapshot.value(at: "artifacts") == [:])
        #expect(coordinator.metrics().job.lateWrites == 1)
        #expect(coordinator.metrics().job.commits == 0)
        #expect(recorder.total(of: "coordinator.context.late_writes", [("gen_ai.agent.name", "deaf")]) == 1)
        #expect(try await lateWritePaths(coordinator) == [["artifacts.x"]])
    }

    @Test func contributionAfterCancellationIsDroppedAndCounted() async throws {
        let coordinator = JobCoordinator(JobContext(id: "c"), runtime: runtime(ManualClock()))
        let agent = ScriptedAgent(Self.ignoresCancellation)
        try coordinator.register(task(agent, timeout: nil))
        let job = Task { try await coordinator.executeParallel() }
        await agent.waitForAttempt(1)
        coordinator.cancel()
        #expect(try await job.value["deaf"]?.outcome == .cancelled)
        #expect(coordinator.context.snapshot.value(at: "artifacts") == [:])
        #expect(coordinator.metrics().job.lateWrites == 1)
    }

    /// The first attempt blocks past its deadline while the second succeeds, and wants to write when it wakes.
    @Test func supersededAttemptWritesNothing() async throws {
        let gate = BlockingGate()
        defer { gate.open() }
        let clock = ManualClock()
        async let job = runJob(
            AgentTask(
                "slow", role: writer("r", "artifacts.x"), timeouts: TimeoutPolicy(attempt: .seconds(30)),
                retry: RetryPolicy(maxRetries: 1, initial: .zero),
                agent: ScriptedAgent(
                    .run { _, _ in
                        gate.block()
                        return .artifact("x", "first")
                    }, .succeed(.artifact("x", "second")))), runtime: CoordinatorRuntime(clock: clock))
        try await gate.waitForArrival()
        await clock.waitForSleeper(until: .seconds(30))
        clock.advance(by: .seconds(30))
        let (result, coordinator) = try await job
        #expect(result["slow"]?.attempts.map(\.outcome) == [.timeout, .succeeded])
        gate.open()
        try await eventually { coordinator.metrics().job.abandoned == 0 }
        #expect(coordinator.metrics().job.lateWrites == 1)
        #expect(coordinator.context.snapshot.value(at: "artifacts") == ["x": "second"])
        #expect(coordinator.context.provenance(of: "artifacts.x").map(\.attempt) == [2])
    }

    /// An attempt's commit is kept under the attempt id that the attempt itself sees.
    @Test func keptCommitCarriesTheAttempt() async throws {
        let journal = MemoryJournal()
        let coordinator = JobCoordinator(JobContext(id: "job-1", journal: journal, journalTimeout: .seconds(3600)))
        let known = Mutex<[String]>([])
        let step = ScriptedAgent.Step.run { _, attempt in
            known.withLock { $0.append(attempt.attemptID) }
            if attempt.number == 1 { throw Flaky() }
            return .artifact("x", 1)
        }
        try coordinator.register(
            AgentTask(
                "a", role: writer("r", "artifacts.x"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                agent: ScriptedAgent(step, step)))
        _ = try await coordinator.executeParallel()
        #expect(known.withLock { $0 } == ["job-1/a/1", "job-1/a/2"])
        let commits = try await journal.allEvents(of: "job-1").filter { $0.kind == .contextCommitted }
        #expect(commits.map { "\($0.jobID)/\($0.agent ?? "")/\($0.attempt ?? 0)" } == ["job-1/a/2"])
    }
}
