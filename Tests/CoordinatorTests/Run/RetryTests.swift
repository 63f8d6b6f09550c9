import Coordinator
import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct Retries {
    @Test func backoffWithoutJitterDoublesUpToTheCap() {
        let policy = RetryPolicy(maxRetries: 9)
        let pauses = (1...8).map { policy.delay(beforeRetry: $0, uniform: 0.7) }
        #expect(pauses == [0.5, 1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
    }

    @Test func jitterShortensBackoffAndRetryAfterExtendsIt() {
        let policy = RetryPolicy(maxRetries: 1, jitter: 1)
        #expect(policy.delay(beforeRetry: 1, uniform: 0) == .milliseconds(500))
        #expect(policy.delay(beforeRetry: 1, uniform: 0.5) == .milliseconds(250))
        #expect(policy.delay(beforeRetry: 1, retryAfter: .seconds(7), uniform: 0.5) == .seconds(7))
        #expect(policy.delay(beforeRetry: 3, retryAfter: .milliseconds(1), uniform: 0) == .seconds(2))
    }

    /// `fail 0.5 s fail 1 s succeed`, on a clock that only the test moves.
    @Test func attemptsFollowTheBackoffSchedule() async throws {
        let clock = ManualClock()
        let agent = ScriptedAgent(.fail(Flaky()), .fail(Flaky()), .succeed(.artifact("a", 1)))
        let runtime = CoordinatorRuntime(clock: clock)
        async let job = runJob(
            AgentTask(
                "flaky", role: writer("a", "artifacts.a"), timeouts: TimeoutPolicy(attempt: nil),
                retry: RetryPolicy(maxRetries: 2), agent: agent), runtime: runtime)
        await clock.waitForSleeper(until: .milliseconds(500))
        clock.advance(by: .milliseconds(500))
        await clock.waitForSleeper(until: .milliseconds(1500))
        clock.advance(by: .seconds(1))
        let result = try await job.result
        #expect(result.status == .succeeded)
        let attempts = try #require(result["flaky"]?.attempts)
        #expect(attempts.map(\.outcome) == [.failed, .failed, .succeeded])
        #expect(attempts.map(\.backoffMS) == [0, 500, 1000])
        #expect(attempts.map(\.number) == [1, 2, 3])
        #expect(result["flaky"]?.durationMS == 1500)
        #expect(agent.unusedSteps == 0)
    }

    @Test func permanentErrorsAreNotRetried() async throws {
        let agent = ScriptedAgent(.fail(AgentError(.permanent, errorType: "invalid_output", "no JSON")))
        let (result, _) = try await runJob(
            AgentTask("a", role: writer("a"), retry: RetryPolicy(maxRetries: 5), agent: agent))
        #expect(result["a"]?.attempts.count == 1)
        #expect(result["a"]?.errorType == "invalid_output")
        #expect(result["a"]?.error == "no JSON")
    }

    @Test func retryAfterBeyondTheDeadlineFailsAtOnce() async throws {
        let agent = ScriptedAgent(
            .fail(AgentError(.throttled(retryAfter: .seconds(3600)), errorType: "rate_limited", "busy")))
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(total: .seconds(60)),
                retry: RetryPolicy(maxRetries: 5), agent: agent))
        #expect(result["a"]?.outcome == .failed)
        #expect(result["a"]?.errorType == "rate_limited")
        #expect(result["a"]?.attempts.count == 1)
    }

    @Test func attemptBudgetCountsRetries() async throws {
        let agent = ScriptedAgent(.fail(Flaky()), .fail(Flaky()))
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: writer("a"), retry: RetryPolicy(maxRetries: 5, initial: .zero), agent: agent),
            limits: JobLimits(budget: .init(attempts: 2)))
        #expect(result["a"]?.attempts.count == 2)
        #expect(result["a"]?.errorType == "budget_exceeded")
        #expect(agent.unusedSteps == 0)
    }

    @Test func idleTimeoutEndsASilentAttemptAndHeartbeatsExtendIt() async throws {
        let clock = ManualClock()
        let beat = AsyncStream<Void>.makeStream()
        let beaten = AsyncStream<Void>.makeStream()
        async let job = runJob(
            AgentTask(
                "silent", role: writer("a"), timeouts: TimeoutPolicy(attempt: nil, idle: .seconds(10)),
                agent: ScriptedAgent(
                    .run { _, attempt in
                        for await _ in beat.stream {
                            attempt.heartbeat()
                            beaten.continuation.yield()
                        }
                        return Contribution()
                    })), runtime: CoordinatorRuntime(clock: clock))
        await clock.waitForSleeper(until: .seconds(10))
        clock.advance(by: .seconds(6))
        beat.continuation.yield()
        for await _ in beaten.stream { break }
        clock.advance(by: .seconds(4))
        await clock.waitForSleeper(until: .seconds(16))
        clock.advance(by: .seconds(6))
        let result = try await job.result
        #expect(result["silent"]?.outcome == .timeout)
        #expect(result["silent"]?.error == "the attempt gave no heartbeat or progress for 10 s")
    }
}
