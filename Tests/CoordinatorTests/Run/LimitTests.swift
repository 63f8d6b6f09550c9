import CoordinatorTestKit
import TestSupport
import Testing

@testable import Coordinator

@Suite(.timeLimit(.minutes(10))) struct Limits {
    @Test func independentAgentsRunInParallel() async throws {
        let gate = OccupancyGate()
        let coordinator = JobCoordinator(JobContext(id: "parallel"))
        try gate.fill(coordinator, 30)
        async let result = coordinator.executeParallel()
        let signs = try await firstStartedOrQueued(of: coordinator, 30)
        gate.open()
        #expect(signs.started == 30)
        #expect(try await result.metrics.job.maxParallel == 30)
    }

    /// Two jobs with three agents each, and two slots for both jobs together.
    @Test(arguments: [nil, "model"])
    func slotsAreSharedByJobs(resource: String?) async throws {
        let runtime = CoordinatorRuntime(
            resource == nil
                ? .init(concurrency: 2) : .init(resources: ["model": ResourceLimits(concurrency: 2)]))
        let gate = OccupancyGate()
        let jobs = try (0..<2).map { job in
            let coordinator = JobCoordinator(JobContext(id: "job-\(job)"), runtime: runtime)
            for index in 0..<3 {
                try coordinator.register(
                    AgentTask("agent-\(index)", role: writer("r"), resource: resource, agent: gate.agent))
            }
            return coordinator
        }
        let running = jobs.map { job in Task { try await job.executeParallel() } }
        var started = 0
        for job in jobs { started += try await firstStartedOrQueued(of: job, 3).started }
        try await eventually { gate.most == 2 }
        gate.open()
        for job in running { #expect(try await job.value.status == .succeeded) }
        #expect(started == 2)
        #expect(gate.most == 2)
    }

    /// One slot and a queue limit of 0: the next agent is rejected at once, before its queue timeout of zero passes.
    @Test(arguments: [nil, "model"])
    func fullQueueRejectsAtOnce(resource: String?) async throws {
        let runtime = CoordinatorRuntime(
            resource == nil
                ? .init(concurrency: 1, queueLimit: 0)
                : .init(resources: ["model": ResourceLimits(concurrency: 1)], queueLimit: 0))
        let gate = OccupancyGate()
        let held = try await gate.hold(runtime, resource: resource)
        let (result, _) = try await runJob(
            AgentTask(
                "late", role: writer("l"), timeouts: TimeoutPolicy(queue: .zero), resource: resource,
                agent: ScriptedAgent()), runtime: runtime)
        #expect(result["late"]?.outcome == .rejected && result["late"]?.errorType == "queue_full")
        gate.open()
        #expect(try await held.value.status == .succeeded)
    }

    @Test func queueOfAJobHasNoLimit() async throws {
        let gate = OccupancyGate()
        let coordinator = JobCoordinator(
            JobContext(id: "own"), runtime: CoordinatorRuntime(.init(queueLimit: 0)), limits: JobLimits(concurrency: 1))
        try gate.fill(coordinator, 20)
        async let result = coordinator.executeParallel()
        let signs = try await firstStartedOrQueued(of: coordinator, 20)
        gate.open()
        #expect(signs.queued == 19)
        #expect(try await result.agents.allSatisfy { $0.outcome == .succeeded })
    }

    @Test func queueTimeIsReported() async throws {
        let clock = ManualClock()
        let recorder = TelemetryRecorder()
        let result = try await recorder.record {
            let gate = OccupancyGate()
            let coordinator = JobCoordinator(
                JobContext(id: "wait"), runtime: CoordinatorRuntime(clock: clock), workflow: "test",
                limits: JobLimits(concurrency: 1))
            for name in ["a", "b"] {
                try coordinator.register(
                    AgentTask(name, role: writer(name), timeouts: TimeoutPolicy(attempt: nil), agent: gate.agent))
            }
            async let result = coordinator.executeParallel()
            _ = try await firstStartedOrQueued(of: coordinator, 2)
            clock.advance(by: .seconds(7))
            gate.open()
            return try await result
        }
        #expect(result.agents.map(\.queueMS).sorted() == [0, 7000])
        #expect(result.metrics.agents.values.map(\.queueMS).sorted() == [0, 7000])
        let recorded = ["a", "b"].flatMap {
            recorder.values(of: "coordinator.queue.duration", [("gen_ai.agent.name", $0)])
        }
        #expect(recorded.sorted() == [0, 7])
        let spans = recorder.spans.filter { $0.operationName.hasPrefix("invoke_agent") }
        #expect(spans.contains { $0.attributes.get("coordinator.queue.duration") == .double(7) })
    }

    /// Two agents wait, the first with the longer timeout; the slot goes to the first.
    @Test func slotGoesToTheFirstWaiter() async {
        let clock = ManualClock()
        let timers = ClockTimerService(clock)
        let slots = Slots(1)
        #expect(slots.tryAcquire())
        func wait(_ limit: Duration) -> Task<Interruption?, Never> {
            Task {
                await slots.acquire(
                    deadline: Limit(due: limit, interruption: .queueTimeout(limit)), timers: timers,
                    cancellation: Cancellation())
            }
        }
        let first = wait(.seconds(200))
        await clock.waitForSleeper(until: .seconds(200))
        let second = wait(.seconds(100))
        await clock.waitForSleeper(until: .seconds(100))
        slots.release()
        clock.advance(by: .seconds(200))
        #expect(await first.value == nil)
        #expect(await second.value == .queueTimeout(.seconds(100)))
    }
}
