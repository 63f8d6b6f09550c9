import CoordinatorTestKit
import Testing

@testable import Coordinator

/// What must hold on the blackboard at a job's end.
@Suite(.timeLimit(.minutes(10))) struct RequiredConditions {
    private static let passed = Condition.equals("artifacts.validation.passed", true)

    private static func validator(_ passed: Bool, needs: [String] = []) -> AgentTask {
        AgentTask("validator", role: .validator, needs: needs) { _, _ in
            .artifact("validation", ["passed": .bool(passed)])
        }
    }

    private static func failing(_ name: String, required: Bool = true) -> AgentTask {
        AgentTask(
            name, role: .validator, required: required, agent: ScriptedAgent(.fail(AgentError(.permanent, "no room"))))
    }

    @Test func unmetConditionFailsTheJobAndKeepsWhatWasWritten() async throws {
        let (result, coordinator) = try await runJob(Self.validator(false), limits: JobLimits(require: Self.passed))
        #expect(result.status == .failed && result.errorType == "condition_unmet")
        #expect(result.error == "artifacts.validation.passed is false; limits.require wants true")
        #expect(result["validator"]?.outcome == .succeeded)
        #expect(result.artifacts["validation"] == ["passed": false])
        let ends = try await events(of: coordinator).compactMap { event in
            if case .jobFinished(let end) = event.payload { end } else { nil }
        }
        #expect(ends.map(\.status) == [.failed] && ends.map(\.errorType) == ["condition_unmet"])
        #expect(ends.first?.error == result.error)
    }

    @Test func metConditionLeavesTheJobSucceeded() async throws {
        let (result, _) = try await runJob(Self.validator(true), limits: JobLimits(require: Self.passed))
        #expect(result.status == .succeeded && result.errorType == nil && result.error == nil)
    }

    @Test(
        arguments: [(true, JobStatus.partial, nil), (false, .failed, "condition_unmet")] as [(Bool, JobStatus, String?)]
    )
    func partialJobFailsOnlyByAnUnmetCondition(
        passes: Bool, status: JobStatus, type: String?
    ) async throws {
        let fails = AgentTask("fails", role: writer("w"), agent: ScriptedAgent(.fail(AgentError(.permanent, "no"))))
        let (result, _) = try await runJob(fails, Self.validator(passes), limits: JobLimits(require: Self.passed))
        #expect(result.status == status && result.errorType == type)
    }

    @Test func jobThatItsAgentsFailedKeepsTheirError() async throws {
        let (result, _) = try await runJob(Self.failing("validator"), limits: JobLimits(require: Self.passed))
        #expect(result.status == .failed && result.errorType == "_OTHER")
        #expect(result.error == "agent 'validator': no room")
    }

    @Test func jobThatFailsFastKeepsTheAgentsError() async throws {
        let limits = JobLimits(failFast: true, require: Self.passed)
        // The agent before it is cancelled by its failure.
        let (result, _) = try await runJob(
            AgentTask("works", role: writer("w"), agent: ScriptedAgent(.hang)), Self.failing("validator"),
            limits: limits)
        #expect(result["works"]?.outcome == .cancelled)
        #expect(result.status == .failed && result.errorType == "_OTHER")
        #expect(result.error == "agent 'validator': no room")
    }

    @Test func cancelledJobStaysCancelledAndSaysWhy() async throws {
        let coordinator = JobCoordinator(JobContext(id: "cancelled"), limits: JobLimits(require: Self.passed))
        try coordinator.register(AgentTask("hangs", role: .validator, agent: ScriptedAgent(.hang)))
        coordinator.cancel(reason: "interrupted by a test")
        let result = try await coordinator.executeParallel()
        #expect(result.status == .cancelled && result.errorType == "cancelled")
        #expect(result.error == "interrupted by a test")
    }

    @Test func missingValueIsToldWithTheAgentThatMayWriteIt() async throws {
        let (result, _) = try await runJob(
            AgentTask("works", role: writer("w"), agent: ScriptedAgent(.succeed(Contribution()))),
            Self.failing("validator", required: false), limits: JobLimits(require: Self.passed))
        #expect(result.status == .failed && result.errorType == "condition_unmet")
        #expect(
            result.error == "artifacts.validation.passed is missing; limits.require wants true; "
                + "agent 'validator', which may write it, ended as failed")
    }

    @Test func quorumDoesNotStandInForTheCondition() async throws {
        let (result, _) = try await runJob(
            AgentTask("works", role: writer("w"), agent: ScriptedAgent(.succeed(Contribution()))),
            AgentTask("validator", role: .validator, agent: ScriptedAgent(.hang)),
            limits: JobLimits(quorum: 1, require: Self.passed))
        #expect(result.status == .failed && result.errorType == "condition_unmet")
        #expect(result.error?.hasSuffix("agent 'validator', which may write it, ended as cancelled") == true)
    }

    @Test func valueWithoutAWriterIsTold() async throws {
        func error(_ path: ContextPath) async throws -> String? {
            try await runJob(
                AgentTask("works", role: writer("w", "artifacts.w"), agent: ScriptedAgent(.succeed(Contribution()))),
                limits: JobLimits(require: .exists(path))
            ).result.error
        }
        #expect(
            try await error("artifacts.ghost") == "artifacts.ghost is missing; limits.require wants a value there; "
                + "no agent of this job may write there")
        #expect(
            try await error("artifacts.w.deep") == "artifacts.w.deep is missing; limits.require wants a value there; "
                + "agent 'works' did not write it")
    }

    /// Conditions that do not hold on a blackboard with some values, and what is said of them.
    @Test(
        arguments: [
            (.exists("artifacts.none"), ["artifacts.none is missing", "a value there"]),
            (.equals("artifacts.n", 2), ["artifacts.n is 1", "2"]),
            (.oneOf("artifacts.n", [2, "x"]), ["artifacts.n is 1", "one of 2, \"x\""]),
            (.oneOf("artifacts.n", [2, 3, 4, 5, 6, 7, 8]), ["artifacts.n is 1", "one of 2, 3, 4, 5, 6 and 2 more"]),
            (.not(.exists("artifacts.n")), ["artifacts.n is 1", "nothing there"]),
            (.not(.equals("artifacts.n", 1)), ["artifacts.n is 1", "anything but 1"]),
            (.not(.all([])), ["'all of ()' holds", "that it does not"]),
            (.equals("artifacts.text", "b"), ["artifacts.text is \"a b\"", "\"b\""]),
            (.equals("artifacts.list", 1), ["artifacts.list is a list of 2", "1"]),
            (.equals("artifacts.object", 1), ["artifacts.object is an object of 1", "1"]),
            (.all([.exists("artifacts.n"), .equals("artifacts.n", 2)]), ["artifacts.n is 1", "2"]),
            (.any([]), ["there is no alternative", "one of none"]),
            (
                .any([.equals("artifacts.n", 2), .exists("artifacts.none")]),
                ["artifacts.n is 1", "2", "artifacts.none is missing", "a value there"]
            ),
        ] as [(Condition, [String])])
    func whatIsTheCaseIsSaidBesideWhatIsWanted(condition: Condition, texts: [String]) {
        let context = JobContext(
            id: "gaps", artifacts: ["n": 1, "text": "a\nb", "list": [1, 2], "object": ["a": 1], "null": .null])
        #expect(!condition.holds(in: context.snapshot))
        #expect(condition.gaps(in: context.snapshot).flatMap { [$0.found, $0.wanted] } == texts)
    }

    @Test func conditionOfManyPartsIsToldInFewWords() async throws {
        let many = Condition.all((0..<1000).map { .equals(ContextPath(segments: ["artifacts", "n\($0)"]), 1) })
        let text = JSONValue.string(String(repeating: "long ", count: 10_000))
        let (result, _) = try await runJob(
            AgentTask("a", role: writer("a", "artifacts.**")) { _, _ in .artifact("n0", text) },
            limits: JobLimits(require: many))
        let error = try #require(result.error)
        #expect(error.hasPrefix("limits.require does not hold: artifacts.n0 is \"long long"))
        #expect(error.contains("; artifacts.n1 is missing, not 1; ") && error.contains("; and 997 more; "))
        #expect(error.utf8.count < 700, "\(error)")
    }

    @Test func spanAndMetricsOfTheJobCarryConditionUnmet() async throws {
        let recorder = TelemetryRecorder()
        _ = try await recorder.record {
            try await runJob(Self.validator(false), limits: JobLimits(require: Self.passed))
        }
        let span = try #require(recorder.spans.first { $0.operationName == "invoke_workflow test" })
        #expect(span.attributes.get("error.type") == .string("condition_unmet"))
        #expect(span.attributes.get("coordinator.job.status") == .string("failed"))
        #expect(span.status?.code == .error)
        #expect(span.status?.message == "artifacts.validation.passed is false; limits.require wants true")
        for (status, count) in [(JobStatus.failed, 1), (.succeeded, 0)] {
            let labels = JobInstruments.dimensions("test") + [("coordinator.job.status", status.rawValue)]
            #expect(recorder.total(of: "coordinator.job.runs", labels) == Int64(count))
        }
        let labels = [
            ("gen_ai.agent.name", "test"), ("coordinator.workflow.name", "test"), ("error.type", "condition_unmet"),
        ]
        #expect(recorder.values(of: "gen_ai.invoke_agent.duration", labels).count == 1)
    }
}
