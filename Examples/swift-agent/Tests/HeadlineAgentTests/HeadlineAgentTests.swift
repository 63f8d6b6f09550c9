import Coordinator
import CoordinatorTestKit
import HeadlineAgent
import Testing

@Suite struct HeadlineAgentTests {
    private let files: JSONValue = ["a.md": "# A\n", "b.md": "B\n", "c.swift": "x\n"]

    @Test func filesWithoutAHeadlineAreFound() async throws {
        let job = JobCoordinator(JobContext(id: "j", artifacts: ["code": files]))
        try job.register(AgentTask("headlines", role: HeadlineAgent.role, agent: HeadlineAgent()))
        let result = try await job.executeParallel()
        #expect(result.status == .succeeded)
        #expect(result.artifacts["headlines"] == ["b.md"])
    }

    /// The rules for all agents: end when cancelled, return equal contributions for equal input, write only allowed
    /// paths.
    @Test func theAgentConforms() async throws {
        let violations = try await AgentConformance.violations(
            of: HeadlineAgent(), in: .init(role: HeadlineAgent.role, artifacts: ["code": files], isDeterministic: true))
        #expect(violations == [])
    }
}
