import CoordinatorTestKit
import Testing

@testable import Coordinator

/// Every event in every state of the circuit breaker.
@Suite(.timeLimit(.minutes(10))) struct BreakerTransitions {
    typealias Machine = CircuitBreakerStateMachine
    typealias State = Machine.State

    enum Event: CaseIterable, Sendable {
        case acquireEarly, acquireLate, success, slowSuccess, failure, slowFailure, cancelled
        case staleSuccess, staleFailure
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let from: State
        let event: Event
        let to: State
        var testDescription: String { "\(from.rawValue) + \(event) -> \(to.rawValue)" }
    }

    /// Two calls at least, half of them failed or all of them slow; one success closes.
    private static let policy = BreakerPolicy(
        minimumCalls: 2, slowCallDuration: .seconds(1), openFor: .seconds(30), successesToClose: 1)

    static let table: [Row] = {
        func rows(_ from: State, _ ends: [(Event, State)]) -> [Row] {
            ends.map { Row(from: from, event: $0.0, to: $0.1) }
        }
        // In each closed row one call of the same kind has gone before, so that the event is the second.
        return rows(
            .closed,
            [
                (.acquireEarly, .closed), (.acquireLate, .closed), (.success, .closed), (.slowSuccess, .open),
                (.failure, .open), (.slowFailure, .open), (.cancelled, .closed), (.staleSuccess, .closed),
                (.staleFailure, .closed),
            ])
            + rows(
                .open,
                [
                    (.acquireEarly, .open), (.acquireLate, .halfOpen), (.success, .open), (.slowSuccess, .open),
                    (.failure, .open), (.slowFailure, .open), (.cancelled, .open), (.staleSuccess, .open),
                    (.staleFailure, .open),
                ])
            + rows(
                .halfOpen,
                [
                    (.acquireEarly, .halfOpen), (.acquireLate, .halfOpen), (.success, .closed), (.slowSuccess, .open),
                    (.failure, .open), (.slowFailure, .open), (.cancelled, .halfOpen), (.staleSuccess, .halfOpen),
                    (.staleFailure, .halfOpen),
                ])
    }()

    private func permit(_ machine: inout Machine, at now: Duration) throws -> Machine.Permit {
        guard case .permitted(let permit, _) = machine.acquire(at: now) else {
            throw Missing()
        }
        return permit
    }

    private struct Missing: Error {}

    @Test(arguments: table) func everyRowOfTheTransitionTableHolds(row: Row) throws {
        var machine = Machine(Self.policy)
        // A permit of the first generation, which is outdated in every state but closed.
        let first = try permit(&machine, at: .zero)
        var current = first
        if row.from != .closed {
            for _ in 0..<2 {
                let call = try permit(&machine, at: .zero)
                _ = machine.report(.failure, for: call, at: .zero)
            }
        }
        if row.from == .halfOpen { current = try permit(&machine, at: .seconds(30)) }
        try #require(machine.state == row.from)

        func report(_ report: Machine.Report, _ permit: Machine.Permit) throws {
            if row.from == .closed {
                let before = try self.permit(&machine, at: .zero)
                _ = machine.report(report, for: before, at: .zero)
            }
            _ = machine.report(report, for: permit, at: .seconds(30))
        }
        switch row.event {
        case .acquireEarly: _ = machine.acquire(at: .seconds(29))
        case .acquireLate: _ = machine.acquire(at: .seconds(30))
        case .success: try report(.success, current)
        case .slowSuccess: try report(.slowSuccess, current)
        case .failure: try report(.failure, current)
        case .slowFailure: try report(.slowFailure, current)
        case .cancelled: try report(.cancelled, current)
        case .staleSuccess, .staleFailure:
            let kind: Machine.Report = row.event == .staleSuccess ? .success : .failure
            guard row.from == .closed else {
                _ = machine.report(kind, for: first, at: .seconds(30))
                break
            }
            // A closed breaker of a later generation: opened, probed, closed again.
            for _ in 0..<2 { _ = machine.report(.failure, for: current, at: .zero) }
            let probe = try permit(&machine, at: .seconds(30))
            _ = machine.report(.success, for: probe, at: .seconds(30))
            for _ in 0..<9 { _ = machine.report(kind, for: first, at: .seconds(31)) }
        }
        #expect(machine.state == row.to)
    }

    @Test func transitionTableCoversEveryStateAndEvent() {
        #expect(Self.table.count == State.allCases.count * Event.allCases.count)
    }

    @Test func slowCallRateOpensTheBreaker() throws {
        var machine = Machine(
            BreakerPolicy(minimumCalls: 4, slowCallDuration: .seconds(1), slowCallRate: 0.75, successesToClose: 1))
        for report in [Machine.Report.success, .slowSuccess, .slowSuccess] {
            _ = machine.report(report, for: try permit(&machine, at: .zero), at: .zero)
        }
        #expect(machine.state == .closed)
        _ = machine.report(.slowSuccess, for: try permit(&machine, at: .zero), at: .zero)
        #expect(machine.state == .open)
    }

    @Test func halfOpenAdmitsAsManyProbesAsThePolicySays() throws {
        var machine = Machine(BreakerPolicy(minimumCalls: 1, openFor: .seconds(1), halfOpenProbes: 3))
        _ = machine.report(.failure, for: try permit(&machine, at: .zero), at: .zero)
        let probes = (0..<10).compactMap { _ in try? permit(&machine, at: .seconds(1)) }
        #expect(probes.count == 3)
        #expect(machine.refusal(at: .seconds(1)) == .zero)
    }

    /// The runtime's shared breaker, not the bare machine: of concurrent callers one gets the probe.
    @Test func oneOfAHundredConcurrentCallersIsTheProbe() async {
        let runtime = CoordinatorRuntime()
        let breaker = runtime.breaker(
            for: .resource("model"), policy: BreakerPolicy(minimumCalls: 1, openFor: .seconds(1)),
            factory: TelemetryRecorder().metrics)
        guard case .permitted(let permit, _) = breaker.acquire(at: .zero) else {
            Issue.record("a new breaker is closed")
            return
        }
        _ = breaker.report(.failure, for: permit, at: .zero)
        let probes = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    if case .permitted = breaker.acquire(at: .seconds(1)) { 1 } else { 0 }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(probes == 1)
    }

    /// A call slower than the policy allows opens the breaker although it succeeds, and `metrics()` says so.
    @Test func slowAgentOpensItsBreaker() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock)
        let gate = AsyncStream<Void>.makeStream()
        let (started, start) = AsyncStream<Void>.makeStream()
        let coordinator = JobCoordinator(JobContext(id: "slow"), runtime: runtime)
        try coordinator.register(
            AgentTask(
                "slow", role: Role(name: "slow", reads: [], writes: []), timeouts: TimeoutPolicy(attempt: nil),
                breaker: BreakerPolicy(minimumCalls: 1, slowCallDuration: .seconds(5)),
                agent: ClosureAgent { _, _ in
                    start.yield()
                    for await _ in gate.stream {}
                    return Contribution()
                }))
        #expect(coordinator.metrics().agents["slow"]?.breakerState == nil)
        let job = Task { try await coordinator.executeParallel() }
        for await _ in started { break }
        #expect(coordinator.metrics().agents["slow"]?.breakerState == "closed")
        clock.advance(by: .seconds(5))
        gate.continuation.finish()
        let result = try await job.value
        #expect(result["slow"]?.outcome == .succeeded)
        #expect(result.metrics.agents["slow"]?.breakerState == "open")
    }
}
