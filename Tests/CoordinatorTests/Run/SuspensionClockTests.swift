import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// Time in the life of a suspended attempt.
@Suite(.timeLimit(.minutes(10))) struct SuspensionClocks {
    private typealias Setting = Suspensions.Setting

    /// An hour passes, of which an attempt may take five seconds, and may be silent for two.
    @Test func clocksOfASuspendedAttemptStandStill() async throws {
        let setting = try Setting(timeouts: TimeoutPolicy(attempt: .seconds(5), idle: .seconds(2))) { answer, attempt in
            .artifact("answer", .number(attempt.remaining?.inSeconds ?? 0))
        }
        let job = setting.start()
        try await setting.waitUntilSuspended()
        setting.clock.advance(by: .seconds(3_600))
        try await setting.coordinator.resume(Suspensions.asks, with: true)
        let result = try await job.value
        #expect(result["asks"]?.outcome == .succeeded)
        #expect(result.artifacts["answer"] == 5)
        let record = try #require(result["asks"]?.attempts.first)
        #expect(record.suspendedMS == 3_600_000 && record.durationMS == 3_600_000)
    }

    /// The agent works on for a second after its answer, and may be silent for two.
    @Test func silenceOfASuspendedAttemptDoesNotCount() async throws {
        let clock = ManualClock()
        let coordinator = JobCoordinator(JobContext(id: "j"), runtime: CoordinatorRuntime(clock: clock))
        let works = Latch<Void>()
        let agent = SuspendedAgent("?", timeout: .seconds(3_600)) { _, _ in
            works.set(())
            try await untilCancelled()
            return Contribution()
        }
        try coordinator.register(
            AgentTask("a", role: writer("a"), timeouts: TimeoutPolicy(attempt: nil, idle: .seconds(2)), agent: agent))
        let job = Task { try await coordinator.executeParallel() }
        await clock.waitForSleeper(until: .seconds(3_600))
        clock.advance(by: .seconds(3_600))
        await works.value
        await clock.waitForSleeper(until: .seconds(3_602))
        coordinator.cancel()
        #expect(try await job.value["a"]?.outcome == .cancelled)
    }

    @Test func timeThatAnAttemptRanBeforeCountsAfter() async throws {
        let clock = ManualClock()
        let coordinator = JobCoordinator(JobContext(id: "j"), runtime: CoordinatorRuntime(clock: clock))
        let agent = ClosureAgent { _, attempt in
            clock.advance(by: .seconds(2))
            guard attempt.resumption == nil else {
                return .artifact("left", .number(attempt.remaining?.inSeconds ?? 0))
            }
            throw Suspension(timeout: .seconds(60))
        }
        try coordinator.register(
            AgentTask(
                "a", role: writer("a", "artifacts.left"), timeouts: TimeoutPolicy(attempt: .seconds(5)), agent: agent))
        let job = Task { try await coordinator.executeParallel() }
        await clock.waitForSleeper(until: .seconds(62))
        clock.advance(by: .seconds(60))
        let result = try await job.value
        #expect(result.artifacts["left"] == 1)
        #expect(result["a"]?.attempts.first?.durationMS == 64_000)
    }

    @Test func timeoutOfASuspensionGoesOnWithoutAnAnswer() async throws {
        let setting = try Setting(timeout: .seconds(30))
        let job = setting.start()
        await setting.clock.waitForSleeper(until: .seconds(30))
        setting.clock.advance(by: .seconds(30))
        let result = try await job.value
        #expect(result.artifacts["answer"] == "none")
        #expect(setting.agent.history.last?.resumption.map { $0.value == nil } == true)
        await #expect(throws: CoordinatorError.self) { try await setting.coordinator.resume(Suspensions.asks, with: 1) }
    }

    @Test(arguments: [false, true])
    func cancellationAndTheTotalTimeoutEndASuspendedAttempt(isCancelled: Bool) async throws {
        let setting = try Setting(
            timeouts: TimeoutPolicy(attempt: .seconds(5), total: .seconds(20)), retry: RetryPolicy(maxRetries: 3))
        let job = setting.start()
        await setting.clock.waitForSleeper(until: .seconds(20))
        try await eventually { !setting.coordinator.suspendedRuns.isEmpty }
        if isCancelled { setting.coordinator.cancel() } else { setting.clock.advance(by: .seconds(20)) }
        let result = try await job.value
        #expect(result["asks"]?.outcome == (isCancelled ? .cancelled : .timeout))
        let record = try #require(result["asks"]?.attempts.first)
        #expect(result["asks"]?.attempts.count == 1)
        #expect(record.outcome == result["asks"]?.outcome && !record.abandoned)
        #expect(record.suspendedMS == record.durationMS)
        #expect(setting.agent.history.count == 1 && setting.coordinator.suspendedRuns.isEmpty)
        let error = await #expect(throws: CoordinatorError.self) {
            try await setting.coordinator.resume(Suspensions.asks, with: 1)
        }
        #expect(error?.code == .notSuspended)
    }
}
