import Coordinator
import CoordinatorTestKit
import SourceCodeTestSupport
import StandardAgents
import Testing

/// The agents that ship keep to what every agent must.
@Suite(.timeLimit(.minutes(10))) struct StandardAgentConformance {
    private static let texts = [
        "shop.py": """
        class Cart:
            def add(self, item: str, count: int = 1) -> int:
                if count > 5:
                    raise ValueError("too many")
                return count

        """,
        "README.md": "# Shop\n\nA cart with a limit.\n",
    ]

    private func setting(_ role: Role, isDeterministic: Bool, code: Bool) -> AgentConformance.Setting {
        AgentConformance.Setting(
            role: role,
            task: JobTask(
                description: "Document the cart", requirements: ["The cart has a limit"],
                validation: [["git", "rev-parse", "HEAD"]]),
            artifacts: code ? ["code": .object(JSONObject(Self.texts.mapValues { .string($0) }))] : [:],
            // Real processes on a machine that may be busy.
            isDeterministic: isDeterministic, endsWithin: .seconds(60))
    }

    @Test(arguments: [true, false]) func collectorPassesTheConformanceSuite(readsTheBlackboard: Bool) async throws {
        let repository = try await DrafterRepository(Self.texts)
        let violations = try await AgentConformance.violations(
            of: CollectorAgent(workspace: repository.path),
            in: setting(.collector, isDeterministic: true, code: readsTheBlackboard))
        #expect(violations == [])
    }

    @Test func drafterPassesTheConformanceSuite() async throws {
        let repository = try await DrafterRepository(Self.texts)
        let violations = try await AgentConformance.violations(
            of: DrafterAgent(workspace: repository.path), in: setting(.drafter, isDeterministic: true, code: true))
        #expect(violations == [])
    }

    /// Its report holds how long commands took: two reports differ.
    @Test func validatorPassesTheConformanceSuite() async throws {
        let repository = try await DrafterRepository(Self.texts)
        let violations = try await AgentConformance.violations(
            of: ValidatorAgent(workspace: repository.path), in: setting(.validator, isDeterministic: false, code: true))
        #expect(violations == [])
    }
}
