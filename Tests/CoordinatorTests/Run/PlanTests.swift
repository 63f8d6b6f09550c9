import CoordinatorTestKit
import Testing

@testable import Coordinator

@Suite struct Plans {
    private func task(_ name: String, needs: [String] = [], fallback: String? = nil) -> AgentTask {
        AgentTask(name, role: writer(name), needs: needs, fallback: fallback, agent: ScriptedAgent())
    }

    /// The agents that lead to the cycle are not part of it.
    @Test func cycleErrorPrintsOnlyTheCycle() {
        let error = #expect(throws: CoordinatorError.self) {
            _ = try JobPlan([
                task("in", needs: ["a"]), task("a", needs: ["b"]), task("b", needs: ["c"]), task("c", needs: ["a"]),
            ])
        }
        #expect(error?.code == .cycle)
        #expect(error?.message == "agents need each other in a circle: a -> b -> c -> a")
    }

    @Test func agentThatNeedsItselfIsACycle() {
        let error = #expect(throws: CoordinatorError.self) { _ = try JobPlan([task("a", needs: ["a"])]) }
        #expect(error?.message == "agents need each other in a circle: a -> a")
    }

    @Test func mutualFallbacksAreACycle() {
        let error = #expect(throws: CoordinatorError.self) {
            _ = try JobPlan([task("a", fallback: "b"), task("b", fallback: "a")])
        }
        #expect(error?.code == .cycle)
    }

    @Test func unregisteredFallbackIsRefused() {
        let error = #expect(throws: CoordinatorError.self) { _ = try JobPlan([task("a", fallback: "ghost")]) }
        #expect(error?.code == .unknownAgent)
    }

    /// A stage is the length of the longest chain before an agent, not of the first one found.
    @Test func stagesFollowTheLongestChain() throws {
        let plan = try JobPlan([
            task("last", needs: ["first", "middle"]), task("middle", needs: ["first"]), task("first"),
        ])
        #expect(plan.steps.map(\.stage) == [2, 1, 0])
    }
}
