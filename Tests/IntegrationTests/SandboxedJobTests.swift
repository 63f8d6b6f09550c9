import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// Jobs whose programs run in a sandbox, by the real program: what comes of it, and where it is told.
@Suite(.timeLimit(.minutes(5))) struct SandboxedJobs {
    private static let agent = """
        import json, os, sys
        json.load(sys.stdin)
        seen = {"user": os.getuid(), "files": sorted(os.listdir("."))}
        for name, path in {"shadow": "/etc/shadow", "workspace": sys.argv[1]}.items():
            try:
                open(path).read()
                seen[name] = "read"
            except OSError as error:
                seen[name] = type(error).__name__
        open("written.txt", "w").write("x")
        json.dump({"set": {"artifacts.seen": seen}}, sys.stdout)
        """

    private func run(
        _ sandbox: String, environment: [String: String] = [:], arguments: [String] = []
    ) async throws -> (run: Program, job: JobFiles, repository: Repository) {
        let repository = try await Repository()
        try repository.write(Data(Self.agent.utf8), to: "look.py")
        try await repository.git("add", "--all")
        let job = try JobFiles(
            """
            workflow: confined
            agents:
              - name: look
                uses: command
                command: [python3, look.py, \(repository.folder.file("look.py").path)]
                role: {writes: [artifacts.seen]}
                max_retries: 0
                sandbox: \(sandbox)
            """)
        let run = try await Program.run(
            CoordinatorProgram.url,
            ["run", job.job, "--workspace", repository.path, "--out", job.out, "--output", "json"] + arguments,
            environment: environment)
        return (run, job, repository)
    }

    @Test(
        arguments: [
            ("true", [:], "bubblewrap"), ("true", ["COORDINATOR_SANDBOX": "landlock"], "landlock"),
            ("landlock", ["COORDINATOR_SANDBOX": "bubblewrap"], "landlock"),
        ] as [(String, [String: String], String)])
    func aConfinedProgramsLevelIsInTheResult(
        sandbox: String, environment: [String: String], level: String
    ) async throws {
        let (run, job, repository) = try await run(sandbox, environment: environment)
        #expect(run.status == 0, "\(run.standardError)")
        let result = try JSONValue(json: Array(Data(contentsOf: job.folder.file("out/result.json"))))
        let attempt = result["agents"]?.arrayValue?.first?["attempts"]?.arrayValue?.first
        #expect(attempt?["sandbox"]?["level"]?.stringValue == level, "\(attempt ?? .null)")
        #expect(attempt?["sandbox"]?["limits"]?.objectValue?.count == 4)
        let seen = try JSONValue(json: Array(Data(contentsOf: job.folder.file("out/artifacts/seen.json"))))
        #expect(seen["files"]?.arrayValue?.contains("look.py") == true)
        #expect(seen["workspace"]?.stringValue != "read", "\(seen)")
        if getuid() == 0 { #expect(seen["user"] != 0 && seen["shadow"]?.stringValue != "read", "\(seen)") }
        #expect(try !repository.contents().keys.contains("written.txt"))
        let metrics = try String(contentsOf: job.folder.file("out/metrics.prom"), encoding: .utf8)
        let runs = metrics.split(separator: "\n").filter { $0.hasPrefix("coordinator_sandbox_runs") }
        #expect(runs.contains { $0.contains("\"\(level)\"") && $0.contains("\"person\"") }, "\(runs)")
    }

    @Test func aLevelThatIsNoneFailsTheJobWithTheRemedy() async throws {
        let (run, _, repository) = try await run("true", environment: ["COORDINATOR_SANDBOX": "landlok"])
        #expect(run.status != 0)
        #expect(run.standardError.contains("COORDINATOR_SANDBOX names no level"), "\(run.standardError)")
        #expect(run.standardError.contains("Did you mean \"landlock\"?"), "\(run.standardError)")
        #expect(try !repository.contents().keys.contains("written.txt"))
    }

    @Test func withoutConfinementTheProgramWorksInTheWorkspace() async throws {
        let (run, job, repository) = try await run("false")
        #expect(run.status == 0, "\(run.standardError)")
        let result = try JSONValue(json: Array(Data(contentsOf: job.folder.file("out/result.json"))))
        let attempt = result["agents"]?.arrayValue?.first?["attempts"]?.arrayValue?.first
        #expect(attempt?["sandbox"] == ["level": "none", "limits": [:]], "\(attempt ?? .null)")
        #expect(try repository.contents().keys.contains("written.txt"))
    }

    @Test func validateNamesWhatIsWrongOfASandbox() async throws {
        let job = try JobFiles(
            "workflow: w\nagents: [{name: a, uses: command, command: [x], sandbox: {reads: [/], limits: {memory: 1GB}}}]"
        )
        let run = try await CoordinatorProgram.run("validate", job.job, in: job.folder.url)
        #expect(run.status != 0)
        for words in ["agents[0].sandbox.reads[0]: '/' is the whole machine", "did you mean '1GiB'?"] {
            #expect(run.output.contains(words), "\(run.output)")
        }
    }
}
