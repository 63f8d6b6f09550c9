import CoordinatorTestKit
import Testing

@testable import Coordinator

@Suite(.timeLimit(.minutes(10))) struct CircuitBreakers {
    typealias Machine = CircuitBreakerStateMachine
    private let policy = BreakerPolicy(minimumCalls: 4, openFor: .seconds(30), openCap: .seconds(100))

    private func permit(_ machine: inout Machine, at seconds: Int) -> Machine.Permit? {
        if case .permitted(let permit, _) = machine.acquire(at: .seconds(seconds)) { permit } else { nil }
    }

    private func call(_ machine: inout Machine, _ report: Machine.Report, at seconds: Int) throws {
        let permit = try #require(permit(&machine, at: seconds))
        _ = machine.report(report, for: permit, at: .seconds(seconds))
    }

    private func opened() throws -> Machine {
        var machine = Machine(policy)
        for _ in 0..<4 { try call(&machine, .failure, at: 0) }
        #expect(machine.state == .open)
        return machine
    }

    @Test func breakerOpensAtTheFailureRateOnceTheMinimumIsReached() throws {
        var machine = Machine(policy)
        for report in [Machine.Report.failure, .failure, .failure] { try call(&machine, report, at: 0) }
        #expect(machine.state == .closed)
        try call(&machine, .success, at: 1)
        #expect(machine.state == .open)
    }

    /// The defaults: half of at least ten calls within a minute.
    @Test(arguments: [(10, 5, true), (10, 4, false), (9, 9, false), (20, 10, true)])
    func defaultPolicyOpensAtHalfOfTenCalls(calls: Int, failures: Int, opens: Bool) throws {
        var machine = Machine(BreakerPolicy())
        for number in 1...calls { try call(&machine, number <= calls - failures ? .success : .failure, at: number) }
        #expect(machine.state == (opens ? .open : .closed))
    }

    @Test func callsOlderThanTheWindowDoNotCount() throws {
        var machine = Machine(policy)
        for _ in 0..<3 { try call(&machine, .failure, at: 0) }
        try call(&machine, .failure, at: 70)
        #expect(machine.state == .closed)
    }

    @Test func cancellationIsNoFailure() throws {
        var machine = Machine(policy)
        for _ in 0..<20 { try call(&machine, .cancelled, at: 0) }
        #expect(machine.state == .closed)
    }

    @Test func halfOpenAdmitsOneProbeOfMany() throws {
        var machine = try opened()
        #expect(permit(&machine, at: 29) == nil)
        let probes = (0..<100).compactMap { _ in permit(&machine, at: 30) }
        #expect(probes.count == 1)
        #expect(machine.state == .halfOpen)
        // A cancelled probe has no outcome, and makes room for the next.
        _ = machine.report(.cancelled, for: probes[0], at: .seconds(31))
        try call(&machine, .success, at: 32)
        #expect(machine.state == .halfOpen)
        try call(&machine, .success, at: 33)
        #expect(machine.state == .closed)
    }

    @Test func failedProbesDoubleTheOpenTimeUpToTheCap() throws {
        var machine = try opened()
        var now = 30
        for openFor in [60, 100, 100] {
            try call(&machine, .failure, at: now)
            #expect(machine.state == .open)
            #expect(permit(&machine, at: now + openFor - 1) == nil)
            now += openFor
        }
        try call(&machine, .success, at: now)
        try call(&machine, .success, at: now)
        #expect(machine.state == .closed)
    }

    /// Once the breaker has closed, the next outage begins with the shortest open time again.
    @Test func recoveryResetsTheOpenTime() throws {
        var machine = try opened()
        try call(&machine, .failure, at: 30)
        for _ in 0..<2 { try call(&machine, .success, at: 90) }
        #expect(machine.state == .closed)
        for _ in 0..<4 { try call(&machine, .failure, at: 100) }
        #expect(permit(&machine, at: 129) == nil)
        #expect(permit(&machine, at: 130) != nil)
    }

    @Test func lateResultsOfAnOlderGenerationChangeNothing() throws {
        var machine = Machine(policy)
        let late = try #require(permit(&machine, at: 0))
        for _ in 0..<4 { try call(&machine, .failure, at: 0) }
        #expect(machine.state == .open)
        #expect(machine.report(.success, for: late, at: .seconds(1)) == nil)
        let probe = try #require(permit(&machine, at: 30))
        #expect(machine.report(.failure, for: late, at: .seconds(31)) == nil)
        #expect(machine.state == .halfOpen)
        _ = machine.report(.success, for: probe, at: .seconds(31))
        try call(&machine, .success, at: 31)
        #expect(machine.state == .closed)
    }

    @Test func openBreakerRejectsWithoutAnAttemptAndTheFallbackRuns() async throws {
        let runtime = CoordinatorRuntime(clock: ManualClock())
        let breaker = BreakerPolicy(minimumCalls: 1)
        func primary(_ agent: ScriptedAgent) -> AgentTask {
            AgentTask(
                "primary", role: writer("r", "artifacts.a"), timeouts: TimeoutPolicy(attempt: nil), breaker: breaker,
                fallback: "offline", agent: agent)
        }
        func offline(_ agent: ScriptedAgent) -> AgentTask {
            AgentTask(
                "offline", role: writer("r", "artifacts.a"), timeouts: TimeoutPolicy(attempt: nil), agent: agent)
        }
        let (first, _) = try await runJob(
            primary(ScriptedAgent(.fail(Flaky()))), offline(ScriptedAgent()), runtime: runtime)
        #expect(first["primary"]?.outcome == .failed)
        #expect(first["offline"]?.outcome == .skipped)
        let (second, _) = try await runJob(
            primary(ScriptedAgent()), offline(ScriptedAgent(.succeed(.artifact("a", "offline")))),
            AgentTask("dependent", role: writer("r", "artifacts.b"), needs: ["primary"]) { _, _ in Contribution() },
            runtime: runtime)
        #expect(second["primary"]?.outcome == .rejected)
        #expect(second["primary"]?.errorType == "circuit_open")
        #expect(second["primary"]?.attempts == [])
        #expect(second["offline"]?.fallbackOf == "primary")
        #expect(second["dependent"]?.outcome == .succeeded)
        #expect(second.status == .succeeded)
        #expect(second.artifacts["a"] == "offline")
    }
}

@Suite(.timeLimit(.minutes(10))) struct Fallbacks {
    private func primary(fallback: String) -> AgentTask {
        AgentTask(
            "primary", role: writer("r"), timeouts: TimeoutPolicy(attempt: nil),
            breaker: BreakerPolicy(minimumCalls: 1), fallback: fallback, agent: ScriptedAgent(.fail(Flaky())))
    }

    /// A dependent waits for the fallback, so a fallback that needs the dependent is a cycle.
    @Test func fallbackThatNeedsADependentIsRefused() async throws {
        let error = await #expect(throws: CoordinatorError.self) {
            _ = try await runJob(
                primary(fallback: "offline"),
                AgentTask("dependent", role: writer("r"), needs: ["primary"], agent: ScriptedAgent()),
                AgentTask("offline", role: writer("r"), needs: ["dependent"], agent: ScriptedAgent()))
        }
        #expect(error?.code == .cycle)
    }

    @Test func failFastWaitsForTheFallback() async throws {
        let runtime = CoordinatorRuntime(clock: ManualClock())
        func run(_ offline: ScriptedAgent) async throws -> JobResult {
            try await runJob(
                primary(fallback: "offline"),
                AgentTask("offline", role: writer("r"), timeouts: TimeoutPolicy(attempt: nil), agent: offline),
                limits: JobLimits(failFast: true), runtime: runtime
            ).result
        }
        #expect(try await run(ScriptedAgent()).status == .failed)
        let second = try await run(ScriptedAgent(.succeed(Contribution())))
        #expect(second["primary"]?.outcome == .rejected)
        #expect(second["offline"]?.outcome == .succeeded)
        #expect(second.status == .succeeded)
    }
}
