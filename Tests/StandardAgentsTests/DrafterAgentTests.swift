import Coordinator
import Foundation
import Processes
import SourceCode
import SourceCodeTestSupport
import StandardAgents
import Testing

/// Drafter and validator as agents of real jobs.
@Suite(.timeLimit(.minutes(10))) struct DrafterAgentTests {
    private func code(_ texts: [String: String]) -> JSONValue { .object(JSONObject(texts.mapValues { .string($0) })) }

    @Test func drafterAndValidatorRunInParallelFromFiles() async throws {
        let repository = try await DrafterRepository(DrafterTests.package)
        let before = try repository.snapshot()
        let task = JobTask(
            description: "Add tests of the shop.",
            requirements: [
                "Currency has a test", Requirement("It is tracked", verify: [["git", "rev-parse", "HEAD"]]),
            ],
            validation: [["git", "rev-parse", "HEAD"], ["false"]])
        let context = JobContext(id: "j", task: task, artifacts: ["code": code(DrafterTests.package)])
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask("drafter", role: .drafter, agent: DrafterAgent(workspace: repository.path)))
        try coordinator.register(
            AgentTask("validator", role: .validator, agent: ValidatorAgent(workspace: repository.path)))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded)
        let artifacts = try #require(context.snapshot.value(at: "artifacts"))
        let patch = try #require(artifacts["patch"]?.stringValue)
        #expect(
            try await GitApply(folder: repository.path, runner: ProgramRunner()).check(patch, files: 1) == .accepted)
        let draft: DraftResult = try #require(artifacts["draft"]).decoded()
        #expect(draft.patch == patch)
        let report: ValidationReport = try #require(artifacts["validation"]).decoded()
        #expect(report.patch.state == .none)
        #expect(report.commands.map(\.outcome) == [.passed, .failed])
        #expect(report.requirements.map(\.status) == [.unverified, .verified])
        #expect(!report.passed && result.validation?.passed == false)
        #expect(artifacts["checklist"]?.stringValue?.hasPrefix("# Validation checklist") == true)
        #expect(artifacts["tests"]?.objectValue?.keys.sorted() == ["Tests/ShopTests/ShopRawValueTests.swift"])
        #expect(try repository.snapshot() == before)
    }

    @Test func validatorAppliesThePatchOfTheDrafter() async throws {
        let repository = try await DrafterRepository(DrafterTests.package)
        let task = JobTask(
            description: "Add tests.", validation: [["grep", "-c", "USD", "Tests/ShopTests/ShopRawValueTests.swift"]])
        let context = JobContext(id: "j", task: task)
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask("drafter", role: .drafter, agent: DrafterAgent(workspace: repository.path)))
        try coordinator.register(
            AgentTask(
                "validator", role: .validator, needs: ["drafter"], agent: ValidatorAgent(workspace: repository.path)))
        #expect(try await coordinator.executeParallel().status == .succeeded)
        let value = try #require(context.snapshot.value(at: "artifacts.validation"))
        let report: ValidationReport = try value.decoded()
        #expect(report.patch.state == .applied)
        #expect(report.patch.files.map(\.syntax.outcome) == [.parses])
        #expect(report.commands.map(\.outcome) == [.passed])
    }

    @Test func drafterFollowsTheCollectorsRanking() async throws {
        var texts = [".swift-format": "{\"version\": 1}\n"]
        for number in 0..<8 { texts["Sources/M/F\(number).swift"] = "func f\(number)(a: Int) -> Int { a }\n" }
        texts["Sources/M/Z.swift"] = "/// Retries.\nstruct Retry {  }\n"
        let repository = try await DrafterRepository(texts)
        for chained in [true, false] {
            let context = JobContext(
                id: "j", task: JobTask(requirements: ["Retry calls"]), artifacts: ["code": code(texts)])
            let coordinator = JobCoordinator(context)
            if chained {
                try coordinator.register(
                    AgentTask("collector", role: .collector, agent: CollectorAgent(workspace: repository.path)))
            }
            try coordinator.register(
                AgentTask(
                    "drafter", role: .drafter, needs: chained ? ["collector"] : [],
                    agent: DrafterAgent(workspace: repository.path)))
            #expect(try await coordinator.executeParallel().status == .succeeded)
            let draft: DraftResult = try #require(context.snapshot.value(at: "artifacts.draft")).decoded()
            #expect(draft.files.map(\.path) == ["Sources/M/Z.swift"], "chained: \(chained), \(draft.statement)")
        }
    }

    @Test func drafterWithNothingToOfferSucceedsWithoutAPatch()
        async throws
    {
        let texts = ["a.txt": "a\n"]
        let repository = try await DrafterRepository(texts)
        let context = JobContext(id: "j", task: JobTask(description: "Fly"), artifacts: ["code": code(texts)])
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask("drafter", role: .drafter, agent: DrafterAgent(workspace: repository.path)))
        try coordinator.register(
            AgentTask(
                "reader", role: .validator, needs: ["drafter"], when: .exists("artifacts.patch"),
                agent: ClosureAgent { _, _ in Contribution() }))
        let result = try await coordinator.executeParallel()
        #expect(result.status == .succeeded && result["reader"]?.outcome == .skipped)
        #expect(result.artifacts["patch"] == nil)
        #expect(result.artifacts["draft"]?["statement"]?.stringValue?.hasPrefix("Nothing to offer by rule.") == true)
    }

    @Test func unusableInputFailsPermanently() async throws {
        let repository = try await DrafterRepository(["a.swift": "\n"])
        for (workspace, artifacts) in [
            (repository.path, ["code": JSONValue.string("text")]), ("/nonexistent/folder", [:]),
        ] as [(String, JSONObject)] {
            let coordinator = JobCoordinator(JobContext(id: "j", artifacts: artifacts))
            try coordinator.register(
                AgentTask(
                    "d", role: .drafter, retry: RetryPolicy(maxRetries: 3), agent: DrafterAgent(workspace: workspace)))
            try coordinator.register(
                AgentTask(
                    "v", role: .validator, retry: RetryPolicy(maxRetries: 3),
                    agent: ValidatorAgent(workspace: workspace)))
            let result = try await coordinator.executeParallel()
            #expect(result.agents.map(\.outcome) == [.failed, .failed])
            #expect(result.agents.allSatisfy { $0.attempts.count == 1 })
        }
    }
}
