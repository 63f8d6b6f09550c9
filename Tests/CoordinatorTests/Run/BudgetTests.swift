import Coordinator
import CoordinatorTestKit
import Testing

/// A job's budget is reserved before an attempt starts; when the attempt ends, its usage replaces the reservation.
@Suite(.timeLimit(.minutes(10))) struct Budgets {
    private let thousand = Contribution.Usage(inputTokens: 600, outputTokens: 400, costUSD: 0.25)

    private func agent(
        _ name: String, needs: [String] = [], retries: Int = 0, agent: any Agent
    ) -> AgentTask {
        AgentTask(
            name, role: writer(name), timeouts: TimeoutPolicy(attempt: nil),
            retry: RetryPolicy(maxRetries: retries, initial: .zero), needs: needs, reservation: thousand, agent: agent)
    }

    /// Two agents run and have reserved the whole budget; the third is rejected although nothing has been used yet.
    @Test(arguments: [JobLimits.Budget(tokens: 2500), JobLimits.Budget(costUSD: 0.6)])
    func reservationsOfRunningAttemptsReduceTheBudget(budget: JobLimits.Budget) async throws {
        let gate = AsyncStream<Void>.makeStream()
        let coordinator = JobCoordinator(JobContext(id: "reserved"), limits: JobLimits(budget: budget))
        for name in ["a", "b", "c"] {
            try coordinator.register(
                agent(
                    name,
                    agent: ClosureAgent { _, _ in
                        for await _ in gate.stream {}
                        return Contribution()
                    }))
        }
        let job = Task { try await coordinator.executeParallel() }
        for try await event in coordinator.events {
            if case .agentFinished(let end) = event.payload {
                #expect(end.outcome == .rejected && end.errorType == "budget_exceeded")
                #expect(end.error?.contains("reserved by running attempts") == true)
                break
            }
        }
        gate.continuation.finish()
        let result = try await job.value
        #expect(result.agents.count { $0.outcome == .succeeded } == 2)
    }

    /// Each agent waits until the other has started or been rejected; the budget covers one.
    @Test(arguments: [JobLimits.Budget(tokens: 1500), JobLimits.Budget(costUSD: 0.3)])
    func oneOfTwoAttemptsThatExceedTheBudgetTogetherIsRejected(budget: JobLimits.Budget) async throws {
        let context = JobContext(id: "both")
        let coordinator = JobCoordinator(context, limits: JobLimits(budget: budget))
        for name in ["a", "b"] {
            try coordinator.register(
                agent(
                    name,
                    agent: ClosureAgent { _, _ in
                        var seen: Set<String> = []
                        for try await event in context.events() {
                            switch event.payload {
                            case .attemptStarted, .agentFinished: seen.insert(event.agent ?? "")
                            default: continue
                            }
                            if seen.count == 2 { break }
                        }
                        return Contribution()
                    }))
        }
        let result = try await coordinator.executeParallel()
        #expect(result.agents.map(\.outcome.rawValue).sorted() == ["rejected", "succeeded"])
        #expect(result.agents.compactMap(\.errorType) == ["budget_exceeded"])
        #expect(result.agents.flatMap(\.attempts).count == 1)
    }

    /// Each agent uses a tenth of its reservation; the rest is returned, so all ten run, one after the other.
    @Test func unusedReservationIsReturned() async throws {
        let used = Contribution.Usage(inputTokens: 60, outputTokens: 40)
        let coordinator = JobCoordinator(JobContext(id: "returned"), limits: JobLimits(budget: .init(tokens: 1900)))
        for index in 0..<11 {
            try coordinator.register(
                agent(
                    "agent-\(index)", needs: index == 0 ? [] : ["agent-\(index - 1)"],
                    agent: ScriptedAgent(.succeed(Contribution(usage: used)))))
        }
        let result = try await coordinator.executeParallel()
        #expect(result.agents.map(\.outcome) == Array(repeating: .succeeded, count: 10) + [.rejected])
    }

    /// A failed attempt reports no usage; its whole reservation counts as used.
    @Test func attemptWithoutReportedUsageCostsItsReservation() async throws {
        let agent = ScriptedAgent(.fail(Flaky()), .fail(Flaky()))
        let (result, _) = try await runJob(
            self.agent("a", retries: 5, agent: agent), limits: JobLimits(budget: .init(tokens: 2000)))
        #expect(result["a"]?.attempts.count == 2 && result["a"]?.errorType == "budget_exceeded")
        #expect(agent.unusedSteps == 0)
    }

    /// The usage in a refused contribution counts.
    @Test func refusedContributionStillSpendsBudget() async throws {
        let outside = Contribution(
            set: ["artifacts.x": 1], usage: Contribution.Usage(inputTokens: 5))
        let context = JobContext(id: "j")
        let coordinator = JobCoordinator(context, limits: JobLimits(budget: .init(tokens: 10)))
        try coordinator.register(
            AgentTask("outside", role: writer("o"), agent: ScriptedAgent(.succeed(outside))))
        try coordinator.register(
            AgentTask("gate", role: writer("g")) { _, _ in
                for try await event in context.events() {
                    if case .agentFinished = event.payload { break }
                }
                return Contribution()
            })
        try coordinator.register(
            AgentTask(
                "next", role: writer("n"), needs: ["gate"], reservation: Contribution.Usage(inputTokens: 6),
                agent: ScriptedAgent()))
        let result = try await coordinator.executeParallel()
        #expect(result["outside"]?.errorType == "access_denied")
        #expect(result["next"]?.errorType == "budget_exceeded")
    }

    @Test func noAttemptStartsAfterTheWallTime() async throws {
        let clock = ManualClock()
        let agent = ScriptedAgent(.fail(Flaky()))
        async let job = runJob(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(attempt: nil),
                retry: RetryPolicy(maxRetries: 3, initial: .seconds(10)), agent: agent),
            limits: JobLimits(budget: .init(wallTime: .seconds(10))), runtime: CoordinatorRuntime(clock: clock))
        await clock.waitForSleeper(until: .seconds(10))
        clock.advance(by: .seconds(10))
        let result = try await job.result
        #expect(result["a"]?.outcome == .failed && result["a"]?.errorType == "budget_exceeded")
        #expect(result["a"]?.attempts.count == 1)
    }
}
