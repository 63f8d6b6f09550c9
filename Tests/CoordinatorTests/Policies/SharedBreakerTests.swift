import Coordinator
import CoordinatorTestKit
import Testing

/// Breakers belong to the runtime: jobs share them, and so do the agents of one resource.
@Suite(.timeLimit(.minutes(10))) struct SharedBreakers {
    private func task(
        _ name: String, resource: String? = nil, fallback: String? = nil, breaker: Int = 100,
        _ step: ScriptedAgent.Step?
    ) -> AgentTask {
        AgentTask(
            name, role: writer(name), timeouts: TimeoutPolicy(attempt: nil), resource: resource,
            breaker: BreakerPolicy(minimumCalls: breaker), fallback: fallback,
            agent: step.map { ScriptedAgent($0) } ?? ScriptedAgent())
    }

    @Test func openResourceBreakerRejectsAllItsUsers() async throws {
        let runtime = CoordinatorRuntime(
            .init(resources: ["model": ResourceLimits(breaker: BreakerPolicy(minimumCalls: 1, openFor: .seconds(3600)))]
            ))
        _ = try await runJob(task("a", resource: "model", .fail(Flaky())), runtime: runtime)
        let (result, _) = try await runJob(
            task("a", resource: "model", nil), task("b", resource: "model", nil),
            task("c", .succeed(Contribution())), runtime: runtime)
        #expect(result.agents.map(\.outcome) == [.rejected, .rejected, .succeeded])
        #expect(result["b"]?.errorType == "circuit_open")
        #expect(result["b"]?.error?.contains("the circuit breaker of 'model' is open") == true)
    }

    /// A probe that the job's budget does not cover is returned, and the next job makes it.
    @Test func unusedProbeIsReturned() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        _ = try await runJob(task("a", breaker: 1, .fail(Flaky())), runtime: runtime)
        clock.advance(by: .seconds(30))
        let (broke, _) = try await runJob(
            task("a", breaker: 1, nil), limits: JobLimits(budget: .init(attempts: 0)), runtime: runtime)
        #expect(broke["a"]?.outcome == .rejected && broke["a"]?.errorType == "budget_exceeded")
        let (probed, _) = try await runJob(task("a", breaker: 1, .succeed(Contribution())), runtime: runtime)
        #expect(probed["a"]?.outcome == .succeeded)
    }

    /// The fallback is rejected too and has a fallback of its own, whose success counts for both.
    @Test func fallbackMayHaveItsOwnFallback() async throws {
        let runtime = CoordinatorRuntime(clock: ManualClock())
        _ = try await runJob(
            task("a", breaker: 1, .fail(Flaky())), task("b", breaker: 1, .fail(Flaky())), runtime: runtime)
        let (result, _) = try await runJob(
            task("a", fallback: "b", nil), task("b", fallback: "c", nil), task("c", .succeed(Contribution())),
            AgentTask(
                "needs-a", role: writer("n"), needs: ["a"], agent: ScriptedAgent(.succeed(Contribution()))),
            runtime: runtime)
        #expect(result.agents.map(\.outcome) == [.rejected, .rejected, .succeeded, .succeeded])
        #expect(result["c"]?.fallbackOf == "b")
        #expect(result.status == .succeeded)
    }

    /// The breaker, opened by the run's own attempts, rejects the run's retry: the fallback then runs at once, not only
    /// in the next job.
    @Test func fallbackRunsWhenTheBreakerOpensBetweenAttempts() async throws {
        var primary = task("a", fallback: "b", nil)
        primary.agent = ScriptedAgent(.fail(Flaky()), .fail(Flaky()))
        primary.retry = RetryPolicy(maxRetries: 5, initial: .zero)
        primary.breaker = BreakerPolicy(minimumCalls: 2)
        var dependent = task("c", .succeed(Contribution()))
        dependent.needs = ["a"]
        let (result, _) = try await runJob(primary, task("b", .succeed(Contribution())), dependent)
        #expect(result.agents.map(\.outcome) == [.failed, .succeeded, .succeeded])
        #expect(result["b"]?.fallbackOf == "a")
        #expect(result["a"]?.attempts.count == 2 && result["a"]?.errorType == "_OTHER")
        #expect(result.status == .succeeded)
    }

    /// The breaker stays open for longer than the pause, so the fallback starts at once, on a clock that does not move.
    @Test func retryThatAnOpenBreakerWouldRejectIsNotAwaited() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        var primary = task("a", fallback: "b", nil)
        primary.agent = ScriptedAgent(.fail(Flaky()))
        primary.retry = RetryPolicy(maxRetries: 5, initial: .seconds(10))
        primary.breaker = BreakerPolicy(minimumCalls: 1, openFor: .seconds(30))
        let (result, _) = try await runJob(primary, task("b", .succeed(Contribution())), runtime: runtime)
        #expect(result.agents.map(\.outcome) == [.failed, .succeeded])
        #expect(result["a"]?.error?.contains("it lets a probe through in 30 s") == true, "\(result["a"]?.error ?? "")")
        #expect(clock.now.offset == .zero)
    }

    /// Failed attempts without an open breaker are a failure, however many there were.
    @Test func exhaustedRetriesDoNotStartTheFallback() async throws {
        var primary = task("a", fallback: "b", nil)
        primary.agent = ScriptedAgent(.fail(Flaky()), .fail(Flaky()))
        primary.retry = RetryPolicy(maxRetries: 1, initial: .zero)
        let (result, _) = try await runJob(primary, task("b", nil))
        #expect(result.agents.map(\.outcome) == [.failed, .skipped])
    }

    /// A fallback is for an agent that was rejected, not for one that failed.
    @Test func failureDoesNotStartTheFallback() async throws {
        let (result, _) = try await runJob(task("a", fallback: "b", .fail(Flaky())), task("b", nil))
        #expect(result.agents.map(\.outcome) == [.failed, .skipped])
        #expect(result.status == .failed)
    }
}
