import CoordinatorTestKit
import Support
import TestSupport
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

    /// The chain is far longer than a thread's stack has room for calls.
    @Test func chainMayBeAsLongAsTheJobIsLarge() throws {
        let count = 30_000
        let chain = (0..<count).map { task("a\($0)", needs: $0 == 0 ? [] : ["a\($0 - 1)"]) }
        #expect(try JobPlan(chain).steps.map(\.stage) == Array(0..<count))
        #expect(try JobPlan(chain.reversed()).steps.map(\.stage) == Array((0..<count).reversed()))
        let error = #expect(throws: CoordinatorError.self) {
            _ = try JobPlan(chain.dropFirst() + [task("a0", needs: ["a\(count - 1)"])])
        }
        #expect(error?.code == .cycle)
    }

    /// An agent that needs the first of a chain of fallbacks waits for the last one.
    @Test func agentWaitsForTheLastFallback() throws {
        let count = 2_000
        let chain = (0..<count).map { task("a\($0)", fallback: $0 == count - 1 ? nil : "a\($0 + 1)") }
        let others = (0..<count).map { task("b\($0)", needs: ["a0"]) }
        #expect(try JobPlan(others + chain).steps.prefix(count).allSatisfy { $0.stage == count })
    }

    /// Two agents are ordered by a chain of needs or because one is the other's fallback, and no further.
    @Test func everyTwoAgentsMustBeOrdered() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<400 {
            let count = random.int(2...7)
            let tasks = (0..<count).map { number in
                let needs = (0..<number).filter { _ in random.int(0...2) == 0 }.map { "a\($0)" }
                let fallback = number > 0 && random.int(0...3) == 0 ? number - 1 : nil
                return (needs: needs, fallback: fallback)
            }
            let plan = try? JobPlan(
                tasks.indices.map { number in
                    task(
                        "a\(number)", needs: tasks[number].needs,
                        fallback: tasks.firstIndex { $0.fallback == number }.map { "a\($0)" })
                })
            guard let plan else { continue }
            let agents = (0..<count).filter { _ in random.int(0...3) > 0 }
            func needs(_ one: Int, _ other: Int) -> Bool {
                plan.steps[one].needs.contains { $0 == other || needs($0, other) }
            }
            let split = random.int(0...agents.count)
            let halves = (Array(agents[..<split]), Array(agents[split...]))
            for (first, second) in [(agents, agents), halves] {
                func isOrdered(_ one: Int, _ other: Int) -> Bool {
                    one == other || needs(one, other) || needs(other, one) || plan.steps[one].fallback == other
                        || plan.steps[other].fallback == one
                }
                var budget = PlanCheckBudget()
                let pair = plan.unordered(first, second, &budget)
                let isFree = first.allSatisfy { one in second.allSatisfy { isOrdered(one, $0) } }
                #expect((pair == nil) == isFree, "\(tasks) \(first) \(second), seed \(random.seed)")
                if let (one, other) = pair {
                    #expect(first.contains(one) && second.contains(other) && !isOrdered(one, other))
                }
            }
        }
    }
}
