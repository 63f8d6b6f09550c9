import CoordinatorTestKit
import Testing

@testable import Coordinator

@Suite(.timeLimit(.minutes(10))) struct JobStatuses {
    struct Row: Sendable, CustomTestStringConvertible {
        /// Whether each required agent succeeds, then whether each optional one does.
        let required: [Bool]
        let optional: [Bool]
        let status: JobStatus
        var testDescription: String { "required \(required), optional \(optional): \(status)" }
    }

    @Test(arguments: [
        Row(required: [true, true], optional: [], status: .succeeded),
        Row(required: [true, false], optional: [], status: .partial),
        Row(required: [false, false], optional: [], status: .failed),
        Row(required: [true], optional: [false], status: .succeeded),
        Row(required: [false], optional: [true], status: .failed),
        Row(required: [], optional: [false], status: .succeeded),
    ])
    func requiredAgentsDecideTheJobStatus(row: Row) async throws {
        let coordinator = JobCoordinator(JobContext(id: "status"))
        let all = row.required.map { ($0, true) } + row.optional.map { ($0, false) }
        for (index, (succeeds, required)) in all.enumerated() {
            try coordinator.register(
                AgentTask(
                    "agent-\(index)", role: writer("r"), required: required,
                    agent: ScriptedAgent(succeeds ? .succeed(Contribution()) : .fail(Flaky()))))
        }
        #expect(try await coordinator.executeParallel().status == row.status)
    }

    /// The working agents begin after the first has ended, by an optional agent's failure or by a condition that did
    /// not hold.
    @Test(arguments: [nil, Condition.exists("artifacts.ghost")])
    func failFastReactsOnlyToRequiredFailures(condition: Condition?) async throws {
        let context = JobContext(id: "fast")
        let coordinator = JobCoordinator(context, limits: JobLimits(failFast: true))
        try coordinator.register(
            AgentTask(
                "first", role: writer("a"), when: condition, required: condition != nil,
                agent: ScriptedAgent(.fail(Flaky()))))
        try coordinator.register(
            AgentTask("gate", role: writer("b")) { _, _ in
                for try await event in context.events() {
                    if event.agent == "first", case .agentFinished = event.payload { break }
                }
                return Contribution()
            })
        for task in chain(after: "gate") { try coordinator.register(task) }
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded)
        #expect(result.agents.dropFirst().allSatisfy { $0.outcome == .succeeded })
    }

    /// Agents one after the other, which give an unwanted cancellation time to arrive.
    private func chain(after name: String) -> [AgentTask] {
        (0..<20).map { index in
            AgentTask(
                "works-\(index)", role: writer("w"), needs: [index == 0 ? name : "works-\(index - 1)"],
                agent: ScriptedAgent(.succeed(Contribution())))
        }
    }

    @Test func successesBeyondAQuorumWithADeadlineAreKept() async throws {
        let coordinator = JobCoordinator(
            JobContext(id: "quorum"), limits: JobLimits(quorum: 1, quorumDeadline: .seconds(300)))
        try coordinator.register(
            AgentTask("first", role: writer("a"), agent: ScriptedAgent(.succeed(Contribution()))))
        for task in chain(after: "first") { try coordinator.register(task) }
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded)
        #expect(result.agents.allSatisfy { $0.outcome == .succeeded })
    }

    /// A condition that did not hold comes first, but is no failure.
    @Test func failedJobReportsTheErrorOfItsFirstFailure() async throws {
        let recorder = TelemetryRecorder()
        let result = try await recorder.record {
            try await runJob(
                AgentTask("skipped", role: writer("a"), when: .exists("artifacts.ghost"), agent: ScriptedAgent()),
                AgentTask(
                    "fails", role: writer("b"),
                    agent: ScriptedAgent(.fail(AgentError(.permanent, errorType: "invalid_output", "no"))))
            ).result
        }
        #expect(result.status == .failed)
        let span = try #require(recorder.spans.first { $0.operationName == "invoke_workflow test" })
        #expect(span.attributes.get("error.type") == .string("invalid_output"))
    }

    @Test(arguments: [(1, JobStatus.succeeded), (2, .failed)])
    func quorumDecidesTheJobStatus(needed: Int, status: JobStatus) async throws {
        let (result, _) = try await runJob(
            AgentTask("works", role: writer("a"), agent: ScriptedAgent(.succeed(Contribution()))),
            AgentTask("fails", role: writer("b"), agent: ScriptedAgent(.fail(Flaky()))),
            limits: JobLimits(quorum: needed))
        #expect(result.status == status)
    }

    @Test func quorumIsReportedExactlyOnce() {
        let count = QuorumCount(2)
        #expect([count.succeeded(), count.succeeded(), count.succeeded()] == [false, true, false])
        let without = QuorumCount(nil)
        #expect(!without.succeeded())
    }
}
