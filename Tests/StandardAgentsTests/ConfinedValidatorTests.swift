import Coordinator
import Foundation
import SourceCode
import SourceCodeTestSupport
import StandardAgents
import Support
import TestSupport
import Testing

/// What a validator runs in a sandbox, and what it does in the copy after programs have run there.
@Suite(.timeLimit(.minutes(10))) struct ConfinedValidators {
    /// Prints which user runs it, and fails where it can write where no test may.
    private static let probe = [
        "sh", "-c", "id -u; cat probe.txt; ! (echo x > /var/tmp/$0 2>/dev/null)", "escaped-\(getpid())",
    ]

    private func answer(_ tests: [(path: String, content: String)]) throws -> WrittenModel {
        let answer: JSONValue = [
            "requirements": [["number": 1, "verdict": "unclear", "reason": "r", "evidence": []]],
            "tests": .array(
                tests.map { ["path": .string($0.path), "content": .string($0.content), "requirements": [1]] }),
            "checklist": [],
        ]
        return WrittenModel(.text(try answer.json()))
    }

    private func validate(
        _ repository: DrafterRepository, _ commands: [[String]], patch: String? = nil, model: WrittenModel? = nil,
        sandbox: SandboxPolicy? = nil
    ) async throws -> (agent: AgentResult, artifacts: JSONObject) {
        var artifacts: JSONObject = ["code": ["probe.txt": "probe\n"]]
        if let patch { artifacts["patch"] = .string(patch) }
        let context = JobContext(
            id: "j",
            task: JobTask(description: "Check it.", requirements: ["It is checked."], validation: commands),
            artifacts: artifacts)
        let coordinator = JobCoordinator(context)
        let agent = ValidatorAgent(
            workspace: repository.path, sandbox: sandbox, model: model.map { AgentModel($0, contextTokens: 8192) })
        try coordinator.register(
            AgentTask("validator", role: .validator, retry: RetryPolicy(maxRetries: 0), agent: agent))
        let result = try await coordinator.executeParallel()
        return (try #require(result["validator"]), result.artifacts)
    }

    private func repository() async throws -> DrafterRepository {
        try await DrafterRepository(["probe.txt": "probe\n"])
    }

    @Test func commandsOfAPersonRunConfinedOnlyWhereThePolicySaysSo() async throws {
        let repository = try await repository()
        let plain = try await validate(repository, [["cat", "probe.txt"]])
        #expect(
            plain.artifacts["validation"]?["commands"]?.arrayValue?.first?["sandbox"] == nil
                && plain.agent.attempts[0].sandbox == nil)
        for level in [SandboxLevel.bubblewrap, .landlock, .unconfined] {
            let commands = level == .unconfined ? [["cat", "probe.txt"]] : [Self.probe, ["cat", "probe.txt"]]
            let run = try await validate(repository, commands, sandbox: SandboxPolicy(level: level))
            let report = run.artifacts["validation"]
            #expect(report?["passed"] == true, "\(report ?? .null)")
            let levels = report?["commands"]?.arrayValue?.map { $0["sandbox"] }
            #expect(levels == commands.map { _ in .string(level.rawValue) })
            #expect(run.agent.attempts[0].sandbox?.level == level)
            let words = level == .unconfined ? ", unconfined" : ", confined by \(level.rawValue)"
            #expect(run.artifacts["checklist"]?.stringValue?.contains(words) == true)
        }
    }

    /// Nobody has read what a model wrote: the same commands that ran unconfined before run confined with it.
    @Test func testsOfAModelAreConfinedThoughNobodyAskedForIt() async throws {
        let model = try answer([("tests/test_new.py", "print(1)\n")])
        let run = try await validate(
            try await repository(),
            [["sh", "-c", "test ! -e tests/test_new.py || grep -q 'CapEff:.*0000$' /proc/self/status"]],
            model: model)
        let report = run.artifacts["validation"]
        #expect(report?["commands"]?.arrayValue?.first?["sandbox"] == nil && report?["passed"] == true)
        #expect(
            report?["model"]?["commands"]?.arrayValue?.first?["sandbox"] == "bubblewrap", "\(report?["model"] ?? .null)"
        )
        #expect(
            report?["model"]?["commands"]?.arrayValue?.first?["outcome"] == "passed", "\(report?["model"] ?? .null)")
        #expect(run.agent.attempts[0].sandbox?.level == .bubblewrap)
        #expect(
            run.artifacts["checklist"]?.stringValue?.contains("They were confined by bubblewrap, since a model") == true
        )
    }

    @Test func theChecklistSaysWhereTestsOfAModelRanUnconfined() async throws {
        let model = try answer([("tests/test_new.py", "print(1)\n")])
        let run = try await validate(
            try await repository(), [["cat", "probe.txt"]], model: model,
            sandbox: SandboxPolicy(level: SandboxLevel.unconfined))
        #expect(run.artifacts["validation"]?["model"]?["commands"]?.arrayValue?.first?["sandbox"] == "none")
        #expect(run.agent.attempts[0].sandbox == SandboxReport(level: .unconfined))
        #expect(run.artifacts["checklist"]?.stringValue?.contains("They ran unconfined") == true)
    }

    @Test func whatCannotBeConfinedIsNotStartedAndFailsTheAttemptWithWhatToDo() async throws {
        let model = try answer([("tests/test_new.py", "print(1)\n")])
        let policy = SandboxPolicy(reads: ["/nowhere-\(getpid())"])
        let marker = "/var/tmp/coordinator-ran-\(UUID().uuidString)"
        let run = try await validate(
            try await repository(), [["touch", marker]], model: model, sandbox: policy)
        #expect(!FileManager.default.fileExists(atPath: marker), "nothing was run instead")
        #expect(run.agent.outcome == .failed && run.agent.attempts.count == 1)
        #expect(run.agent.error?.contains("Make it, or leave it out") == true, "\(run.agent.error ?? "")")
        #expect(run.artifacts["validation"] == nil && run.agent.attempts[0].sandbox == nil)
        #expect(model.requests.isEmpty, "nothing is paid for")
    }

    /// Also where the attempt ended before the program did.
    @Test(arguments: ["landlock", "none"])
    func whatRanInACancelledAttemptIsCounted(level: String) async throws {
        let folder = try TemporaryFolder()
        let (began, reports) = (folder.path + "/began", Locked<[SandboxReport]>([]))
        chmod(folder.path, 0o777)
        let policy = SandboxPolicy(level: SandboxLevel(rawValue: level), writes: [folder.path])
        let repository = try await repository()
        let command = ["sh", "-c", "echo > \(began); exec sleep 600"]
        let request = ValidationRequest(
            workspace: repository.path, task: JobTask(description: "Check it.", validation: [command]), texts: [:],
            symbols: [:])
        let validation = Task {
            try await Validator(sandbox: policy).validate(
                request, confined: { report, _ in reports.withLock { $0.append(report) } })
        }
        try await eventually { FileManager.default.fileExists(atPath: began) }
        validation.cancel()
        await #expect(throws: CancellationError.self) { try await validation.value }
        #expect(reports.withLock { $0.map(\.level.rawValue) } == [level])
    }

    /// A real escape: what ran in the copy plants a link where the model's test goes, and this process is not confined.
    @Test(arguments: [
        "ln -s OUTSIDE tests", "mkdir -p tests && ln -s OUTSIDE tests/new", "ln -s OUTSIDE/x tests", "mkfifo tests",
    ])
    func aTestOfAModelIsNotWrittenThroughAPlantedLink(plant: String) async throws {
        let outside = try TemporaryFolder()
        chmod(outside.path, 0o777)
        let model = try answer([("tests/new/test_a.py", "print(1)\n"), ("test_b.py", "print(2)\n")])
        let script = "test -e test_b.py || { \(plant.replacing("OUTSIDE", with: outside.path)); }"
        let run = try await validate(
            try await repository(), [["sh", "-c", script]], model: model, sandbox: SandboxPolicy())
        #expect(run.agent.outcome == .succeeded, "\(run.agent.error ?? "")")
        #expect(run.artifacts["validation"]?["commands"]?.arrayValue?.first?["outcome"] == "passed")
        #expect(outside.files == [], "\(plant)")
        let tests = run.artifacts["validation"]?["model"]?["tests"]
        #expect(tests?.arrayValue?.first?["refusal"] == "a folder of its path is a link or a file", "\(tests ?? .null)")
        #expect(tests?.arrayValue?.last?["refusal"] == nil)
    }

    /// The files of a patch are read again for the model, after programs have run: not what a link leads to.
    @Test(arguments: ["rm a.txt && ln -s OUTSIDE/key a.txt", "rm -r d && ln -s OUTSIDE d", "rm d/key && mkfifo d/key"])
    func aPlantedLinkShowsTheModelNothingFromOutside(plant: String) async throws {
        let outside = try TemporaryFolder()
        try outside.write("the-secret\n", to: "key")
        let repository = try await DrafterRepository(["probe.txt": "probe\n", "a.txt": "1\n", "d/key": "1\n"])
        let patch = UnifiedDiff().patch([
            FileRevision(path: "a.txt", old: "1\n", new: "2\n"), FileRevision(path: "d/key", old: "1\n", new: "2\n"),
        ])
        let model = try answer([])
        let run = try await validate(
            repository, [["sh", "-c", plant.replacing("OUTSIDE", with: outside.path)]], patch: patch, model: model,
            sandbox: SandboxPolicy(level: .landlock))
        #expect(run.artifacts["validation"]?["commands"]?.arrayValue?.first?["outcome"] == "passed", "\(run.artifacts)")
        let prompt = model.requests.map { "\($0.messages)" }.joined()
        #expect(prompt.contains("probe") && !prompt.contains("the-secret"))
    }
}
