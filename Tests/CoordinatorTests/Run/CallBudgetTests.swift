import Coordinator
import CoordinatorTestKit
import Support
import Testing

/// A paid call is reserved in the job's budget before it is made, and replaced by what it used.
@Suite(.timeLimit(.minutes(5))) struct CallBudgets {
    private static let most = Contribution.Usage(inputTokens: 600, outputTokens: 400, costUSD: 0.25)
    private static let used = Contribution.Usage(inputTokens: 60, outputTokens: 40, costUSD: 0.025)
    /// Budgets of tokens and of money that cover a call and a half.
    static let budgets = [JobLimits.Budget(tokens: 1500), JobLimits.Budget(costUSD: 0.375)]

    private func task(
        _ name: String = "a", retries: Int = 0, needs: [String] = [],
        _ body: @escaping @Sendable (AttemptContext) async throws -> Contribution
    ) -> AgentTask {
        AgentTask(
            name, role: writer(name), timeouts: TimeoutPolicy(attempt: nil),
            retry: RetryPolicy(maxRetries: retries, initial: .zero), needs: needs,
            agent: ClosureAgent { _, attempt in try await body(attempt) })
    }

    @Test(arguments: [JobLimits.Budget(tokens: 999), JobLimits.Budget(costUSD: 0.24)])
    func callBeyondTheBudgetIsNotMade(budget: JobLimits.Budget) async throws {
        let calls = Locked(0)
        let (result, _) = try await runJob(
            task(retries: 3) { attempt in
                _ = try attempt.reserve(Self.most)
                calls.withLock { $0 += 1 }
                return Contribution()
            }, limits: JobLimits(budget: budget))
        let agent = try #require(result["a"])
        #expect(agent.outcome == .failed && agent.errorType == "budget_exceeded" && agent.attempts.count == 1)
        #expect(agent.error?.contains("does not cover the call (0") == true, "\(agent.error ?? "")")
        #expect(calls.withLock { $0 } == 0)
        #expect(result.metrics.job.usage == Contribution.Usage())
    }

    /// Both agents are there before either calls; the budget covers one of the calls.
    @Test(arguments: budgets) func parallelCallsAreReservedTogether(budget: JobLimits.Budget) async throws {
        let context = JobContext(id: "parallel")
        let coordinator = JobCoordinator(context, limits: JobLimits(budget: budget))
        for name in ["a", "b"] {
            try coordinator.register(
                task(name) { attempt in
                    let reservation = try attempt.reserve(Self.most)
                    // Until the other one has been refused, this call is under way.
                    for try await event in context.events() {
                        if case .agentFinished = event.payload { break }
                    }
                    reservation.settle(Self.used)
                    return Contribution()
                })
        }
        let result = try await coordinator.executeParallel()
        #expect(result.agents.map(\.outcome.rawValue).sorted() == ["failed", "succeeded"])
        #expect(result.agents.compactMap(\.errorType) == ["budget_exceeded"])
        #expect(result.metrics.job.usage == Self.used)
    }

    /// Ten calls of which each uses a tenth of what it reserves.
    @Test(arguments: budgets) func settledCallGivesBackTheRest(budget: JobLimits.Budget) async throws {
        let (result, _) = try await runJob(
            task { attempt in
                for _ in 0..<6 {
                    let reservation = try attempt.reserve(Self.most)
                    reservation.settle(Self.used)
                    reservation.settle(Self.most)
                }
                return Contribution(usage: Self.used)
            }, limits: JobLimits(budget: budget))
        #expect(result["a"]?.outcome == .succeeded, "\(result["a"]?.error ?? "")")
        #expect(result.metrics.job.usage.inputTokens == 360 && result.metrics.job.usage.outputTokens == 240)
        #expect(abs(result.metrics.job.usage.costUSD - 0.15) < 1e-9)
    }

    /// Answers that are refused are paid for, but not more than they cost.
    @Test func failedAttemptCountsWhatItsCallsUsed() async throws {
        let (result, _) = try await runJob(
            task(retries: 4) { attempt in
                try attempt.reserve(Self.most).settle(Self.used)
                throw Flaky()
            }, limits: JobLimits(budget: .init(tokens: 1500)))
        #expect(result["a"]?.attempts.count == 5 && result["a"]?.errorType == "_OTHER")
        #expect(result.metrics.job.usage.inputTokens == 300)
    }

    @Test(arguments: budgets) func callThatIsNeverSettledCountsInFull(budget: JobLimits.Budget) async throws {
        let (result, _) = try await runJob(
            task(retries: 4) { attempt in
                _ = try attempt.reserve(Self.most)
                throw Flaky()
            }, limits: JobLimits(budget: budget))
        #expect(result["a"]?.attempts.count == 2 && result["a"]?.errorType == "budget_exceeded")
        #expect(result.metrics.job.usage == Self.most)
    }

    /// What the attempt reserved as it started covers its first calls.
    @Test func callsUseTheAttemptsReservationFirst() async throws {
        var covered = task { attempt in
            for _ in 0..<2 { try attempt.reserve(Self.most).settle(Self.most) }
            return Contribution()
        }
        covered.reservation = Self.most + Self.most
        let (result, _) = try await runJob(covered, limits: JobLimits(budget: .init(tokens: 2000, costUSD: 0.5)))
        #expect(result["a"]?.outcome == .succeeded, "\(result["a"]?.error ?? "")")
        #expect(result.metrics.job.usage == Self.most + Self.most)
    }

    @Test func codeOfAFinishedAttemptMayMakeNoCall() async throws {
        let clock = ManualClock()
        let called = Latch<Void>()
        let (refusals, more) = AsyncStream<String>.makeStream()
        let context = JobContext(id: "late")
        let coordinator = JobCoordinator(context, runtime: CoordinatorRuntime(clock: clock))
        try coordinator.register(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(attempt: .seconds(1)),
                agent: ClosureAgent { _, attempt in
                    called.set(())
                    try? await untilCancelled()
                    // A task of its own, which is not cancelled.
                    try await Task {
                        for try await event in context.events() {
                            if case .attemptFinished = event.payload { break }
                        }
                    }.value
                    do {
                        _ = try attempt.reserve(Contribution.Usage(inputTokens: 1))
                        more.yield("taken")
                    } catch {
                        more.yield("\(error)")
                    }
                    return Contribution()
                }))
        async let job = coordinator.executeParallel()
        await called.value
        await clock.waitForSleeper(until: .seconds(1))
        clock.advance(by: .seconds(1))
        #expect(try await job["a"]?.outcome == .timeout)
        var told = refusals.makeAsyncIterator()
        #expect(await told.next()?.contains("the attempt has finished") == true)
    }

    @Test func unmeasurableReservationIsRefused() async throws {
        let (result, _) = try await runJob(
            task { attempt in
                _ = try attempt.reserve(Contribution.Usage(inputTokens: .max))
                return Contribution()
            })
        #expect(result["a"]?.errorType == "invalid_output")
    }
}
