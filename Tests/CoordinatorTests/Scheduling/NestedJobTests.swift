import Coordinator
import CoordinatorTestKit
import Testing

/// A job that an agent runs has no longer than the attempt it runs in.
@Suite(.timeLimit(.minutes(10))) struct NestedJobs {
    /// `attempt 10 s: |--- 4 s of its own ---|--- the inner job: 6 s left ---|`
    @Test func anInnerJobHasWhatTheOuterAttemptHasLeft() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        let outer = JobCoordinator(JobContext(id: "outer"), runtime: runtime)
        try outer.register(
            AgentTask("runs-a-job", role: writer("r"), timeout: .seconds(10)) { _, _ in
                clock.advance(by: .seconds(4))
                let inner = JobCoordinator(
                    JobContext(id: "inner"), runtime: runtime, limits: JobLimits(timeout: .seconds(60)))
                try inner.register(
                    AgentTask(
                        "looks", role: writer("l"), timeouts: TimeoutPolicy(attempt: .seconds(30)),
                        agent: ScriptedAgent(
                            .run { _, attempt in
                                #expect(attempt.remaining == .seconds(6))
                                return Contribution()
                            })))
                #expect(try await inner.executeParallel().status == .succeeded)
                return Contribution()
            })
        #expect(try await outer.executeParallel().status == .succeeded)
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
