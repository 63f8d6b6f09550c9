import CoordinatorTestKit
import Testing

@testable import Coordinator

/// One clock stamps all events of a job, and in its log time never runs backwards.
@Suite(.timeLimit(.minutes(10))) struct EventTimes {
    /// It may read the task alone, and write nothing.
    private static let narrow = Role(name: "narrow", reads: ["task"])
    private static let origin = Timestamp(nanosecondsSinceEpoch: 1_000_000_000_000_000_000)

    @Test func denialsAndStatesThatUsersSetAreStampedByTheRuntimesClock() async throws {
        let clock = ManualClock()
        let runtime = CoordinatorRuntime(clock: clock, origin: Self.origin)
        let context = JobContext(id: "j")
        let coordinator = JobCoordinator(context, runtime: runtime)
        try coordinator.register(
            AgentTask("a", role: Self.narrow) { view, _ in
                _ = try? view.value(at: "artifacts.hidden")
                context.updateAgentState(AgentState(name: "b", phase: .running))
                return Contribution()
            })
        _ = try await coordinator.executeParallel()
        let events = context.stream.events
        #expect(events.contains { if case .accessDenied = $0.payload { true } else { false } })
        #expect(events.contains { $0.agent == "b" })
        #expect(events.allSatisfy { $0.at == Self.origin }, "\(events.map(\.at))")
    }

    /// The origin lies years before the system's time, by which the state before the job is stamped.
    @Test func whatHappensBeforeAJobHasItsRuntimeIsNotLaterThanTheJob() async throws {
        let context = JobContext(id: "j")
        context.updateAgentState(AgentState(name: "a", phase: .waiting))
        let coordinator = JobCoordinator(
            context, runtime: CoordinatorRuntime(clock: ManualClock(), origin: Self.origin))
        try coordinator.register(AgentTask("a", role: Self.narrow, agent: ScriptedAgent(.succeed(Contribution()))))
        _ = try await coordinator.executeParallel()
        let times = context.stream.events.map(\.at)
        #expect(times.count > 3 && times == times.sorted())
    }

    @Test func timesOfManyAgentsThatWriteAtOnceAreInOrder() async throws {
        let context = JobContext(id: "j")
        let coordinator = JobCoordinator(context)
        for number in 0..<200 {
            try coordinator.register(
                AgentTask("a\(number)", role: Self.narrow) { view, _ in
                    _ = try? view.value(at: "artifacts.hidden")
                    return Contribution()
                })
        }
        _ = try await coordinator.executeParallel()
        let times = context.stream.events.map(\.at)
        #expect(times.count >= 800 && times == times.sorted())
    }
}
