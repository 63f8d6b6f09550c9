import CoordinatorTestKit
import Support
import TestSupport
import Testing

@testable import Coordinator

/// The figures of `metrics()`, exactly, on a clock that only the test moves.
@Suite(.timeLimit(.minutes(10))) struct InProcessMetrics {
    /// A step that fails or succeeds after this many milliseconds of the clock.
    private func step(_ clock: ManualClock, _ milliseconds: Int, _ error: (any Error)? = nil) -> ScriptedAgent.Step {
        .run { _, _ in
            clock.advance(by: .milliseconds(milliseconds))
            if let error { throw error }
            return .artifact("a", 1)
        }
    }

    private func task(_ name: String, retries: Int = 0, _ steps: ScriptedAgent.Step...) -> AgentTask {
        AgentTask(
            name, role: writer("r", "artifacts.a"), timeouts: TimeoutPolicy(attempt: nil),
            retry: RetryPolicy(maxRetries: retries, initial: .zero),
            agent: ClosureAgent { [steps] view, attempt in
                try await ScriptedAgent(steps[attempt.number - 1]).run(view, attempt)
            })
    }

    @Test func agentMetricsAggregateItsAttempts() async throws {
        let clock = ManualClock()
        let (result, coordinator) = try await runJob(
            task("a", retries: 2, step(clock, 300, Flaky()), step(clock, 100, Flaky()), step(clock, 200)),
            runtime: CoordinatorRuntime(clock: clock))
        let figures = try #require(coordinator.metrics().agents["a"])
        #expect(figures.attempts == 3)
        #expect(figures.outcomes == ["failed": 2, "succeeded": 1])
        #expect(figures.successRate == 1.0 / 3)
        #expect(figures.totalLatencyMS == 600)
        #expect(figures.totalLatency == .milliseconds(600))
        #expect(figures.p50MS == 200)
        #expect(figures.p95MS == 300)
        #expect(figures.p99MS == 300)
        #expect(figures.queueMS == 0)
        #expect(figures.retries == 2)
        #expect(figures.breakerState == "closed")
        #expect(figures.oldestAttemptAgeMS == nil)
        let job = coordinator.metrics().job
        #expect(job.attempts == 3)
        #expect(job.commits == 1)
        #expect(job.durationMS == 600)
        #expect(job.maxParallel == 1)
        #expect(result.metrics == coordinator.metrics())
        #expect(result.durationMS == 600)
        // The job has ended, so its duration does not grow.
        clock.advance(by: .seconds(5))
        #expect(coordinator.metrics().job.durationMS == 600)
    }

    @Test func timeoutsAndCancellationsAreSeparateOutcomes() async throws {
        let clock = ManualClock()
        let coordinator = JobCoordinator(JobContext(id: "j"), runtime: CoordinatorRuntime(clock: clock))
        try coordinator.register(
            AgentTask(
                "slow", role: writer("s"), timeouts: TimeoutPolicy(attempt: .seconds(5)), agent: ScriptedAgent(.hang)))
        try coordinator.register(
            AgentTask(
                "hangs", role: writer("h"), timeouts: TimeoutPolicy(attempt: nil), agent: ScriptedAgent(.hang)))
        try coordinator.register(AgentTask("never", role: writer("n"), needs: ["hangs"], agent: ScriptedAgent()))
        let job = Task { try await coordinator.executeParallel() }
        await clock.waitForSleeper(until: .seconds(5))
        clock.advance(by: .seconds(5))
        for try await event in coordinator.events {
            if case .agentFinished = event.payload { break }
        }
        coordinator.cancel()
        _ = try await job.value
        let agents = coordinator.metrics().agents
        #expect(agents["slow"]?.outcomes == ["timeout": 1])
        #expect(agents["slow"]?.totalLatencyMS == 5000)
        #expect(agents["slow"]?.successRate == 0)
        #expect(agents["hangs"]?.outcomes == ["cancelled": 1])
        #expect(agents["never"]?.outcomes == [:])
        #expect(agents["never"]?.attempts == 0)
        #expect(agents["never"]?.successRate == nil)
        #expect(agents["never"]?.p50MS == nil)
    }

    /// Nearest rank: the smallest duration with at least that share at or below it.
    @Test func percentilesUseTheNearestRank() {
        func figures(_ durations: [Double]) -> JobMetrics.Agent {
            JobMetrics.Agent(outcomes: [:], durationsMS: durations, queueMS: 0, retries: 0)
        }
        var random = SeededGenerator.announced()
        let hundred = figures((1...100).map(Double.init).shuffled(using: &random))
        #expect(hundred.p50MS == 50 && hundred.p95MS == 95 && hundred.p99MS == 99)
        let ten = figures((1...10).map(Double.init).shuffled(using: &random))
        #expect(ten.p50MS == 5 && ten.p95MS == 10 && ten.p99MS == 10)
        let one = figures([7])
        #expect(one.p50MS == 7 && one.p95MS == 7 && one.p99MS == 7)
        let none = figures([])
        #expect(none.p50MS == nil && none.p95MS == nil && none.p99MS == nil && none.successRate == nil)
    }

    /// The job has one slot: the second agent waits as long as the first one works.
    @Test func waitForAJobSlotIsQueueTime() async throws {
        let clock = ManualClock()
        let recorder = TelemetryRecorder()
        let coordinator = try await recorder.record {
            let coordinator = JobCoordinator(
                JobContext(id: "queue"), runtime: CoordinatorRuntime(clock: clock), limits: JobLimits(concurrency: 1))
            let gate = AsyncStream<Void>.makeStream()
            for name in ["a", "b"] {
                try coordinator.register(
                    AgentTask(
                        name, role: writer(name), timeouts: TimeoutPolicy(attempt: nil),
                        agent: ClosureAgent { _, _ in
                            for await _ in gate.stream {}
                            return Contribution()
                        }))
            }
            let job = Task { try await coordinator.executeParallel() }
            // One agent works, and the other reports that it waits.
            var seen: Set<String> = []
            for try await event in coordinator.events {
                if case .attemptStarted = event.payload { seen.insert("works") }
                if case .agentQueued = event.payload { seen.insert("waits") }
                if seen.count == 2 { break }
            }
            clock.advance(by: .milliseconds(250))
            gate.continuation.finish()
            let result = try await job.value
            #expect(result.metrics == coordinator.metrics())
            return coordinator
        }
        let metrics = coordinator.metrics()
        #expect(metrics.agents.values.map(\.queueMS).sorted() == [0, 250])
        #expect(metrics.agents.values.map(\.totalLatencyMS).sorted() == [0, 250])
        #expect(metrics.job.maxParallel == 1)
        let waits = ["a", "b"].flatMap {
            recorder.values(of: "coordinator.queue.duration", [("gen_ai.agent.name", $0)])
        }
        #expect(waits.sorted() == [0, 0.25])
    }

    @Test func maxParallelIsThePeakOfConcurrentAttempts() async throws {
        let started = AsyncStream<Void>.makeStream()
        let gate = AsyncStream<Void>.makeStream()
        let coordinator = JobCoordinator(JobContext(id: "wide"))
        for index in 0..<3 {
            try coordinator.register(
                AgentTask("a\(index)", role: writer("r")) { _, _ in
                    started.continuation.yield()
                    for await _ in gate.stream {}
                    return Contribution()
                })
        }
        try coordinator.register(
            AgentTask("last", role: writer("l"), needs: ["a0", "a1", "a2"]) { _, _ in Contribution() })
        let job = Task { try await coordinator.executeParallel() }
        var count = 0
        for await _ in started.stream {
            count += 1
            if count == 3 { break }
        }
        #expect(coordinator.metrics().job.maxParallel == 3)
        gate.continuation.finish()
        #expect(try await job.value.metrics.job.maxParallel == 3)
    }

    /// The state of the breaker while it is open, and while a probe decides.
    @Test func metricsReportTheRuntimesBreakerState() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        func job(_ step: ScriptedAgent.Step) throws -> JobCoordinator {
            let coordinator = JobCoordinator(JobContext(id: "j"), runtime: runtime)
            try coordinator.register(
                AgentTask(
                    "a", role: writer("r"), timeouts: TimeoutPolicy(attempt: nil),
                    breaker: BreakerPolicy(minimumCalls: 1, openFor: .seconds(30), successesToClose: 1),
                    agent: ScriptedAgent(step)))
            return coordinator
        }
        let failing = try job(.fail(Flaky()))
        #expect(failing.metrics().agents["a"]?.breakerState == nil)
        _ = try await failing.executeParallel()
        #expect(failing.metrics().agents["a"]?.breakerState == "open")
        clock.advance(by: .seconds(30))
        let gate = AsyncStream<Void>.makeStream()
        let probing = try job(
            .run { _, _ in
                for await _ in gate.stream {}
                return Contribution()
            })
        let running = Task { try await probing.executeParallel() }
        for try await event in probing.events {
            if case .attemptStarted = event.payload { break }
        }
        #expect(probing.metrics().agents["a"]?.breakerState == "half_open")
        gate.continuation.finish()
        #expect(try await running.value.metrics.agents["a"]?.breakerState == "closed")
    }

    /// While an attempt runs, its age grows with the clock, and so does the job's time.
    @Test func oldestAttemptAgeGrowsWhileAnAttemptRuns() async throws {
        let clock = ManualClock()
        let gate = AsyncStream<Void>.makeStream()
        let coordinator = JobCoordinator(JobContext(id: "old"), runtime: CoordinatorRuntime(clock: clock))
        try coordinator.register(
            AgentTask(
                "a", role: writer("r"), timeouts: TimeoutPolicy(attempt: nil),
                agent: ClosureAgent { _, _ in
                    for await _ in gate.stream {}
                    return Contribution()
                }))
        #expect(coordinator.metrics().agents["a"]?.oldestAttemptAgeMS == nil)
        let job = Task { try await coordinator.executeParallel() }
        for try await event in coordinator.events {
            if case .attemptStarted = event.payload { break }
        }
        clock.advance(by: .seconds(61))
        #expect(coordinator.metrics().agents["a"]?.oldestAttemptAgeMS == 61_000)
        #expect(coordinator.metrics().job.durationMS == 61_000)
        clock.advance(by: .seconds(1))
        #expect(coordinator.metrics().agents["a"]?.oldestAttemptAgeMS == 62_000)
        gate.continuation.finish()
        _ = try await job.value
        #expect(coordinator.metrics().agents["a"]?.oldestAttemptAgeMS == nil)
    }

    /// The age of the agent that hangs goes on growing, in the figure and in the gauge.
    @Test func oldestAttemptAgeGrowsUntilAbandonedCodeEnds() async throws {
        let recorder = TelemetryRecorder()
        let clock = ManualClock()
        let gate = BlockingGate()
        try await recorder.record {
            let runtime = CoordinatorRuntime(clock: clock)
            let coordinator = JobCoordinator(JobContext(id: "old"), runtime: runtime)
            try coordinator.register(
                AgentTask("a", role: writer("r"), timeout: .seconds(30)) { _, _ in
                    gate.block()
                    return Contribution()
                })
            let job = Task { try await coordinator.executeParallel() }
            try await gate.waitForArrival()
            await clock.waitForSleeper(until: .seconds(30))
            clock.advance(by: .seconds(30))
            let result = try await job.value
            #expect(result["a"]?.attempts.map(\.abandoned) == [true])
            #expect(result.metrics.agents["a"]?.oldestAttemptAgeMS == 30_000)
            clock.advance(by: .seconds(12))
            runtime.attemptAges.refresh()
            #expect(coordinator.metrics().agents["a"]?.oldestAttemptAgeMS == 42_000)
            #expect(recorder.meter("coordinator.attempt.oldest_age", [("gen_ai.agent.name", "a")]) == 42)
            gate.open()
            try await eventually { coordinator.metrics().job.abandoned == 0 }
            #expect(coordinator.metrics().agents["a"]?.oldestAttemptAgeMS == nil)
        }
    }
}
