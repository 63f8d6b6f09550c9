import Coordinator
import CoordinatorTestKit
import Glibc
import Support
import Synchronization
import Testing

/// What jobs on one runtime share, and what a coordinator without one keeps to itself.
@Suite(.timeLimit(.minutes(10))) struct SharedRuntimes {
    private static func failing() -> AgentTask {
        AgentTask(
            "a", role: writer("r"), breaker: BreakerPolicy(minimumCalls: 1, openFor: .seconds(3600)),
            agent: ScriptedAgent(.fail(Flaky())))
    }

    private static func working() -> AgentTask {
        AgentTask("a", role: writer("r"), agent: ScriptedAgent(.succeed(Contribution())))
    }

    @Test func breakerOpenedByOneJobRejectsTheNext() async throws {
        let runtime = CoordinatorRuntime()
        _ = try await runJob(Self.failing(), runtime: runtime)
        let (result, _) = try await runJob(Self.working(), runtime: runtime)
        #expect(result["a"]?.outcome == .rejected)
        #expect(result["a"]?.errorType == "circuit_open")
    }

    @Test func coordinatorWithoutARuntimeMakesItsOwn() async throws {
        _ = try await runJob(Self.failing())
        let (result, _) = try await runJob(Self.working())
        #expect(result["a"]?.outcome == .succeeded)
    }

    /// With one thread in all, agents of two jobs run on the same one.
    @Test func jobsShareTheThreads() async throws {
        let runtime = CoordinatorRuntime(.init(minThreads: 1, maxThreads: 1))
        let threads = Mutex<[pthread_t]>([])
        func job() async throws -> JobCoordinator {
            try await runJob(
                AgentTask("a", role: writer("r")) { _, _ in
                    threads.withLock { $0.append(pthread_self()) }
                    return Contribution()
                }, runtime: runtime
            ).coordinator
        }
        // Both jobs are kept, so that no thread ends and leaves its name to another.
        let jobs = [try await job(), try await job()]
        #expect(jobs.count == 2)
        let seen = threads.withLock { $0 }
        #expect(seen.count == 2 && Set(seen).count == 1)
    }

    @Test func jobsShareTheRetryBudget() async throws {
        let runtime = CoordinatorRuntime(.init(retryBudget: RetryBudgetPolicy(tokens: 4, minimumAttempts: 2)))
        for index in 0..<2 {
            _ = try await runJob(
                AgentTask("bad-\(index)", role: writer("b"), agent: ScriptedAgent(.fail(Flaky()))), runtime: runtime)
        }
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: writer("a"), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                agent: ScriptedAgent(.fail(Flaky()))), runtime: runtime)
        #expect(result["a"]?.attempts.count == 1)
        // Without the other job it would have been tried again.
        let alone = ScriptedAgent(.fail(Flaky()), .succeed(Contribution()))
        for _ in 0..<2 {
            _ = try await runJob(AgentTask("bad", role: writer("b"), agent: ScriptedAgent(.fail(Flaky()))))
        }
        let own = try await runJob(
            AgentTask("a", role: writer("a"), retry: RetryPolicy(maxRetries: 1, initial: .zero), agent: alone)
        ).result
        #expect(own["a"]?.outcome == .succeeded)
    }

    /// One call at a time to the resource: the second job's agent waits until the first job's has ended.
    @Test func jobsShareAResourcesLimit() async throws {
        let runtime = CoordinatorRuntime(.init(resources: ["model": ResourceLimits(concurrency: 1)]))
        let gate = AsyncStream<Void>.makeStream()
        func job(_ id: String, _ agent: any Agent) throws -> JobCoordinator {
            let coordinator = JobCoordinator(JobContext(id: id), runtime: runtime)
            try coordinator.register(AgentTask("a", role: writer("r"), resource: "model", agent: agent))
            return coordinator
        }
        let holder = try job(
            "holds",
            ClosureAgent { _, _ in
                for await _ in gate.stream {}
                return Contribution()
            })
        let held = Task { try await holder.executeParallel() }
        for try await event in holder.events {
            if case .attemptStarted = event.payload { break }
        }
        let waiter = try job("waits", ScriptedAgent(.succeed(Contribution())))
        let waiting = Task { try await waiter.executeParallel() }
        for try await event in waiter.events {
            if case .agentQueued = event.payload { break }
        }
        gate.continuation.finish()
        #expect(try await held.value.status == .succeeded)
        #expect(try await waiting.value.status == .succeeded)
    }

    /// An agent that one job registers is available to the next.
    @Test func jobsShareTheRegistry() async throws {
        let runtime = CoordinatorRuntime()
        _ = try await runJob(
            AgentTask("installs", role: writer("i")) { _, _ in
                runtime.agents.register(.init("x", agent: ClosureAgent { _, _ in .artifact("said", "hello") }))
                return Contribution()
            }, runtime: runtime)
        let (result, _) = try await runJob(
            AgentTask(
                "says", role: writer("s", "artifacts.said"), agent: DiscoveredAgent(.name("x"), in: runtime.agents)),
            runtime: runtime)
        #expect(result.artifacts == ["said": "hello"])
    }

    /// Times of every job are the runtime's clock's, from the origin it was given.
    @Test func jobsShareTheClock() async throws {
        let clock = ManualClock()
        let origin = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000_000_000)
        let runtime = CoordinatorRuntime(clock: clock, origin: origin)
        let task = AgentTask(
            "a", role: writer("r"), timeouts: TimeoutPolicy(attempt: nil),
            agent: ClosureAgent { _, _ in
                clock.advance(by: .seconds(2))
                return Contribution()
            })
        let first = try await runJob(task, runtime: runtime).result
        let second = try await runJob(task, runtime: runtime).result
        #expect(first.startedAt == origin)
        #expect(second.startedAt == Timestamp(nanosecondsSinceEpoch: 1_000_000_002_000_000_000))
        #expect([first.durationMS, second.durationMS] == [2000, 2000])
    }

    /// The sketch's way of registering an agent sets its timeout and its retries.
    @Test func shorthandInitializerSetsTimeoutRetriesAndNeeds() {
        let task = AgentTask("collector", role: .collector, timeout: .seconds(30), maxRetries: 2, needs: ["x"]) {
            _, _ in Contribution()
        }
        #expect(task.timeouts == TimeoutPolicy(attempt: .seconds(30)))
        #expect(task.retry == RetryPolicy(maxRetries: 2))
        #expect(task.needs == ["x"])
        #expect(task.name == "collector" && task.role == .collector && task.required)
    }

    /// A server declares the resources of each job file; all jobs share them.
    @Test func resourcesCanBeDeclaredLaterUpToALimit() throws {
        let runtime = CoordinatorRuntime(
            .init(resources: ["model": ResourceLimits(concurrency: 2)], resourceLimit: 3))
        try runtime.declare(["model": ResourceLimits(concurrency: 2), "disk": ResourceLimits(concurrency: 1)])
        let differs = #expect(throws: CoordinatorError.self) {
            try runtime.declare(["model": ResourceLimits(concurrency: 3), "other": ResourceLimits()])
        }
        #expect(differs?.code == .resourceRefused)
        #expect(differs?.message.contains("'model'") == true && differs?.message.contains("{concurrency: 2}") == true)
        // A refused declaration leaves nothing behind, so one more resource fits, and no second one.
        try runtime.declare(["third": ResourceLimits()])
        let tooMany = #expect(throws: CoordinatorError.self) { try runtime.declare(["fourth": ResourceLimits()]) }
        #expect(tooMany?.code == .resourceRefused)
        #expect(tooMany?.message.contains("resourceLimit") == true)
        let coordinator = JobCoordinator(JobContext(id: "j"), runtime: runtime)
        try coordinator.register(AgentTask("a", role: writer("r"), resource: "disk", agent: ScriptedAgent()))
        #expect(throws: CoordinatorError.self) {
            try coordinator.register(AgentTask("b", role: writer("r"), resource: "fourth", agent: ScriptedAgent()))
        }
    }

    /// While one job uses a resource, another that declares the same does not get it.
    @Test func declaredResourceIsSharedByAllJobs() async throws {
        let runtime = CoordinatorRuntime()
        let spec = ["model": ResourceLimits(concurrency: 1)]
        try runtime.declare(spec)
        let inner = Locked<AgentOutcome?>(nil)
        _ = try await runJob(
            AgentTask(
                "a", role: writer("r"), resource: "model",
                agent: ClosureAgent { _, _ in
                    try runtime.declare(spec)
                    let (result, _) = try await runJob(
                        AgentTask(
                            "b", role: writer("r"), timeouts: TimeoutPolicy(queue: .milliseconds(20)),
                            resource: "model", agent: ScriptedAgent(.succeed(Contribution()))), runtime: runtime)
                    inner.withLock { $0 = result["b"]?.outcome }
                    return Contribution()
                }), runtime: runtime)
        #expect(inner.withLock { $0 } == .timeout)
    }
}
