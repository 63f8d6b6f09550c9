import CoordinatorTestKit
import TelemetryCatalog
import Testing

@testable import Coordinator

/// The nesting of policies: bulkhead, total deadline, retry, circuit breaker, attempt timeout, from the outside in.
@Suite(.timeLimit(.minutes(10))) struct SupervisionOrder {
    /// The bulkhead is outermost: a run between two attempts keeps its slot, and another job waits.
    @Test func runtimeSlotIsHeldBetweenAttempts() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(.init(concurrency: 1), clock: clock)
        async let first = runJob(
            AgentTask(
                "first", role: writer("a"), timeouts: TimeoutPolicy(attempt: nil),
                retry: RetryPolicy(maxRetries: 1, initial: .seconds(10)),
                agent: ScriptedAgent(.fail(Flaky()), .succeed(Contribution()))), runtime: runtime)
        await clock.waitForSleeper(until: .seconds(10))
        let other = JobCoordinator(JobContext(id: "other"), runtime: runtime)
        try other.register(
            AgentTask(
                "second", role: writer("b"), timeouts: TimeoutPolicy(attempt: nil),
                agent: ScriptedAgent(.succeed(Contribution()))))
        async let second = other.executeParallel()
        let signs = try await firstStartedOrQueued(of: other, 1)
        #expect(signs.queued == 1)
        clock.advance(by: .seconds(10))
        #expect(try await first.result.status == .succeeded)
        #expect(try await second["second"]?.queueMS == 10_000)
    }

    /// The breaker is inside the retries: it counts every attempt, and may end the run between two.
    @Test func runStopsOnceItsBreakerOpens() async throws {
        let (result, coordinator) = try await runJob(
            AgentTask(
                "a", role: writer("a"), retry: RetryPolicy(maxRetries: 5, initial: .zero),
                breaker: BreakerPolicy(minimumCalls: 2), agent: ScriptedAgent(.fail(Flaky()), .fail(Flaky()))))
        #expect(result["a"]?.attempts.count == 2)
        // The agent was called, so it failed; an agent that was never called is rejected.
        #expect(result["a"]?.outcome == .failed && result["a"]?.errorType == "_OTHER")
        #expect(result["a"]?.error?.contains("not tried again: the circuit breaker of 'a' is open") == true)
        #expect(coordinator.metrics().agents["a"]?.breakerState == "open")
    }

    /// The attempt's timeout is innermost: the breaker counts it as a failure.
    @Test func timeoutCountsAsABreakerFailure() async throws {
        let (_, coordinator) = try await runJob(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(attempt: .milliseconds(20)),
                breaker: BreakerPolicy(minimumCalls: 1), agent: ScriptedAgent(.hang)))
        #expect(coordinator.metrics().agents["a"]?.breakerState == "open")
    }

    @Test func cancelledAttemptIsNoBreakerFailure() async throws {
        let coordinator = JobCoordinator(JobContext(id: "cancelled"))
        try coordinator.register(
            AgentTask("a", role: writer("a"), breaker: BreakerPolicy(minimumCalls: 1), agent: ScriptedAgent(.hang)))
        async let result = coordinator.executeParallel()
        _ = try await firstStartedOrQueued(of: coordinator, 1)
        coordinator.cancel()
        #expect(try await result["a"]?.attempts.map(\.outcome) == [.cancelled])
        #expect(coordinator.metrics().agents["a"]?.breakerState == "closed")
    }

    @Test func rejectionMakesNoAttemptNumberOrSpan() async throws {
        let recorder = TelemetryRecorder()
        let runtime = CoordinatorRuntime()
        @Sendable func task(_ agent: ScriptedAgent) -> AgentTask {
            AgentTask(
                "a", role: writer("a"), breaker: BreakerPolicy(minimumCalls: 1, openFor: .seconds(3600)), agent: agent)
        }
        _ = try await runJob(task(ScriptedAgent(.fail(Flaky()))), runtime: runtime)
        try await recorder.record {
            let (result, coordinator) = try await runJob(task(ScriptedAgent()), runtime: runtime)
            #expect(result["a"]?.outcome == .rejected && result["a"]?.attempts == [])
            #expect(coordinator.metrics().agents["a"]?.attempts == 0 && coordinator.metrics().job.attempts == 0)
            let started = try await events(of: coordinator).contains {
                if case .attemptStarted = $0.payload { true } else { false }
            }
            #expect(!started)
            #expect(coordinator.context.snapshot.root["agents"]?["a"]?["attempt"] == 0)
        }
        #expect(recorder.spans.map(\.operationName).sorted() == ["invoke_agent a", "invoke_workflow test"])
    }
}
