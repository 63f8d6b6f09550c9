import CoordinatorTestKit
import Testing

@testable import Coordinator

@Suite(.timeLimit(.minutes(10))) struct Resources {
    @Test func rateLimitSpacesStartsAfterTheBurst() {
        var state = RateLimiterState(.init(count: 3, per: .seconds(30)))
        let starts = (0..<6).map { _ in state.reserve(at: .zero)?.start }
        #expect(starts == [0, 0, 0, 10, 20, 30].map { .seconds($0) })
        #expect(state.reserve(at: .zero, before: .seconds(40)) == nil)
        #expect(state.reserve(at: .zero, before: .seconds(41))?.start == .seconds(40))
        #expect(state.reserve(at: .seconds(600))?.start == .seconds(600))
    }

    /// After a long pause one burst is allowed again, and no more.
    @Test func unusedStartsDoNotAccumulateBeyondTheBurst() {
        var state = RateLimiterState(.init(count: 3, per: .seconds(30)))
        let starts = (0..<5).map { _ in state.reserve(at: .seconds(600))?.start }
        #expect(starts == [600, 600, 600, 610, 620].map { .seconds($0) })
    }

    @Test func onlyTheLatestReservationCanBeReturned() throws {
        var state = RateLimiterState(.init(count: 1, per: .seconds(10)))
        func book() throws -> RateLimiterState.Reservation {
            let reservation = state.reserve(at: .zero)
            return try #require(reservation)
        }
        let bookings = [try book(), try book(), try book()]
        state.giveBack(bookings[1])
        #expect(try book().start == .seconds(30))
        state.giveBack(bookings[2])
        let last = try book()
        #expect(last.start == .seconds(40))
        state.giveBack(last)
        #expect(try book().start == .seconds(40))
    }

    /// One start a minute: the second agent's wait counts as queue wait; the third would wait too long.
    @Test func waitForTheRateLimitIsQueueTime() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(
            .init(resources: ["model": ResourceLimits(rate: .init(count: 1, per: .seconds(60)))]), clock: clock)
        func agent(_ name: String, queue: Duration? = nil, needs: [String] = []) -> AgentTask {
            AgentTask(
                name, role: writer(name), timeouts: TimeoutPolicy(attempt: nil, queue: queue), needs: needs,
                resource: "model", agent: ScriptedAgent(.succeed(Contribution())))
        }
        async let job = runJob(agent("a"), agent("b", needs: ["a"]), runtime: runtime)
        await clock.waitForSleeper(until: .seconds(60))
        let impatient = ScriptedAgent()
        let other = try await runJob(
            AgentTask(
                "impatient", role: writer("i"), timeouts: TimeoutPolicy(queue: .seconds(30)), resource: "model",
                agent: impatient), runtime: runtime
        ).result
        #expect(other["impatient"]?.outcome == .timeout && other["impatient"]?.attempts == [])
        clock.advance(by: .seconds(60))
        let result = try await job.result
        #expect(result["a"]?.queueMS == 0 && result["b"]?.queueMS == 60_000)
        #expect(result.metrics.agents["b"]?.queueMS == 60_000)
    }

    /// The job runs one agent at a time; an agent that waits for the busy resource does not hold the job's slot.
    @Test func runWaitingForAResourceHoldsNoJobSlot() async throws {
        let runtime = CoordinatorRuntime(.init(resources: ["model": ResourceLimits(concurrency: 1)]))
        let gate = AsyncStream<Void>.makeStream()
        let holder = JobCoordinator(JobContext(id: "holder"), runtime: runtime)
        try holder.register(
            AgentTask(
                "holds", role: writer("h"), resource: "model",
                agent: ClosureAgent { _, _ in
                    for await _ in gate.stream {}
                    return Contribution()
                }))
        let held = Task { try await holder.executeParallel() }
        for try await event in holder.events {
            if case .attemptStarted = event.payload { break }
        }
        let coordinator = JobCoordinator(
            JobContext(id: "waiting"), runtime: runtime, limits: JobLimits(concurrency: 1))
        try coordinator.register(
            AgentTask("waits", role: writer("w"), resource: "model", agent: ScriptedAgent(.succeed(Contribution()))))
        try coordinator.register(
            AgentTask(
                "free", role: writer("f"), timeouts: TimeoutPolicy(queue: .seconds(20)),
                agent: ScriptedAgent(.succeed(Contribution()))))
        let job = Task { try await coordinator.executeParallel() }
        for try await event in coordinator.events {
            if event.agent == "free", case .agentFinished(let end) = event.payload {
                #expect(end.outcome == .succeeded)
                break
            }
        }
        #expect(coordinator.metrics().agents["waits"]?.attempts == 0)
        gate.continuation.finish()
        #expect(try await job.value.status == .succeeded)
        #expect(try await held.value.status == .succeeded)
    }

    @Test func resourceLimitBoundsParallelism() async throws {
        let runtime = CoordinatorRuntime(.init(resources: ["model": ResourceLimits(concurrency: 2)]))
        let context = JobContext(id: "shared")
        let coordinator = JobCoordinator(context, runtime: runtime)
        for index in 0..<10 {
            try coordinator.register(
                AgentTask(
                    "agent-\(index)", role: writer("r"), resource: "model",
                    agent: ClosureAgent { _, _ in
                        await Task.yield()
                        return Contribution()
                    }))
        }
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded)
        #expect(result.metrics.job.maxParallel <= 2)
    }

    /// One agent runs, one waits, the third is rejected; then the test releases the first two.
    @Test func fullRuntimeQueueRejectsTheNextRun() async throws {
        let runtime = CoordinatorRuntime(.init(concurrency: 1, queueLimit: 1))
        let gate = OccupancyGate()
        let coordinator = JobCoordinator(JobContext(id: "full"), runtime: runtime)
        try gate.fill(coordinator, 3)
        let result = try await gate.run(coordinator) { payload in
            if case .agentFinished(let end) = payload { end.outcome == .rejected } else { false }
        }
        let rejected = result.agents.filter { $0.outcome == .rejected }
        #expect(rejected.map(\.errorType) == ["queue_full"])
        #expect(rejected.map(\.attempts) == [[]])
        #expect(result.status == .partial)
    }

    @Test func unknownResourcesAreRefused() throws {
        let coordinator = JobCoordinator(JobContext(id: "x"))
        let error = #expect(throws: CoordinatorError.self) {
            try coordinator.register(
                AgentTask("a", role: writer("r"), resource: "model", agent: ScriptedAgent()))
        }
        #expect(error?.code == .unknownResource)
    }

    /// After ten failures a shared runtime allows no more retries, a coordinator's own does.
    @Test(arguments: [(true, 1), (false, 4)])
    func sharedRuntimeHasARetryBudgetAndAPrivateOneHasNot(isShared: Bool, attempts: Int) async throws {
        let runtime = isShared ? CoordinatorRuntime() : nil
        let bad = (0..<10).map { index in
            AgentTask("bad-\(index)", role: writer("b"), agent: ScriptedAgent(.fail(Flaky())))
        }
        let coordinator = JobCoordinator(JobContext(id: "outage"), runtime: runtime)
        for task in bad { try coordinator.register(task) }
        let steps = Array(repeating: ScriptedAgent.Step.fail(Flaky()), count: 4)
        let agent = ScriptedAgent(steps[0], steps[1], steps[2], steps[3])
        // This agent runs when all the others have failed.
        try coordinator.register(
            AgentTask("gate", role: writer("g")) { _, _ in
                var failed = 0
                for try await event in coordinator.events {
                    if case .agentFinished = event.payload { failed += 1 }
                    if failed == 10 { break }
                }
                return Contribution()
            })
        try coordinator.register(
            AgentTask(
                "a", role: writer("a"), retry: RetryPolicy(maxRetries: 3, initial: .zero), needs: ["gate"],
                agent: agent))
        let result = try await coordinator.executeParallel()
        #expect(result["a"]?.attempts.count == attempts)
    }

    @Test func spentRetryBudgetStopsRetries() {
        let budget = RetryBudget(RetryBudgetPolicy(tokens: 4, minimumAttempts: 2))
        budget.report(succeeded: false)
        #expect(budget.allowsRetry)
        budget.report(succeeded: false)
        #expect(!budget.allowsRetry)
        for _ in 0..<11 { budget.report(succeeded: true) }
        #expect(budget.allowsRetry)
    }

    /// Permanent failures do not indicate load: after many of them, retries are still allowed.
    @Test func permanentFailuresDoNotSpendTheRetryBudget() async throws {
        let runtime = CoordinatorRuntime(.init(retryBudget: RetryBudgetPolicy(tokens: 4, minimumAttempts: 1)))
        for index in 0..<8 {
            _ = try await runJob(
                AgentTask(
                    "bad-\(index)", role: writer("b"),
                    agent: ScriptedAgent(.fail(AgentError(.permanent, "no")))), runtime: runtime)
        }
        let agent = ScriptedAgent(.fail(Flaky()), .succeed(Contribution()))
        let (result, _) = try await runJob(
            AgentTask("a", role: writer("a"), retry: RetryPolicy(maxRetries: 1, initial: .zero), agent: agent),
            runtime: runtime)
        #expect(result.status == .succeeded && agent.unusedSteps == 0)
    }
}
