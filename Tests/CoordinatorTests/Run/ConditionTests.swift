import Coordinator
import CoordinatorTestKit
import Testing

@Suite(.timeLimit(.minutes(10))) struct Conditions {
    private static let there = Condition.exists("artifacts.n")
    private static let missing = Condition.exists("artifacts.ghost")

    /// Each kind of condition where it holds and where it does not.
    @Test(
        arguments: [
            (there, true), (missing, false), (.exists("artifacts.none"), false),
            (.equals("artifacts.n", 1), true), (.equals("artifacts.n", 2), false),
            (.equals("artifacts.ghost", 1), false),
            (.oneOf("artifacts.n", [2, 1]), true), (.oneOf("artifacts.n", [2]), false),
            (.oneOf("artifacts.n", []), false),
            (.not(there), false), (.not(missing), true),
            (.all([there, .equals("artifacts.n", 1)]), true), (.all([there, missing]), false), (.all([]), true),
            (.any([missing, there]), true), (.any([missing, missing]), false), (.any([]), false),
        ] as [(Condition, Bool)])
    func conditionsEvaluateAgainstTheSnapshot(condition: Condition, expected: Bool) {
        let context = JobContext(id: "conditions", artifacts: ["n": 1, "none": .null])
        #expect(condition.holds(in: context.snapshot) == expected, "\(condition)")
    }

    @Test func conditionIsEvaluatedAfterTheNeeds() async throws {
        let (result, _) = try await runJob(
            AgentTask(
                "asks", role: writer("b"), needs: ["writes"], when: .equals("artifacts.a", "yes"),
                agent: ScriptedAgent(.succeed(Contribution()))),
            AgentTask("writes", role: writer("a", "artifacts.a")) { _, _ in .artifact("a", "yes") })
        #expect(result.agents.map(\.outcome) == [.succeeded, .succeeded])
    }

    /// An agent that needs one skipped by its condition is skipped too, which is no failure either.
    @Test func dependentsOfAnUnmetConditionAreSkippedWithoutError() async throws {
        let (result, _) = try await runJob(
            AgentTask("works", role: writer("a"), agent: ScriptedAgent(.succeed(Contribution()))),
            AgentTask("conditional", role: writer("b"), when: .exists("artifacts.x"), agent: ScriptedAgent()),
            AgentTask("dependent", role: writer("c"), needs: ["conditional"], agent: ScriptedAgent()))
        #expect(result.status == .succeeded)
        #expect(result["dependent"]?.outcome == .skipped && result["dependent"]?.errorType == nil)
    }
}
