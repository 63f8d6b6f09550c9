import Coordinator
import CoordinatorTestKit
import Testing

/// Figures of agents, whatever they are, end neither the process nor the jobs beside them.
@Suite(.timeLimit(.minutes(5))) struct Figures {
    private typealias Usage = Contribution.Usage

    @Test(arguments: [
        (Contribution.Usage(inputTokens: .max), "usage.input_tokens is 9223372036854775807"),
        (Contribution.Usage(inputTokens: .min), "usage.input_tokens"),
        (Contribution.Usage(outputTokens: 6_000_000_000_000_000_000), "usage.output_tokens"),
        (Contribution.Usage(outputTokens: Contribution.Usage.largestTokens + 1), "at most 1000000000000"),
        (Contribution.Usage(costUSD: 1e308), "usage.cost_usd is 1e+308"),
        (Contribution.Usage(costUSD: .nan), "usage.cost_usd"),
        (Contribution.Usage(costUSD: .infinity), "usage.cost_usd"),
    ])
    func figureBeyondItsBoundFailsItsAttempt(usage: Contribution.Usage, words: String) async throws {
        let bad = Contribution(set: ["artifacts.bad": 1], usage: usage)
        let (result, coordinator) = try await runJob(
            AgentTask("bad", role: writer("bad", "artifacts.bad"), agent: ScriptedAgent(.succeed(bad))),
            AgentTask("worse", role: writer("worse"), agent: ScriptedAgent(.succeed(Contribution(usage: usage)))),
            AgentTask(
                "innocent", role: writer("innocent", "artifacts.i"),
                agent: ScriptedAgent(.succeed(.artifact("i", 1)))))
        for name in ["bad", "worse"] {
            #expect(result[name]?.outcome == .failed && result[name]?.errorType == "invalid_output")
            #expect(result[name]?.error?.contains(words) == true, "\(result[name]?.error ?? "")")
        }
        #expect(result["innocent"]?.outcome == .succeeded)
        #expect(coordinator.context.snapshot.value(at: "artifacts.bad") == nil)
        #expect(result.metrics.job.usage == Contribution.Usage())
    }

    /// The largest figures that are allowed, from more agents than 64 bits have room for their squares.
    @Test func largestFiguresAreSummed() async throws {
        let usage = Contribution.Usage(
            inputTokens: Contribution.Usage.largestTokens, outputTokens: Contribution.Usage.largestTokens,
            costUSD: Contribution.Usage.largestCostUSD)
        let context = JobContext(id: "large")
        let coordinator = JobCoordinator(context, limits: JobLimits(budget: .init(tokens: .max, costUSD: 1e300)))
        for index in 0..<20 {
            try coordinator.register(
                AgentTask(
                    "a\(index)", role: writer("a"), reservation: .init(inputTokens: .max / 2, costUSD: 1e299),
                    agent: ScriptedAgent(.succeed(Contribution(usage: usage)))))
        }
        let result = try await coordinator.executeParallel()
        let ended = result.agents.count { $0.outcome == .succeeded }
        #expect(ended > 0 && result.agents.allSatisfy { $0.outcome == .succeeded || $0.outcome == .rejected })
        #expect(result.metrics.job.usage.inputTokens == ended * Contribution.Usage.largestTokens)
    }

    @Test func sumsOfUsageStopAtTheLargestNumber() {
        let most = Contribution.Usage(inputTokens: .max, outputTokens: .max, costUSD: .greatestFiniteMagnitude)
        #expect(most + most == most && most.tokens == .max)
        let least = Contribution.Usage(inputTokens: .min, outputTokens: .min, costUSD: -.greatestFiniteMagnitude)
        #expect(least - most == least)
    }

    /// Times that end beyond every calendar are times all the same.
    @Test(arguments: [Duration.seconds(Int64.max), .seconds(Int64.max / 2), .nanoseconds(Int64.max)])
    func longestTimeoutsHold(limit: Duration) async throws {
        var policy = RetryPolicy(maxRetries: 3, initial: .zero, multiplier: .greatestFiniteMagnitude, cap: limit)
        policy.initial = .zero
        let seen = AsyncStream<Duration?>.makeStream()
        let coordinator = JobCoordinator(
            JobContext(id: "long"), limits: JobLimits(timeout: limit, quorum: 1, quorumDeadline: limit))
        try coordinator.register(
            AgentTask(
                "a", role: writer("a"),
                timeouts: TimeoutPolicy(attempt: limit, total: limit, queue: limit, idle: limit),
                retry: policy,
                agent: ClosureAgent { _, attempt in
                    seen.continuation.yield(attempt.remaining)
                    attempt.heartbeat()
                    if attempt.number < 3 { throw Flaky() }
                    return Contribution()
                }))
        let result = try await coordinator.executeParallel()
        #expect(result["a"]?.outcome == .succeeded)
        var remaining = seen.stream.makeAsyncIterator()
        let first = try #require(await remaining.next() ?? nil)
        #expect(first > .zero && first <= .seconds(5_000_000_000))
        #expect(result.metrics.agents["a"]?.attempts == 3)
    }

    @Test(arguments: [1e300, -1, Double.greatestFiniteMagnitude, .infinity, .nan])
    func totalLatencyOfAnyFigureIsADuration(figure: Double) {
        let agent = JobMetrics.Agent(outcomes: [:], durationsMS: [figure, figure], queueMS: figure, retries: 0)
        #expect(agent.totalLatency >= .zero)
    }

    @Test func pausesOfAnyMultiplierHaveACap() {
        for multiplier in [1e300, .infinity, .nan, 0] {
            let policy = RetryPolicy(
                maxRetries: 9, initial: .seconds(1), multiplier: multiplier, cap: .seconds(Int64.max))
            #expect(policy.delay(beforeRetry: 9, uniform: 0) >= .seconds(1))
        }
    }

    /// What a service asks for in years is a fault of the service.
    @Test func runThatIsAskedToWaitForYearsEnds() async throws {
        let asked = AgentError(
            .throttled(retryAfter: .seconds(Int32.max)), errorType: "rate_limited", "the service is busy")
        let agent = ScriptedAgent(.fail(asked), .succeed(Contribution()))
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(attempt: nil), retry: RetryPolicy(maxRetries: 3),
                agent: agent))
        #expect(result["a"]?.outcome == .failed && result["a"]?.errorType == "rate_limited")
        #expect(
            result["a"]?.error
                == "the service is busy; not tried again: it asks to wait 2147483647 s, and at most 86400 s are waited")
        #expect(agent.unusedSteps == 1)
    }
}
