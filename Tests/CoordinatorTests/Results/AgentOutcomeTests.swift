import Coordinator
import CoordinatorTestKit
import Glibc
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AgentOutcomes {
    @Test func throwingHangingAndSucceedingAgentsEndIndependently() async throws {
        // On a busy machine, code that reacts to its cancellation may take longer than the usual grace to end.
        let runtime = CoordinatorRuntime(CoordinatorRuntime.Configuration(cancellationGrace: .seconds(60)))
        let (result, _) = try await runJob(
            AgentTask("throws", role: writer("a", "artifacts.a"), agent: ScriptedAgent(.fail(Flaky()))),
            AgentTask(
                "hangs", role: writer("b", "artifacts.b"), timeouts: TimeoutPolicy(attempt: .milliseconds(50)),
                agent: ScriptedAgent(.hang)),
            AgentTask(
                "succeeds", role: writer("c", "artifacts.c"), agent: ScriptedAgent(.succeed(.artifact("c", "done")))),
            runtime: runtime)
        #expect(result.status == .partial)
        #expect(result["throws"]?.outcome == .failed)
        #expect(result["throws"]?.errorType == "_OTHER")
        #expect(result["hangs"]?.outcome == .timeout)
        #expect(result["hangs"]?.attempts.first?.abandoned == false)
        #expect(result["succeeds"]?.outcome == .succeeded)
        #expect(result.artifacts == ["c": "done"])
    }

    /// The agent blocks its thread in C until the test releases it, which is after the job has ended.
    @Test func blockedThreadsDelayNeitherTheJobNorOtherAgents() async throws {
        let gate = BlockingGate()
        let blocked = (0..<8).map { index in
            AgentTask("blocked-\(index)", role: writer("x"), timeout: .milliseconds(100)) { _, _ in
                gate.block()
                return .artifact("late-\(index)", 1)
            }
        }
        let context = JobContext(id: "blocked")
        let coordinator = JobCoordinator(context)
        for task in blocked { try coordinator.register(task) }
        try coordinator.register(AgentTask("healthy", role: writer("h", "artifacts.h")) { _, _ in .artifact("h", 1) })
        let result = try await coordinator.executeParallel()
        #expect(result.status == .partial)
        #expect(result["healthy"]?.outcome == .succeeded)
        for task in blocked {
            #expect(result[task.name]?.outcome == .timeout)
            #expect(result[task.name]?.attempts.first?.abandoned == true)
        }
        #expect(coordinator.metrics().job.abandoned == 8)
        gate.open()
        // The stream of a finished job ends, so the gauge shows when the code has ended.
        try await eventually { coordinator.metrics().job.abandoned == 0 }
        #expect(coordinator.metrics().job.lateWrites == 8)
        #expect(context.snapshot.value(at: "artifacts") == ["h": 1])
    }

    @Test func optionalAgentsDoNotDecideTheStatus() async throws {
        let (result, _) = try await runJob(
            AgentTask("optional", role: writer("a"), required: false, agent: ScriptedAgent(.fail(Flaky()))),
            AgentTask("required", role: writer("b"), agent: ScriptedAgent(.succeed(Contribution()))))
        #expect(result.status == .succeeded)
    }

    @Test func failFastCancelsTheOthers() async throws {
        let (result, _) = try await runJob(
            AgentTask("fails", role: writer("a"), agent: ScriptedAgent(.fail(Flaky()))),
            AgentTask("hangs", role: writer("b"), agent: ScriptedAgent(.hang)),
            limits: JobLimits(failFast: true))
        #expect(result.status == .failed)
        #expect(result["hangs"]?.outcome == .cancelled)
        #expect(result["hangs"]?.error == "agent 'fails' ended as failed and the job fails fast")
    }

    @Test func quorumEndsTheJob() async throws {
        let (result, _) = try await runJob(
            AgentTask("first", role: writer("a"), agent: ScriptedAgent(.succeed(Contribution()))),
            AgentTask("second", role: writer("b"), agent: ScriptedAgent(.succeed(Contribution()))),
            AgentTask("hangs", role: writer("c"), agent: ScriptedAgent(.hang)),
            limits: JobLimits(quorum: 2))
        #expect(result.status == .succeeded)
        #expect(result["hangs"]?.outcome == .cancelled)
    }

    /// Agents may succeed until the quorum's deadline; the others time out, and enough successes make the job succeed.
    @Test(arguments: [(2, JobStatus.succeeded), (3, .failed)])
    func quorumWithADeadlineWaitsForAllAgents(needed: Int, status: JobStatus) async throws {
        let clock = ManualClock()
        let coordinator = JobCoordinator(
            JobContext(id: "quorum"),
            runtime: CoordinatorRuntime(
                CoordinatorRuntime.Configuration(cancellationGrace: .seconds(60)), clock: clock),
            limits: JobLimits(quorum: needed, quorumDeadline: .seconds(300)))
        for name in ["first", "second"] {
            try coordinator.register(
                AgentTask(name, role: writer(name), agent: ScriptedAgent(.succeed(Contribution()))))
        }
        try coordinator.register(
            AgentTask(
                "hangs", role: writer("c"), timeouts: TimeoutPolicy(attempt: nil), agent: ScriptedAgent(.hang)))
        let job = Task { try await coordinator.executeParallel() }
        var ended = 0
        for try await event in coordinator.events {
            if case .agentFinished = event.payload { ended += 1 }
            if ended == 2 { break }
        }
        await clock.waitForSleeper(until: .seconds(300))
        clock.advance(by: .seconds(300))
        let result = try await job.value
        #expect(result.status == status)
        #expect(result.agents.map(\.outcome) == [.succeeded, .succeeded, .timeout])
        #expect(result["hangs"]?.error == "the agents of the quorum had 300 s")
    }

    @Test func jobCancelledBeforeItStartsCallsNoAgent() async throws {
        let agent = ScriptedAgent()
        let coordinator = JobCoordinator(JobContext(id: "early"))
        try coordinator.register(AgentTask("a", role: writer("a"), agent: agent))
        coordinator.cancel(reason: "not today")
        let result = try await coordinator.executeParallel()
        #expect(result.status == .cancelled)
        #expect(result["a"]?.error == "not today")
        #expect(agent.attempts == [])
    }

    @Test func cancellingTheCallerKeepsFinishedResults() async throws {
        let context = JobContext(id: "cancelled")
        let coordinator = JobCoordinator(context)
        try coordinator.register(AgentTask("done", role: writer("a", "artifacts.a")) { _, _ in .artifact("a", 1) })
        try coordinator.register(
            AgentTask("hangs", role: writer("b"), needs: ["done"]) { _, _ in
                try await untilCancelled()
                return Contribution()
            })
        try coordinator.register(AgentTask("waits", role: writer("c"), needs: ["hangs"]) { _, _ in Contribution() })
        let job = Task { try await coordinator.executeParallel() }
        for try await event in coordinator.events {
            if case .attemptStarted = event.payload, event.agent == "hangs" { break }
        }
        job.cancel()
        let result = try await job.value
        #expect(result.status == .cancelled)
        #expect(result.agents.map(\.outcome) == [.succeeded, .cancelled, .cancelled])
        #expect(result.artifacts == ["a": 1])
    }
}

@Suite(.timeLimit(.minutes(10))) struct BlockingCancellationHandlers {
    /// A cancellation handler that blocks must delay neither its own deadline nor other deadlines.
    @Test func blockingCancellationHandlerDelaysNoDeadline() async throws {
        let gate = BlockingGate()
        defer { gate.open() }
        let (result, _) = try await runJob(
            AgentTask("blocks", role: writer("a"), timeout: .milliseconds(20)) { _, _ in
                await withTaskCancellationHandler {
                    let forever = AsyncStream<Never> { _ in }
                    for await _ in forever {}
                } onCancel: {
                    gate.block()
                }
                return Contribution()
            },
            AgentTask(
                "later", role: writer("b"), timeouts: TimeoutPolicy(attempt: .milliseconds(60)),
                agent: ScriptedAgent(.hang)))
        #expect(result.agents.map(\.outcome) == [.timeout, .timeout])
    }
}
