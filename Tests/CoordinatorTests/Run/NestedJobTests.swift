import Coordinator
import CoordinatorTestKit
import Testing

/// A job that an agent runs has no more time than the attempt in which it runs.
@Suite(.timeLimit(.minutes(10))) struct NestedJobs {
    /// Runs a job inside an attempt of 10 s, and checks the time that the inner attempt has left.
    private func expect(
        left: Duration, after own: Duration, limit: Duration, timeout: Duration? = nil
    ) async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        let outer = JobCoordinator(JobContext(id: "outer"), runtime: runtime)
        try outer.register(
            AgentTask("runs-a-job", role: writer("r"), timeout: .seconds(10)) { _, _ in
                clock.advance(by: own)
                let inner = JobCoordinator(
                    JobContext(id: "inner"), runtime: runtime, limits: JobLimits(timeout: limit))
                let looks = ScriptedAgent(
                    .run { _, attempt in
                        #expect(attempt.remaining == left)
                        return Contribution()
                    })
                let timeouts = timeout.map { TimeoutPolicy(attempt: $0) } ?? TimeoutPolicy()
                try inner.register(AgentTask("looks", role: writer("l"), timeouts: timeouts, agent: looks))
                #expect(try await inner.executeParallel().status == .succeeded)
                #expect(looks.attempts.count == 1)
                return Contribution()
            })
        #expect(try await outer.executeParallel().status == .succeeded)
    }

    /// `attempt 10 s: |--- 4 s of its own ---|--- the inner job: 6 s left ---|`
    @Test func innerJobGetsTheRemainingTimeOfTheOuterAttempt() async throws {
        try await expect(left: .seconds(6), after: .seconds(4), limit: .seconds(60), timeout: .seconds(30))
    }

    /// The shorter of the two limits applies.
    @Test func innerJobKeepsItsOwnShorterLimit() async throws {
        try await expect(left: .seconds(3), after: .zero, limit: .seconds(3))
    }
}
