import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// Agents in other languages, run by the real program.
@Suite(.timeLimit(.minutes(3))) struct ProgramAgents {
    /// The processes whose command line holds a text.
    private func processes(with token: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }.compactMap { process in
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return nil }
            let text = String(decoding: line, as: UTF8.self).replacing("\0", with: " ")
            return text.contains(token) && text.contains("sleep") ? "\(process) \(text)" : nil
        }
    }

    /// A daemon as they are made: two forks, a session of its own, no environment, no open descriptor. Nothing ties it to the
    /// program but that orphans become the children of `coordinator`.
    @Test(arguments: [("exit", "succeeded"), ("hang", "timeout")]) func daemonizedProcessIsKilled(
        ending: String, outcome: String
    ) async throws {
        let token = "1000.\(UInt32.random(in: 1...9_999_999))"
        let repository = try await Repository()
        try repository.write(
            Data(
                """
                import os, sys, time
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        for descriptor in range(3):
                            os.close(descriptor)
                        os.execve("/bin/sleep", ["sleep", "\(token)"], {})
                    os._exit(0)
                os.wait()
                if sys.argv[1] == "hang":
                    time.sleep(1000)
                print("{}")
                """.utf8), to: "daemon.py")
        let job = try JobFiles(
            """
            workflow: daemons
            agents:
              - {name: a, uses: command, command: [python3, daemon.py, \(ending)], timeout: \(ending == "hang" ? "3s" : "60s"), max_retries: 0}
            """)
        let run = try await CoordinatorProgram.run(
            "run", job.job, "--workspace", repository.path, "--out", job.out, "--output", "json")
        let result = try JSONDecoder().decode(JobResult.self, from: Data(run.standardOutput.utf8))
        #expect(result["a"]?.outcome.rawValue == outcome, "\(run.standardError)")
        #expect(try processes(with: token) == [])
    }

    /// The examples that a newcomer copies: Python, shell, a service, and a program without a manifest.
    @Test func exampleAgentsRun() async throws {
        let root = TestPython.packageRoot
        let service = try await PythonServer(
            python: TestPython.fromPath, script: root.appending(path: "Examples/agents/words_service.py"),
            arguments: ["0"])
        // As they ship, but for the service's port.
        let folder = try TemporaryFolder()
        for name in ["todos", "changelog", "words"] {
            let text = try String(contentsOf: root.appending(path: "Examples/agents/\(name).yaml"), encoding: .utf8)
            try Data(text.replacing("127.0.0.1:8091", with: "127.0.0.1:\(service.port)").utf8).write(
                to: folder.file("\(name).yaml"))
        }
        let out = try TemporaryFolder()
        let run = try await Program.run(
            CoordinatorProgram.url,
            [
                "run", "Examples/agents.yaml", "--agents", folder.url.path, "--out", out.url.path, "--output", "json",
                "--log-format", "json",
            ], in: root)
        let result = try JSONDecoder().decode(JobResult.self, from: Data(run.standardOutput.utf8))
        #expect(result.agents.map(\.outcome) == Array(repeating: .succeeded, count: 4), "\(run.standardError)")
        #expect(result.artifacts["todos"]?.arrayValue?.contains { $0["path"] == "Examples/agents/todos.py" } == true)
        #expect(result.artifacts["changelog"]?.arrayValue?.isEmpty == false)
        #expect((result.artifacts["words"]?["total"]?.integerValue ?? 0) > 100)
        #expect((result.artifacts["size"]?.integerValue ?? 0) > 1000)
        // What a program says on standard error is a log line of its attempt.
        let line = try #require(run.standardError.split(separator: "\n").first { $0.contains("findings in") })
        #expect(try JSONValue(json: line.utf8)["attributes"]?["gen_ai.agent.name"] == "todos", "\(line)")
    }

    @Test func agentsCommandListsAgentsAndProblems() async throws {
        let folder = try TemporaryFolder()
        try Data("{name: good, version: '1', capabilities: [x], command: [a]}".utf8).write(to: folder.file("a.yaml"))
        let good = try await CoordinatorProgram.run("agents", "--agents", folder.url.path)
        #expect(
            good.status == 0 && good.standardOutput.contains("good") && good.standardOutput.contains("artifacts.good"))
        try Data("name: bad\nverson: 1\n".utf8).write(to: folder.file("b.yaml"))
        let bad = try await CoordinatorProgram.run("agents", "--agents", folder.url.path, "--output", "json")
        #expect(
            bad.status == 2 && bad.standardError.contains("b.yaml:2:1: verson: unknown key; did you mean 'version'?"))
        let document = try JSONValue(json: bad.standardOutput.utf8)
        #expect(document["agents"]?.arrayValue?.map { $0["name"] } == ["collector", "drafter", "validator", "good"])
        #expect(document["problems"]?.arrayValue?.count == 1)
        // A job that names the agent whose manifest is wrong is told why there is no such agent.
        try Data("workflow: w\nagents: [{name: a, uses: bad}, {name: b, uses: {capability: y}}]\n".utf8).write(
            to: folder.file("job.txt"))
        for command in ["run", "validate"] {
            let told = try await CoordinatorProgram.run(
                command, folder.file("job.txt").path, "--agents", folder.url.path)
            #expect(told.status == 2 && told.standardError.contains("b.yaml:2:1: verson: unknown key"))
            #expect(told.standardError.contains("no such agent as 'bad'"))
            #expect(
                told.standardError.contains("no agent has the capability 'y'; known are collect, draft, validate, x"))
        }
        let none = try await CoordinatorProgram.run("agents", "--agents", "/nowhere")
        #expect(none.status == 2 && none.standardError.contains("there is no such folder"))
    }

    /// The schemas are ones for others too, and the examples keep to them.
    @Test func printedSchemasAcceptTheExamples() async throws {
        let folder = try TemporaryFolder()
        let checker = try TestPython.withOfficialMessages.deletingLastPathComponent().appending(
            path: "check-jsonschema")
        let examples = TestPython.packageRoot.appending(path: "Examples")
        for (kind, files) in [
            ("agent", ["agents/todos.yaml", "agents/changelog.yaml", "agents/words.yaml"]),
            ("job", ["agents.yaml", "model.yaml"]),
        ] {
            let schema = try await CoordinatorProgram.run("schema", kind)
            try Data(schema.standardOutput.utf8).write(to: folder.file("\(kind).json"))
            let files = files.map { examples.appending(path: $0).path }
            let check = try await Program.run(checker, ["--schemafile", folder.file("\(kind).json").path] + files)
            #expect(check.status == 0, "\(check.standardOutput)")
        }
        try Data("{name: a, version: '1', command: [x], http: 'http://h'}".utf8).write(to: folder.file("wrong.yaml"))
        let wrong = try await Program.run(
            checker, ["--schemafile", folder.file("agent.json").path, folder.file("wrong.yaml").path])
        #expect(wrong.status != 0)
    }

    @Test func initWritesAJobThatRuns() async throws {
        let repository = try await Repository()
        let first = try await CoordinatorProgram.run("init", in: repository.folder.url)
        #expect(first.status == 0, "\(first.standardError)")
        let again = try await CoordinatorProgram.run("init", in: repository.folder.url)
        #expect(again.status == 2 && again.standardError.contains("give another name"))
        let printed = try await CoordinatorProgram.run("init", "-", in: repository.folder.url)
        #expect(try Data(contentsOf: repository.folder.file("job.yaml")) == Data(printed.standardOutput.utf8))
        let run = try await CoordinatorProgram.run("run", "job.yaml", in: repository.folder.url)
        #expect(run.status == 0, "\(run.standardError)")
        #expect(run.standardError.contains("which work by their rules; --model names one"))
    }

    @Test func doctorReportsFailedChecksWithRemedies() async throws {
        let repository = try await Repository()
        let well = try await CoordinatorProgram.run("doctor", in: repository.folder.url)
        #expect(well.status == 0, "\(well.standardOutput)\(well.standardError)")
        #expect(well.standardOutput.contains("✓ workspace") && well.standardOutput.contains("– collector"))
        let nowhere = try TemporaryFolder()
        let ill = try await CoordinatorProgram.run(
            "doctor", "--model", "ollama/m", "--output", "json",
            environment: ["OLLAMA_HOST": "127.0.0.1:1", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"],
            in: nowhere.url)
        #expect(ill.status == 1 && ill.standardError.contains("3 things need a hand"))
        let findings = try JSONValue(json: ill.standardOutput.utf8)["findings"]?.arrayValue ?? []
        let failed = findings.filter { $0["state"] == "failed" }
        #expect(failed.map { $0["name"] } == ["workspace", "collector", "model"])
        #expect(failed.allSatisfy { $0["remedy"]?.stringValue?.isEmpty == false })
    }

    /// Every subcommand has help of its own, in both ways to ask for it.
    @Test(arguments: ["run", "validate", "init", "agents", "doctor", "schema", "assets"])
    func subcommandsHaveHelp(name: String) async throws {
        let asked = try await CoordinatorProgram.run(name, "--help")
        #expect(
            asked.status == 0 && asked.standardOutput.contains("USAGE: coordinator \(name)"), "\(asked.standardOutput)")
        #expect(try await CoordinatorProgram.run("help", name).standardOutput == asked.standardOutput)
    }

    @Test func completionScriptsAreGenerated() async throws {
        for shell in ["bash", "zsh", "fish"] {
            let run = try await CoordinatorProgram.run("--generate-completion-script", shell)
            #expect(run.status == 0 && run.standardOutput.contains("doctor"), "\(shell)")
        }
    }

    #if Server
        /// Agents appear, change and vanish while a server runs; jobs find those that are there.
        @Test func runningServerFollowsItsManifests() async throws {
            let repository = try await Repository()
            try repository.write(Data("{}".utf8), to: "agents/.keep")
            let server = try await ServerProcess(["serve", "--port", "0", "--workspace", repository.path])
            func versions() async throws -> [String] {
                try JSONValue(json: await server.ask("GET", "/v1/agents").body)["agents"]?.arrayValue?
                    .filter { $0["source"] != "shipped" }.compactMap { $0["version"]?.stringValue } ?? []
            }
            func waitFor(_ expected: [String]) async throws {
                try await eventually { try await versions() == expected }
            }
            let job = "workflow: w\nagents: [{name: a, uses: speaker}]\n"
            let early = try await server.ask("POST", "/v1/jobs", job)
            #expect(early.status == 422 && early.text.contains("there is no such agent as 'speaker'"), "\(early.text)")
            func manifest(_ version: String) -> Data {
                Data(
                    """
                    {name: speaker, version: '\(version)', command: [printf, '{"set": {"artifacts.a": "\(version)"}}']}
                    """.utf8)
            }
            try repository.write(manifest("1"), to: "agents/speaker.yaml")
            try await waitFor(["1"])
            for version in ["1", "2"] {
                try repository.write(manifest(version), to: "agents/speaker.yaml")
                try await waitFor([version])
                let accepted = try await server.ask("POST", "/v1/jobs", job)
                #expect(accepted.status == 202, "\(accepted.text)")
                let place = try #require(accepted.header("location"))
                let answer = try await server.ended(place)
                let result = try JSONDecoder().decode(JobResult.self, from: Data(answer.body))
                #expect(result.artifacts["a"] == .string(version))
            }
            try FileManager.default.removeItem(at: repository.folder.file("agents/speaker.yaml"))
            try await waitFor([])
            let (status, said) = try await server.end()
            #expect(status == 0)
            #expect(said.contains("agent 'speaker' 1 appeared") && said.contains("changed from 1 to 2"), "\(said)")
        }
    #endif
}
