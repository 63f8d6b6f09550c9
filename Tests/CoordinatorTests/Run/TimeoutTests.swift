import Coordinator
import CoordinatorTestKit
import Synchronization
import Testing

/// Each kind of timeout, beside others of 20 s, which end the test if the tested one does not.
@Suite(.timeLimit(.minutes(10))) struct Timeouts {
    struct Row: Sendable {
        var timeouts: TimeoutPolicy
        var limits = JobLimits()
        let error: String
    }

    private static let soon: Duration = .milliseconds(20)
    private static let late: Duration = .seconds(20)

    @Test(arguments: [
        Row(timeouts: TimeoutPolicy(attempt: soon, total: late), error: "the attempt took longer than 20 ms"),
        Row(
            timeouts: TimeoutPolicy(attempt: late, total: soon),
            error: "the run took longer than 20 ms over all its attempts"),
        Row(
            timeouts: TimeoutPolicy(attempt: late, idle: soon),
            error: "the attempt gave no heartbeat or progress for 20 ms"),
        Row(
            timeouts: TimeoutPolicy(attempt: late), limits: JobLimits(timeout: soon),
            error: "the job took longer than 20 ms"),
        Row(
            timeouts: TimeoutPolicy(attempt: late), limits: JobLimits(quorum: 1, quorumDeadline: soon),
            error: "the agents of the quorum had 20 ms"),
    ])
    func earliestTimeoutEndsTheRun(row: Row) async throws {
        let (result, _) = try await runJob(
            AgentTask("hangs", role: writer("a"), timeouts: row.timeouts, agent: ScriptedAgent(.hang)),
            limits: row.limits)
        #expect(result["hangs"]?.outcome == .timeout && result["hangs"]?.errorType == "timeout")
        #expect(result["hangs"]?.error == row.error)
    }

    /// The runtime's only slot is taken by another job.
    @Test(arguments: [
        Row(timeouts: TimeoutPolicy(total: late, queue: soon), error: "no slot became free within 20 ms"),
        Row(
            timeouts: TimeoutPolicy(total: soon, queue: late),
            error: "the run took longer than 20 ms over all its attempts"),
        Row(
            timeouts: TimeoutPolicy(total: late), limits: JobLimits(timeout: soon),
            error: "the job took longer than 20 ms"),
    ])
    func timeoutsHoldWhileARunIsQueued(row: Row) async throws {
        let runtime = CoordinatorRuntime(.init(concurrency: 1))
        let gate = OccupancyGate()
        let held = try await gate.hold(runtime)
        let (result, _) = try await runJob(
            AgentTask("waits", role: writer("w"), timeouts: row.timeouts, agent: ScriptedAgent()),
            limits: row.limits, runtime: runtime)
        #expect(result["waits"]?.outcome == .timeout && result["waits"]?.attempts == [])
        #expect(result["waits"]?.error == row.error)
        gate.open()
        #expect(try await held.value.status == .succeeded)
    }

    /// The agent had the resource's slot already when its wait for the runtime's slot timed out.
    @Test func queueTimeoutReleasesTheResourceSlot() async throws {
        let runtime = CoordinatorRuntime(.init(resources: ["model": ResourceLimits(concurrency: 1)], concurrency: 1))
        func run(_ name: String, _ queue: Duration) async throws -> AgentOutcome? {
            try await runJob(
                AgentTask(
                    name, role: writer(name), timeouts: TimeoutPolicy(queue: queue), resource: "model",
                    agent: ScriptedAgent(.succeed(Contribution()))), runtime: runtime
            ).result[name]?.outcome
        }
        let gate = OccupancyGate()
        let held = try await gate.hold(runtime)
        #expect(try await run("gives-up", Self.soon) == .timeout)
        gate.open()
        #expect(try await held.value.status == .succeeded)
        #expect(try await run("next", Self.late) == .succeeded)
    }

    /// Two attempts five seconds apart: an attempt's own limit begins anew, the run's and the job's go on.
    @Test(
        arguments: [
            (TimeoutPolicy(attempt: .seconds(10)), nil, [10, 10]),
            (TimeoutPolicy(attempt: .seconds(60), total: .seconds(30)), nil, [30, 25]),
            (TimeoutPolicy(attempt: .seconds(60), total: .seconds(30)), .seconds(20), [20, 15]),
            (TimeoutPolicy(attempt: nil), nil, [nil, nil]),
        ] as [(TimeoutPolicy, Duration?, [Int?])])
    func attemptDeadlineIsTheEarliestLimit(timeouts: TimeoutPolicy, job: Duration?, expected: [Int?]) async throws {
        let clock = ManualClock()
        let seen = Mutex<[Duration?]>([])
        async let running = runJob(
            AgentTask(
                "a", role: writer("a"), timeouts: timeouts,
                retry: RetryPolicy(maxRetries: 1, initial: .seconds(5)),
                agent: ClosureAgent { _, attempt in
                    seen.withLock { $0.append(attempt.remaining) }
                    if attempt.number == 1 { throw Flaky() }
                    return Contribution()
                }),
            limits: JobLimits(timeout: job), runtime: CoordinatorRuntime(clock: clock))
        await clock.waitForSleeper(until: .seconds(5))
        clock.advance(by: .seconds(5))
        #expect(try await running.result.status == .succeeded)
        #expect(seen.withLock { $0 } == expected.map { $0.map { .seconds($0) } })
    }

    /// Silent for 6 s, a heartbeat, silent for 4 s more: no silence lasted 10 s.
    @Test(arguments: [nil, "half way"])
    func heartbeatOrProgressRestartsTheIdleTimeout(message: String?) async throws {
        let clock = ManualClock()
        let (result, _) = try await runJob(
            AgentTask(
                "alive", role: writer("a"), timeouts: TimeoutPolicy(attempt: nil, idle: .seconds(10)),
                agent: ClosureAgent { _, attempt in
                    await clock.waitForSleeper(until: .seconds(10))
                    clock.advance(by: .seconds(6))
                    if let message { attempt.progress(message) } else { attempt.heartbeat() }
                    clock.advance(by: .seconds(4))
                    await clock.waitForSleeper(until: .seconds(16))
                    return Contribution()
                }), runtime: CoordinatorRuntime(clock: clock))
        #expect(result["alive"]?.outcome == .succeeded)
    }
}
