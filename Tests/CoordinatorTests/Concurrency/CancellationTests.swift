import Coordinator
import CoordinatorTestKit
import Logging
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct Cancelling {
    enum Caller: Sendable, CaseIterable { case task, coordinator }

    /// An agent in each state: running, in a pause before a retry, in a queue, waiting for another agent, and ended.
    /// The limits of 20 s end the test if the cancellation does not arrive.
    @Test(arguments: Caller.allCases)
    func cancellationReachesEveryUnfinishedAgent(caller: Caller) async throws {
        let runtime = CoordinatorRuntime(
            .init(cancellationGrace: .seconds(20), resources: ["busy": ResourceLimits(concurrency: 1)]))
        let coordinator = JobCoordinator(JobContext(id: "cancelled"), runtime: runtime)
        let names = (0..<8).map { "works-\($0)" }
        for name in names { try coordinator.register(hanging(name)) }
        for name in ["holds", "queues"] { try coordinator.register(hanging(name, resource: "busy")) }
        try coordinator.register(hanging("depends", needs: ["works-0"]))
        try coordinator.register(
            AgentTask(
                "pauses", role: writer("p"), retry: RetryPolicy(maxRetries: 1, initial: .seconds(20)),
                agent: ScriptedAgent(.fail(Flaky()))))
        try coordinator.register(AgentTask("done", role: writer("d", "artifacts.d")) { _, _ in .artifact("d", 1) })
        let job = Task { try await coordinator.executeParallel() }
        var signs: Set<String> = []
        for try await event in coordinator.events {
            switch event.payload {
            case .attemptStarted where event.agent != "pauses" && event.agent != "done": break
            case .agentQueued, .retryScheduled: break
            case .agentFinished: break
            default: continue
            }
            signs.insert(event.agent ?? "")
            if signs.count == names.count + 4 { break }
        }
        switch caller {
        case .task: job.cancel()
        case .coordinator: coordinator.cancel()
        }
        let result = try await job.value
        #expect(result.status == .cancelled)
        #expect(result.agents.dropLast().allSatisfy { $0.outcome == .cancelled && $0.errorType == "cancelled" })
        #expect(names.allSatisfy { result[$0]?.attempts.map(\.outcome) == [.cancelled] })
        // Their code was cancelled, and ended.
        #expect(result.agents.flatMap(\.attempts).allSatisfy { !$0.abandoned })
        #expect(["holds", "queues"].compactMap { result[$0]?.attempts.count }.sorted() == [0, 1])
        #expect(result["pauses"]?.attempts.map(\.outcome) == [.failed])
        // The cancellation ended the pause.
        #expect(result["pauses"].map { $0.durationMS < 20_000 } == true)
        #expect(result["depends"]?.attempts == [])
        #expect(result["done"]?.outcome == .succeeded)
        #expect(result.artifacts == ["d": 1])
    }

    /// Another job holds the slot, and goes on.
    @Test func cancellationEndsAQueuedRun() async throws {
        let runtime = CoordinatorRuntime(.init(concurrency: 1))
        let gate = OccupancyGate()
        let held = try await gate.hold(runtime)
        let coordinator = JobCoordinator(JobContext(id: "waits"), runtime: runtime)
        try coordinator.register(
            AgentTask(
                "waits", role: writer("w"), timeouts: TimeoutPolicy(queue: .seconds(20)), agent: ScriptedAgent()))
        async let result = coordinator.executeParallel()
        _ = try await firstStartedOrQueued(of: coordinator, 1)
        coordinator.cancel()
        #expect(try await result["waits"]?.outcome == .cancelled)
        gate.open()
        #expect(try await held.value.status == .succeeded)
    }

    /// The log handler cancels the job when a breaker allows a probe: after all that an attempt waits for, and before
    /// the attempt starts.
    @Test func noAttemptStartsAfterCancellation() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        func task(_ agent: ScriptedAgent) -> AgentTask {
            AgentTask("a", role: writer("a"), breaker: BreakerPolicy(minimumCalls: 1), agent: agent)
        }
        _ = try await runJob(task(ScriptedAgent(.fail(Flaky()))), runtime: runtime)
        clock.advance(by: .seconds(30))
        let reader = Reader()
        let coordinator = JobCoordinator(
            JobContext(id: "log"), runtime: runtime, logger: Logger(label: "test") { _ in reader })
        reader.job.withLock { $0 = coordinator }
        try coordinator.register(task(ScriptedAgent()))
        let result = try await coordinator.executeParallel()
        reader.job.withLock { $0 = nil }
        #expect(result["a"]?.outcome == .cancelled && result["a"]?.attempts == [])
        // The probe that was not made is available to the next job.
        let (next, _) = try await runJob(task(ScriptedAgent(.succeed(Contribution()))), runtime: runtime)
        #expect(next["a"]?.outcome == .succeeded)
    }

    /// Cancels a job at the first line of its log.
    private final class Reader: LogHandler {
        let job = Mutex<JobCoordinator?>(nil)
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .trace }
            set {}
        }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }

        func log(event: LogEvent) { job.withLock { $0 }?.cancel() }
    }

    private func hanging(_ name: String, needs: [String] = [], resource: String? = nil) -> AgentTask {
        AgentTask(
            name, role: writer(name), timeouts: TimeoutPolicy(attempt: .seconds(20)), needs: needs, resource: resource,
            agent: ScriptedAgent(.hang))
    }
}
