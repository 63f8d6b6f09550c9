// Every policy of the article "Policies and their defaults", set and in use.
import Coordinator

@main
struct Policies {
    static func main() async throws {
        let runtime = try await shared()
        try await attempts(runtime)
        try await jobs(runtime)
    }

    /// What all jobs of a runtime share.
    static func shared() async throws -> CoordinatorRuntime {
        // snippet.retry-budget
        var configuration = CoordinatorRuntime.Configuration(retryBudget: RetryBudgetPolicy(tokens: 10))
        // snippet.end
        // snippet.bulkhead
        configuration.resources["model"] = ResourceLimits(concurrency: 2)
        // snippet.end
        // snippet.rate
        configuration.resources["model"]?.rate = .init(count: 30, per: .seconds(60))
        // snippet.end
        // snippet.resource-breaker
        configuration.resources["model"]?.breaker = BreakerPolicy(slowCallDuration: .seconds(20), slowCallRate: 0.5)
        // snippet.end
        // snippet.grace
        configuration.cancellationGrace = .milliseconds(20)
        // snippet.end
        return CoordinatorRuntime(configuration)
    }

    static func attempts(_ runtime: CoordinatorRuntime) async throws {
        let role = Role(name: "worker")
        let quick = ClosureAgent { _, _ in Contribution() }
        let hanging = ClosureAgent { _, attempt in
            attempt.heartbeat()
            await untilCancelled()
            throw CancellationError()
        }
        // snippet.attempt
        let one = AgentTask("one", role: role, timeouts: TimeoutPolicy(attempt: .milliseconds(30)), agent: hanging)
        // snippet.end
        // snippet.total
        let two = AgentTask("two", role: role, timeouts: TimeoutPolicy(total: .milliseconds(40)), agent: hanging)
        // snippet.end
        // snippet.queue
        let three = AgentTask(
            "three", role: role, timeouts: TimeoutPolicy(queue: .seconds(5)), resource: "model", agent: quick)
        // snippet.end
        // snippet.idle
        let four = AgentTask("four", role: role, timeouts: TimeoutPolicy(idle: .milliseconds(20)), agent: hanging)
        // snippet.end
        // snippet.retry
        let retry = RetryPolicy(maxRetries: 3, initial: .milliseconds(1), multiplier: 2, cap: .seconds(30), jitter: 1)
        // snippet.end
        let throttled = ClosureAgent { _, attempt in
            guard attempt.number == 1 else { return Contribution() }
            // snippet.retry-after
            throw AgentError(.throttled(retryAfter: .milliseconds(5)), errorType: "rate_limited", "wait")
            // snippet.end
        }
        let five = AgentTask("five", role: role, retry: retry, agent: throttled)
        // snippet.breaker
        let breaker = BreakerPolicy(failureRate: 0.5, minimumCalls: 10, openFor: .seconds(30), successesToClose: 2)
        let six = AgentTask("six", role: role, breaker: breaker, agent: quick)
        // snippet.end
        // snippet.reservation
        let seven = AgentTask(
            "seven", role: role, reservation: Contribution.Usage(inputTokens: 3000, outputTokens: 1000),
            agent: quick)
        // snippet.end
        let coordinator = JobCoordinator(JobContext(id: "attempts"), runtime: runtime)
        for task in [one, two, three, four, five, six, seven] { try coordinator.register(task) }
        let result = try await coordinator.executeParallel()
        for agent in result.agents {
            print(
                "\(agent.name): \(agent.outcome), attempts: \(agent.attempts.count)\(agent.error.map { ", \($0)" } ?? "")"
            )
        }
    }

    static func jobs(_ runtime: CoordinatorRuntime) async throws {
        // snippet.fail-fast
        let failFast = JobLimits(failFast: true)
        // snippet.end
        // snippet.quorum
        let quorum = JobLimits(quorum: 2)
        // snippet.end
        // snippet.quorum-deadline
        let byDeadline = JobLimits(quorum: 2, quorumDeadline: .milliseconds(50))
        // snippet.end
        // snippet.require
        let require = JobLimits(require: .equals("artifacts.validation.passed", true))
        // snippet.end
        // snippet.job
        let bounded = JobLimits(concurrency: 8, timeout: .seconds(600))
        // snippet.end
        // snippet.budget
        let budget = JobLimits(budget: .init(tokens: 5000, costUSD: 2, attempts: 20, wallTime: .seconds(300)))
        // snippet.end
        for (name, limits) in [
            ("fail fast", failFast), ("quorum", quorum), ("quorum by a deadline", byDeadline), ("bounded", bounded),
            ("budget", budget), ("require", require),
        ] {
            let coordinator = JobCoordinator(JobContext(id: name), runtime: runtime, limits: limits)
            let role = Role(name: "worker")
            // snippet.fallback
            let primary = AgentTask("primary", role: role, resource: "model", fallback: "spare", agent: works)
            let spare = AgentTask("spare", role: role, agent: works)
            // snippet.end
            // snippet.needs
            let second = AgentTask(
                "second", role: role, needs: ["primary"], when: .not(.exists("artifacts.done")), agent: works)
            // snippet.end
            // snippet.optional
            let extra = AgentTask("extra", role: role, required: false, agent: fails)
            // snippet.end
            for task in [primary, spare, second, extra] { try coordinator.register(task) }
            let result = try await coordinator.executeParallel()
            print(
                "\(name): \(result.status), \(result.agents.map { "\($0.name) \($0.outcome)" }.joined(separator: ", "))"
            )
        }
    }

    static let works = ClosureAgent { _, _ in Contribution() }
    static let fails = ClosureAgent { _, _ in throw AgentError(.permanent, "no") }

    /// Waits until the task is cancelled.
    static func untilCancelled() async {
        let forever = AsyncStream<Never> { _ in }
        for await _ in forever {}
    }
}
