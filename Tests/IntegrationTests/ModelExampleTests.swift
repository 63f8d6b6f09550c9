import Coordinator
import Foundation
import TestSupport
import Testing

/// The examples with agents made of models, and the jobs that `init --kind` writes, by the real program and a model whose
/// answers are written down.
@Suite(.timeLimit(.minutes(10))) struct ModelExamples {
    /// A model that plays the examples' agents.
    struct Model {
        let server: PythonServer
        private let folder: TemporaryFolder

        init(completionTokens: Int = 20) async throws {
            folder = try TemporaryFolder()
            server = try await PythonServer(
                python: URL(filePath: "/usr/bin/python3"),
                script: TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/agent_model_server.py"),
                arguments: [folder.file("log.jsonl").path, "\(completionTokens)"])
        }

        var environment: [String: String] { ["OPENAI_BASE_URL": server.url("/v1"), "OPENAI_API_KEY": "sk-none"] }

        /// What it was asked and has answered, in order.
        func log() throws -> [JSONValue] {
            try folder.read("log.jsonl").split(separator: "\n").map { try JSONValue(json: $0.utf8) }
        }
    }

    private struct Run {
        let program: Program
        let result: JobResult
        let out: TemporaryFolder

        func artifact(_ name: String) throws -> JSONValue {
            try JSONValue(json: out.read("artifacts/\(name).json").utf8)
        }
    }

    private func run(
        _ job: String, in repository: Repository, _ model: Model, _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Run {
        let out = try TemporaryFolder()
        let before = try repository.contents()
        let program = try await Program.run(
            CoordinatorProgram.url,
            ["run", job, "--model", "scripted", "--out", out.path, "--output", "json", "--no-progress"] + arguments,
            environment: environment.merging(model.environment) { first, _ in first }, in: repository.folder.url)
        let result = try JSONDecoder().decode(JobResult.self, from: Data(program.standardOutput.utf8))
        #expect(try repository.contents() == before, "the workspace was written")
        return Run(program: program, result: result, out: out)
    }

    /// A repository whose last commit changed two files, with the shipped examples in it.
    func changedRepository(_ examples: [String] = []) async throws -> Repository {
        var files = [
            "README.md": "A shop.\n", "shop.py": "def price():\n    return 1\n",
            "stock.py": "def count():\n    return 0\n",
        ]
        for name in examples {
            files[name] = try String(contentsOf: TestPython.packageRoot.appending(path: name), encoding: .utf8)
        }
        let repository = try await Repository(files)
        try await repository.git("commit", "--quiet", "-m", "one")
        try repository.write(Data("def price():\n    return 2\n".utf8), to: "shop.py")
        try repository.write(Data("def count():\n    return 3\n".utf8), to: "stock.py")
        try await repository.git("commit", "--quiet", "-am", "two")
        return repository
    }

    static let reviewFiles = [
        "Examples/review.yaml", "Examples/agents/changes.py", "Examples/schemas/findings.json",
        "Examples/schemas/review.json", "Examples/prompts/correctness.md", "Examples/prompts/safety.md",
        "Examples/prompts/clarity.md", "Examples/prompts/judge.md",
    ]

    @Test func reviewersSeeEachFileAndAJudgeMergesWhatTheyFound() async throws {
        let repository = try await changedRepository(Self.reviewFiles)
        let model = try await Model()
        let run = try await run("Examples/review.yaml", in: repository, model)
        #expect(run.program.status == 0, "\(run.program.standardError)")
        try expectReview(run)
        // Two turns for each of three reviewers and two files, and the judge's one.
        let begun = try model.log().filter { $0["event"] == "begin" }
        #expect(begun.count == 13)
        // Three reviewers have instructions of their own, and each sees one file's difference alone.
        let systems = begun.compactMap { $0["body"]?["messages"]?.arrayValue?.first?["content"]?.stringValue }
        #expect(Set(systems.map { $0.prefix(200) }).count == 4)
        let usage = run.result.metrics.job.usage
        let ended = try model.log().filter { $0["event"] == "end" }
        #expect(usage.inputTokens == ended.reduce(0) { $0 + Int($1["prompt"]?.integerValue ?? 0) })
        #expect(usage.outputTokens == ended.count * 20)
    }

    private func expectReview(_ run: Run) throws {
        let review = try run.artifact("review")
        #expect(review["verdict"] == "request_changes")
        #expect(review["findings"]?.arrayValue?.map { $0["path"] } == ["shop.py", "stock.py"])
        for reviewer in ["correctness", "safety", "clarity"] {
            let answers = try run.artifact(reviewer)
            #expect(answers.objectValue?.keys.sorted().map(\.string) == ["0", "1"])
            #expect(answers["1"]?["findings"]?.arrayValue?.first?["path"] == "stock.py")
            #expect(run.result[reviewer]?.items.map(\.key) == ["shop.py", "stock.py"])
        }
    }

    // MARK: init

    @Test func initialReviewRunsAsItIsWritten() async throws {
        let repository = try await changedRepository()
        let model = try await Model()
        for file in ["job.yaml", "jobs/review.yaml"] {
            if file.contains("/") {
                try FileManager.default.createDirectory(
                    at: repository.folder.file("jobs"), withIntermediateDirectories: false)
            }
            let made = try await CoordinatorProgram.run("init", file, "--kind", "review", in: repository.folder.url)
            #expect(made.status == 0, "\(made.standardError)")
            let validated = try await CoordinatorProgram.run(
                "validate", file, "--model", "scripted", environment: model.environment, in: repository.folder.url)
            #expect(validated.status == 0, "\(validated.standardError)")
            // What init wrote is not committed, and no difference of what is.
            let run = try await run(file, in: repository, model)
            #expect(run.program.status == 0, "\(run.program.standardError)")
            try expectReview(run)
        }
    }

    /// What `init` writes beside the job file is what the examples have.
    @Test func initialFilesAreThoseOfTheExamples() async throws {
        let repository = try await Repository([:])
        let made = try await CoordinatorProgram.run("init", "--kind", "review", in: repository.folder.url)
        #expect(made.status == 0, "\(made.standardError)")
        for name in Self.reviewFiles.dropFirst() {
            let example = try String(contentsOf: TestPython.packageRoot.appending(path: name), encoding: .utf8)
            let own = name.replacing("Examples/", with: "").replacing("agents/", with: "tools/")
            #expect(try repository.folder.read(own) == example, "\(own)")
        }
    }

    @Test func initialMinimalRunsAsItIsWritten() async throws {
        let repository = try await changedRepository()
        let model = try await Model()
        let made = try await CoordinatorProgram.run("init", "--kind", "minimal", in: repository.folder.url)
        #expect(made.status == 0, "\(made.standardError)")
        let lines = try repository.folder.read("job.yaml").split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count <= 20, "it is to be twenty lines at most")
        let run = try await run("job.yaml", in: repository, model)
        #expect(run.program.status == 0, "\(run.program.standardError)")
        #expect(try run.artifact("answer")["files"] == ["README.md"])
        let shown = try await CoordinatorProgram.run("init", "-", "--kind", "minimal", in: repository.folder.url)
        #expect(shown.standardOutput == (try repository.folder.read("job.yaml")))
    }

    @Test func nothingIsWrittenWhereAFileIsInTheWay() async throws {
        let repository = try await Repository(["prompts/safety.md": "mine\n"])
        let made = try await CoordinatorProgram.run("init", "--kind", "review", in: repository.folder.url)
        #expect(made.status == 2 && made.standardError.contains("prompts/safety.md: the file is there already"))
        #expect(try repository.contents().filter { !$0.value.isEmpty }.keys.sorted() == ["prompts/safety.md"])
        #expect(try repository.folder.read("prompts/safety.md") == "mine\n")
        let shown = try await CoordinatorProgram.run("init", "-", "--kind", "review", in: repository.folder.url)
        #expect(shown.status == 2 && shown.standardError.contains("the job consists of 8 files"))
    }

    private static let redTests = [
        "answer.py": "def answer():\n    return 0\n",
        "tests/test_answer.py":
            "import sys\nimport unittest\n\nsys.path.insert(0, \".\")\nfrom answer import answer\n\n\n"
            + "class AnswerTests(unittest.TestCase):\n    def test_answer(self):\n        self.assertEqual(answer(), 2)\n",
    ]

    @Test(arguments: [true, false])
    func draftsFollowUntilTheTestsPass(isExample: Bool) async throws {
        var files = Self.redTests
        let name = "Examples/fix-until-green.yaml"
        if isExample {
            files[name] = try String(contentsOf: TestPython.packageRoot.appending(path: name), encoding: .utf8)
        }
        let repository = try await Repository(files)
        try await repository.git("commit", "--quiet", "-m", "red")
        if !isExample {
            let made = try await CoordinatorProgram.run(
                "init", name.lastComponent, "--kind", "fix", in: repository.folder.url)
            #expect(made.status == 0 && made.standardError.contains("unittest"), "\(made.standardError)")
        }
        let model = try await Model()
        let run = try await run(isExample ? name : name.lastComponent, in: repository, model)
        #expect(run.program.status == 0, "\(run.program.standardError)")
        #expect(run.result.repeats.map(\.rounds) == [2])
        #expect(try run.out.read("artifacts/patch.diff").contains("+    return 2"))
        // The tests ran confined, and the second draft knew what the first one came to.
        let validator = try #require(run.result["validator"])
        #expect(validator.attempts.allSatisfy { $0.sandbox != nil })
        let asked = try model.log().compactMap { entry -> String? in
            guard entry["event"] == "begin", let messages = entry["body"]?["messages"]?.arrayValue,
                messages.first?["content"]?.stringValue?.hasPrefix("You change source code") == true
            else { return nil }
            return messages.last?["content"]?.stringValue
        }
        #expect(asked.count == 2 && asked.last?.contains("AssertionError: 1 != 2") == true)
    }

    // MARK: tools of a server

    private static let noteFiles = [
        "Examples/mcp.yaml", "Examples/agents/mcp_notes.py", "Examples/schemas/findings.json",
    ]

    /// Asks before it adds a note, is kept meanwhile, and goes on without paying anything twice.
    @Test func agentWithAServersToolsAsksBeforeItAddsANote() async throws {
        let repository = try await changedRepository(Self.noteFiles)
        let model = try await Model()
        let store = try TemporaryFolder()
        let environment = model.environment.merging(["COORDINATOR_STORE": store.file("jobs.db").path]) { first, _ in
            first
        }
        func coordinator(_ arguments: String...) async throws -> Program {
            try await Program.run(
                CoordinatorProgram.url, arguments, environment: environment, in: repository.folder.url)
        }
        let refused = try await Program.run(
            CoordinatorProgram.url, ["run", "Examples/mcp.yaml", "--model", "scripted"], environment: model.environment,
            in: repository.folder.url)
        #expect(refused.status == 2 && refused.standardError.contains("asks a person"), "\(refused.standardError)")
        let out = store.file("out").path
        let first = try await coordinator(
            "run", "Examples/mcp.yaml", "--model", "scripted", "--out", out, "--output", "json", "--no-progress")
        #expect(first.status == 4, "\(first.standardError)")
        let job = try JSONDecoder().decode(JobResult.self, from: Data(first.standardOutput.utf8)).jobID
        #expect(
            first.standardError.contains("notes.add_note")
                && first.standardError.contains("The README names no licence."))
        #expect(!repository.folder.exists("notes.jsonl"), "a note was added before anybody was asked")
        #expect(try model.log().count { $0["event"] == "begin" } == 2)
        let answered = try await coordinator("approve", job, "reviewer", "--call", "2.1", "--choice", "approve")
        #expect(answered.status == 0, "\(answered.standardError)")
        let resumed = try await coordinator(
            "resume", job, "--model", "scripted", "--out", out, "--output", "json", "--no-progress")
        #expect(resumed.status == 0, "\(resumed.standardError)")
        #expect(try repository.folder.read("notes.jsonl") == "{\"text\": \"The README names no licence.\"}\n")
        #expect(try model.log().count { $0["event"] == "begin" } == 3, "a turn was paid twice")
        let review = try JSONValue(json: store.read("out/artifacts/review.json").utf8)
        #expect(review["findings"]?.arrayValue?.count == 1)
        // The shell's program ran confined, and its result was told.
        let last = try #require(try model.log().last { $0["event"] == "begin" })
        let told = try #require(last["body"]).json()
        #expect(told.contains("1 README.md"), "\(told)")
    }

    /// The server says what variables it has; the token of another one is none of them.
    @Test func serverGetsOnlyTheVariablesThatTheJobNames() async throws {
        let script = try String(
            contentsOf: TestPython.packageRoot.appending(path: "Examples/agents/mcp_notes.py"), encoding: .utf8)
        let spying = script.replacing(
            "def main():\n",
            with:
                "def main():\n    import os\n    pathlib.Path(sys.argv[1]).write_text(json.dumps(sorted(os.environ)))\n"
        )
        let job = """
            workflow: w
            tools: {notes: {mcp: {command: [python3, spy.py, seen.json], env: [WANTED]}}}
            agents: [{name: a, uses: model, instructions: "You answer questions about a repository.", tools: [files, {mcp: notes}]}]
            """
        let repository = try await Repository(["spy.py": spying, "job.yaml": job, "README.md": "A shop.\n"])
        let model = try await Model()
        let run = try await CoordinatorProgram.run(
            "run", "job.yaml", "--model", "scripted", "--out", "out", "--no-progress",
            environment: model.environment.merging(["WANTED": "1", "GITHUB_TOKEN": "secret"]) { first, _ in first },
            in: repository.folder.url)
        #expect(run.status == 0, "\(run.standardError)")
        let seen =
            try JSONValue(json: repository.folder.read("seen.json").utf8).arrayValue?.compactMap(\.stringValue) ?? []
        #expect(seen.contains("WANTED") && seen.contains("PATH"))
        #expect(!seen.contains("GITHUB_TOKEN") && !seen.contains("OPENAI_API_KEY") && !seen.contains("OPENAI_BASE_URL"))
    }

    // MARK: budget

    /// Ten agents that never have enough, in a job that may spend one dollar: whatever is under way at a time, what has been
    /// spent and what could be spent on it stays below.
    @Test func noCallIsMadeThatCouldExceedTheBudget() async throws {
        let repository = try await changedRepository()
        let agents = (0..<10).map {
            "- {name: a\($0), uses: model, instructions: You never have enough., tools: [files], limits: {turns: 100}}"
        }
        let job =
            "workflow: glut\nlimits: {concurrency: 10, budget: {cost_usd: 1.0}}\nagents:\n"
            + agents.joined(separator: "\n") + "\n"
        let prices = try TemporaryFolder()
        try prices.write(job, to: "job.yaml")
        // Ten agents with a hundred turns each want some 70 dollars.
        try prices.write(#"{"scripted": {"input": 10, "output": 50}}"#, to: "prices.json")
        let model = try await Model(completionTokens: 1_200)
        let run = try await run(
            prices.file("job.yaml").path, in: repository, model,
            environment: ["COORDINATOR_MODEL_PRICES": prices.file("prices.json").path])
        #expect(run.program.status == 1, "\(run.program.standardError)")
        #expect(run.result.agents.allSatisfy { $0.error?.contains("budget") == true }, "\(run.program.standardError)")
        var spent = 0.0
        var underWay: [Int: Double] = [:]
        var calls = 0
        for entry in try model.log() {
            let number = try #require(entry["number"]?.integerValue)
            let prompt = try #require(entry["prompt"]?.integerValue)
            func cost(_ output: Int) -> Double { Double(prompt) * 10 / 1e6 + Double(output) * 50 / 1e6 }
            if entry["event"] == "begin" {
                calls += 1
                underWay[Int(number)] = cost(Int(try #require(entry["limit"]?.integerValue)))
            } else {
                underWay[Int(number)] = nil
                spent += cost(1_200)
            }
            #expect(spent + underWay.values.reduce(0, +) <= 1.0, "at call \(number)")
        }
        #expect(calls > 10 && spent > 0.7, "\(calls) calls, \(spent) USD")
        let usage = run.result.metrics.job.usage
        #expect(abs(usage.costUSD - spent) < 1e-9, "\(usage) against \(spent)")
        #expect(usage.outputTokens == calls * 1_200)
    }
}

extension String {
    /// What stands after the last slash.
    fileprivate var lastComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
