import Coordinator
import CoordinatorTestKit
import Testing

/// A job that an agent runs has no longer than the attempt it runs in.
@Suite struct NestedJobs {
    /// `attempt 10 s: |--- 4 s of its own ---|- inner job: 6 s left, pause of 8 s refused -|`
    @Test func anInnerJobHasWhatTheOuterAttemptHasLeft() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        let flaky = ScriptedAgent(
            .run { _, attempt in
                #expect(attempt.remaining == .seconds(6))
                throw Flaky()
            })
        let outer = JobCoordinator(JobContext(id: "outer"), runtime: runtime)
        try outer.register(
            AgentTask("runs-a-job", role: writer("r", "artifacts.inner"), timeout: .seconds(10)) { _, _ in
                clock.advance(by: .seconds(4))
                let inner = JobCoordinator(
                    JobContext(id: "inner"), runtime: runtime, limits: JobLimits(timeout: .seconds(60)))
                try inner.register(
                    AgentTask(
                        "flaky", role: writer("f"), timeouts: TimeoutPolicy(attempt: .seconds(30)),
                        retry: RetryPolicy(maxRetries: 3, initial: .seconds(8)), agent: flaky))
                let result = try await inner.executeParallel()
                return .artifact("inner", .string(result.agents[0].outcome.rawValue))
            })
        let result = try await outer.executeParallel()
        // A pause that outlasts the outer deadline is not begun, so the inner failure is its own, and told in time.
        #expect(result.artifacts == ["inner": "failed"])
        #expect(flaky.attempts == [1])
    }

    /// The shorter of both limits counts.
    @Test func anInnerJobKeepsItsOwnShorterLimit() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        let outer = JobCoordinator(JobContext(id: "outer"), runtime: runtime)
        try outer.register(
            AgentTask("runs-a-job", role: writer("r"), timeout: .seconds(10)) { _, _ in
                let inner = JobCoordinator(
                    JobContext(id: "inner"), runtime: runtime, limits: JobLimits(timeout: .seconds(3)))
                try inner.register(
                    AgentTask(
                        "looks", role: writer("l"),
                        agent: ScriptedAgent(
                            .run { _, attempt in
                                #expect(attempt.remaining == .seconds(3))
                                return Contribution()
                            })))
                #expect(try await inner.executeParallel().status == .succeeded)
                return Contribution()
            })
        #expect(try await outer.executeParallel().status == .succeeded)
    }
}
