import Coordinator
import CoordinatorTestKit
import Synchronization
import Testing

/// Which failures are retried, how often, and what an agent can see of it.
@Suite(.timeLimit(.minutes(10))) struct RetryDecisions {
    struct Row: Sendable, CustomTestStringConvertible {
        let step: ScriptedAgent.Step
        let attempts: Int
        var testDescription: String { "\(step): \(attempts)" }
    }

    @Test(arguments: [
        Row(step: .fail(Flaky()), attempts: 2),
        Row(step: .fail(AgentError(.transient, "busy")), attempts: 2),
        Row(step: .fail(AgentError(.throttled(), "slow down")), attempts: 2),
        Row(step: .fail(AgentError(.permanent, "no")), attempts: 1),
        Row(step: .fail(CancellationError()), attempts: 1),
        Row(step: .succeed(.artifact("outside", 1)), attempts: 1),
    ])
    func failureClassDecidesWhetherToRetry(row: Row) async throws {
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: writer("a"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                agent: ScriptedAgent(row.step, .succeed(Contribution()))))
        #expect(result["a"]?.attempts.count == row.attempts)
        #expect(result["a"]?.outcome == (row.attempts == 2 ? .succeeded : .failed))
    }

    @Test func timeoutIsRetried() async throws {
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(attempt: .milliseconds(20)),
                retry: RetryPolicy(maxRetries: 1, initial: .zero), agent: ScriptedAgent(.hang, .hang)))
        #expect(result["a"]?.attempts.map(\.outcome) == [.timeout, .timeout])
    }

    @Test(arguments: 0...3)
    func maxRetriesOfNMeansNPlusOneAttempts(retries: Int) async throws {
        let calls = Atomic(0)
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: writer("a"), retry: RetryPolicy(maxRetries: retries, initial: .zero),
                agent: ClosureAgent { _, _ in
                    calls.add(1, ordering: .relaxed)
                    throw Flaky()
                }))
        #expect(calls.load(ordering: .relaxed) == retries + 1)
        #expect(result["a"]?.attempts.map(\.number) == Array(1...retries + 1))
    }

    /// A pause longer than the time left could only end in a timeout; reporting the failure at once is more useful.
    @Test(arguments: [(.seconds(1), nil), (nil, .seconds(1))] as [(Duration?, Duration?)])
    func backoffLongerThanTheDeadlineFailsAtOnce(total: Duration?, job: Duration?) async throws {
        let (result, coordinator) = try await runJob(
            AgentTask(
                "a", role: writer("a"), timeouts: TimeoutPolicy(total: total),
                retry: RetryPolicy(maxRetries: 1, initial: .seconds(2)), agent: ScriptedAgent(.fail(Flaky()))),
            limits: JobLimits(timeout: job))
        #expect(result["a"]?.outcome == .failed && result["a"]?.attempts.count == 1)
        let planned = try await events(of: coordinator).contains {
            if case .retryScheduled = $0.payload { true } else { false }
        }
        #expect(!planned)
    }

    @Test func idempotencyKeyIsConstantWithinARunAndUnique() async throws {
        let keys = Mutex<[String: [String]]>([:])
        func agent(_ name: String) -> AgentTask {
            AgentTask(
                name, role: writer(name), retry: RetryPolicy(maxRetries: 2, initial: .zero),
                agent: ClosureAgent { _, attempt in
                    keys.withLock { $0["\(attempt.jobID) \(name)", default: []].append(attempt.idempotencyKey) }
                    throw Flaky()
                })
        }
        for job in ["one", "two"] {
            let coordinator = JobCoordinator(JobContext(id: job))
            for name in ["a", "b"] { try coordinator.register(agent(name)) }
            _ = try await coordinator.executeParallel()
            for event in try await events(of: coordinator) {
                guard case .attemptStarted(let start) = event.payload, let agent = event.agent else { continue }
                #expect(keys.withLock { $0["\(job) \(agent)"]?.first } == start.idempotencyKey)
            }
        }
        let seen = keys.withLock { $0 }
        #expect(seen.values.allSatisfy { $0.count == 3 && Set($0).count == 1 })
        #expect(Set(seen.values.flatMap { $0 }).count == 4)
    }
}
