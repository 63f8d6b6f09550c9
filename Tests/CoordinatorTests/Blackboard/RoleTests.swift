import Coordinator
import CoordinatorTestKit
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct Roles {
    private let context = JobContext(
        id: "roles", task: JobTask(description: "d", requirements: ["r"]),
        artifacts: ["code": ["a.swift": "let key = \"sk-123\""], "secret": "hidden"], decisions: ["one"])

    @Test func viewHoldsOnlyWhatTheRoleMayRead() throws {
        let view = try context.agentContext(for: Role(name: "r", reads: ["task.requirements", "artifacts.code"]))
        #expect(try view.value(at: "task.requirements") == ["r"])
        #expect(try view.value(at: "task") == ["requirements": ["r"]])
        #expect(
            view.json == ["task": ["requirements": ["r"]], "artifacts": ["code": ["a.swift": "let key = \"sk-123\""]]])
        let error = #expect(throws: ContextError.self) { _ = try view.value(at: "artifacts.secret") }
        #expect(error?.code == .accessDenied)
        #expect(
            error?.message
                == "role 'r' may not read artifacts.secret; it may read task.requirements, artifacts.code")
    }

    @Test func redactionMasksMatchesAndWholeValues() throws {
        let view = try context.agentContext(
            for: Role(
                name: "r", reads: ["**"],
                redact: [Redaction("artifacts.code", match: "sk-[0-9]+"), Redaction("artifacts.secret")]))
        #expect(try view.value(at: "artifacts.code[\"a.swift\"]") == "let key = \"[redacted]\"")
        #expect(try view.value(at: "artifacts.secret") == "[redacted]")
        #expect(view.json["artifacts"]?["secret"] == "[redacted]")
        #expect(throws: ContextError.self) {
            _ = try context.agentContext(for: Role(name: "r", redact: [Redaction("task", match: "(")]))
        }
    }

    @Test func writeOutsideTheRoleRefusesTheWholeContributionWithoutRetry() async throws {
        let agent = ScriptedAgent(.succeed(Contribution(set: ["artifacts.mine": 1, "artifacts.yours": 2])))
        let (result, coordinator) = try await runJob(
            AgentTask("a", role: writer("r", "artifacts.mine"), retry: RetryPolicy(maxRetries: 3), agent: agent))
        #expect(result["a"]?.outcome == .failed)
        #expect(result["a"]?.errorType == "access_denied")
        #expect(result["a"]?.attempts.count == 1)
        #expect(coordinator.context.snapshot.value(at: "artifacts") == [:])
        let denied = try await events(of: coordinator).compactMap { event in
            if case .accessDenied(let denial) = event.payload { denial.paths } else { nil }
        }
        #expect(denied == [["artifacts.yours"]])
    }
}
