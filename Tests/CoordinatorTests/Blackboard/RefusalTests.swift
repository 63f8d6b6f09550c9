import CoordinatorTestKit
import Testing

@testable import Coordinator

/// Accesses that a role forbids are reported and counted, and forbidden values are masked before an agent sees them.
@Suite(.timeLimit(.minutes(10))) struct Refusals {
    private static let own = ("gen_ai.agent.name", "a")

    @Test func readOutsideTheRoleIsAnErrorAnEventAndACount() async throws {
        let recorder = TelemetryRecorder()
        let (result, coordinator) = try await recorder.record {
            try await runJob(
                AgentTask("a", role: Role(name: "r", reads: ["task"], writes: ["artifacts.a"])) { view, _ in
                    #expect(throws: ContextError.self) { try view.value(at: "decisions") }
                    #expect(throws: ContextError.self) { try view.value(for: .constraints) }
                    return .artifact("a", 1)
                })
        }
        // The agent may go on without the value.
        #expect(result["a"]?.outcome == .succeeded)
        #expect(recorder.total(of: "coordinator.context.access_denied", [Self.own]) == 2)
        let denied = try await events(of: coordinator).filter { $0.type == "access_denied" }
        #expect(denied.map(\.agent) == ["a", "a"])
        #expect(denied.map(\.attempt) == [1, 1])
        let paths = denied.map { event -> [ContextPath] in
            if case .accessDenied(let denial) = event.payload { denial.paths } else { [] }
        }
        #expect(paths == [["decisions"], ["constraints"]])
    }

    @Test func uncaughtDeniedReadFailsTheRunWithoutRetry() async throws {
        let (result, _) = try await runJob(
            AgentTask(
                "a", role: Role(name: "r"), retry: RetryPolicy(maxRetries: 2, initial: .zero),
                agent: ClosureAgent { view, _ in
                    _ = try view.value(at: "artifacts")
                    return Contribution()
                }))
        #expect(result["a"]?.errorType == "access_denied")
        #expect(result["a"]?.attempts.count == 1)
    }

    private func expectCommits(
        _ recorder: TelemetryRecorder, _ coordinator: JobCoordinator, applied: Int64, rejected: Int64
    ) {
        #expect(commits(recorder, "applied") == applied)
        #expect(commits(recorder, "rejected") == rejected)
        #expect(coordinator.metrics().job.commits == Int(applied))
    }

    @Test func writingOutsideTheRoleIsCounted() async throws {
        let recorder = TelemetryRecorder()
        let (result, coordinator) = try await recorder.record {
            try await runJob(
                AgentTask("a", role: writer("r", "artifacts.mine")) { _, _ in
                    Contribution(set: ["artifacts.mine": 1, "artifacts.yours": 2])
                })
        }
        #expect(result["a"]?.outcome == .failed)
        #expect(recorder.total(of: "coordinator.context.access_denied", [Self.own]) == 1)
        expectCommits(recorder, coordinator, applied: 0, rejected: 1)
    }

    @Test func commitIsCountedAsApplied() async throws {
        let recorder = TelemetryRecorder()
        let (_, coordinator) = try await recorder.record {
            try await runJob(AgentTask("a", role: writer("r", "artifacts.a")) { _, _ in .artifact("a", 1) })
        }
        expectCommits(recorder, coordinator, applied: 1, rejected: 0)
    }

    /// A fallback shared by two agents is how one field can get two writers; see `ConflictPolicies`.
    @Test func conflictIsCountedAsAConflictOnly() async throws {
        let recorder = TelemetryRecorder()
        let (_, coordinator) = try await recorder.record {
            let runtime = CoordinatorRuntime()
            func broken(_ agent: any Agent, fallback: String? = nil) -> AgentTask {
                AgentTask(
                    "broken", role: writer("broken"), breaker: BreakerPolicy(minimumCalls: 1, openFor: .seconds(3600)),
                    fallback: fallback,
                    agent: agent)
            }
            _ = try await runJob(broken(ScriptedAgent(.fail(Flaky()))), runtime: runtime)
            return try await runJob(
                AgentTask("first", role: writer("f", "artifacts.x"), fallback: "a", agent: wrote("kept")),
                broken(ScriptedAgent(), fallback: "a"),
                AgentTask("a", role: writer("a", "artifacts.x"), onConflict: .fail, agent: wrote("late")),
                runtime: runtime)
        }
        #expect(commits(recorder, "conflict") == 1)
        #expect(commits(recorder, "applied") == 0)
        #expect(coordinator.metrics().job.commits == 1)
    }

    private func wrote(_ value: String) -> ScriptedAgent {
        ScriptedAgent(.succeed(.artifact("x", .string(value))))
    }

    private func commits(_ recorder: TelemetryRecorder, _ result: String) -> Int64? {
        recorder.total(
            of: "coordinator.context.commits", [Self.own, ("coordinator.context.commit.result", result)])
    }
}

/// What an agent sees of a masked value, by every way of reading it.
@Suite(.timeLimit(.minutes(10))) struct Redactions {
    private let context = JobContext(
        id: "j", task: JobTask(description: "use sk-1", requirements: ["never print sk-2"]),
        artifacts: [
            "code": ["a.swift": "sk-3 and sk-4", "list": ["sk-5", ["deep": "sk-6"], 7], "plain": "x"],
            "token": ["value": 1],
        ])
    private let role = Role(
        name: "r", reads: ["task", "artifacts.code", "artifacts.token.value"],
        redact: [
            Redaction("**", match: "sk-[0-9]"), Redaction("artifacts.token.value"),
        ])

    @Test func everyKindOfReadIsRedacted() throws {
        let view = try context.agentContext(for: role)
        let code: JSONValue = [
            "a.swift": "[redacted] and [redacted]", "list": ["[redacted]", ["deep": "[redacted]"], 7], "plain": "x",
        ]
        #expect(try view.value(at: "artifacts.code") == code)
        #expect(try view.value(at: "artifacts.code[\"a.swift\"]") == "[redacted] and [redacted]")
        #expect(try view.value(at: "artifacts") == ["code": code, "token": ["value": "[redacted]"]])
        #expect(try view.value(for: .task)?.description == "use [redacted]")
        #expect(view.task.requirements == ["never print [redacted]"])
        #expect(
            view.json == [
                "task": [
                    "description": "use [redacted]", "requirements": ["never print [redacted]"], "validation": [],
                ],
                "artifacts": ["code": code, "token": ["value": "[redacted]"]],
            ])
        // The blackboard keeps the value unmasked.
        #expect(context.snapshot.value(at: "artifacts.token.value") == 1)
    }

    @Test func agentReadsRedactedValues() async throws {
        let coordinator = JobCoordinator(context)
        var role = role
        role.writes = ["artifacts.seen"]
        try coordinator.register(
            AgentTask("a", role: role) { view, _ in
                .artifact("seen", try view.value(at: "artifacts.code[\"a.swift\"]") ?? nil)
            })
        #expect(try await coordinator.executeParallel().artifacts == ["seen": "[redacted] and [redacted]"])
    }
}
