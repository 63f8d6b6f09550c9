import Coordinator
import ExternalAgents
import Foundation
import SourceCodeTestSupport
import Support
import TestSupport
import Testing

/// Programs as agents in a sandbox: they work in a copy that is thrown away, and end as outside.
@Suite(.timeLimit(.minutes(10))) struct ConfinedCommands {
    static let levels = [SandboxLevel.bubblewrap, .landlock]

    private func run(
        _ script: String, in workspace: String, _ sandbox: SandboxPolicy? = SandboxPolicy(),
        timeout: Duration = .seconds(60), limit: Int = 1 << 20
    ) async throws -> (agent: AgentResult, value: JSONValue?) {
        let context = JobContext(id: "j", task: JobTask(description: "the task"))
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask(
                "a", role: Role(name: "a", reads: ["task"], writes: ["artifacts.a"]),
                timeouts: TimeoutPolicy(attempt: timeout), retry: RetryPolicy(maxRetries: 0),
                agent: CommandAgent(
                    ["sh", "-c", script], workingDirectory: workspace, environment: ["PATH": "/usr/bin:/bin"],
                    outputLimit: limit, sandbox: sandbox)))
        let result = try await coordinator.executeParallel()
        #expect(await coordinator.waitForAbandonedCode(atMost: .seconds(60)))
        return (try #require(result["a"]), context.snapshot.value(at: "artifacts.a"))
    }

    private func repository() async throws -> DrafterRepository {
        let repository = try await DrafterRepository(["a.txt": "one\n", ".gitignore": "ignored\n"])
        try repository.write("new.txt", "two\n")
        try repository.write("ignored", "three\n")
        return repository
    }

    /// The scratch folders of this process's user that hold a file of this name.
    private func copies(with name: String) throws -> [String] {
        try Folders.names(in: Folders.temporary).filter {
            FileManager.default.fileExists(atPath: "\(Folders.temporary)/\($0)/workspace/\(name)")
        }
    }

    @Test(arguments: ConfinedCommands.levels) func aProgramStartsInACopyThatIsThrownAway(
        level: Coordinator.SandboxLevel
    ) async throws {
        let repository = try await repository()
        let token = "token-\(UUID().uuidString)"
        let before = try repository.snapshot()
        let script = """
            cat > /dev/null; echo changed > a.txt; echo x > \(token); ls -A \(repository.path) > /dev/null 2>&1 && seen=1
            printf '{"set": {"artifacts.a": {"files": "%s", "seen": "%s", "pwd": "%s"}}}' "$(ls | tr '\\n' ' ')" "$seen" "$PWD"
            """
        let (agent, value) = try await run(script, in: repository.path, SandboxPolicy(level: level))
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        #expect(value?["files"]?.stringValue == "a.txt new.txt \(token) ")
        #expect(value?["seen"] == "" && value?["pwd"]?.stringValue?.hasSuffix("/workspace") == true)
        #expect(try repository.snapshot() == before)
        #expect(try copies(with: token) == [])
        let report = try #require(agent.attempts[0].sandbox)
        #expect(report.level == level && Set(report.limits.keys) == Set(SandboxReport.Limit.allCases))
    }

    /// The control of the test above: the same program without the key changes the workspace, and is not counted.
    @Test func withoutASandboxAProgramWorksInTheWorkspaceItself() async throws {
        let repository = try await repository()
        let script = "cat > /dev/null; echo changed > a.txt"
        #expect(try await run(script, in: repository.path, nil).agent.attempts[0].sandbox == nil)
        #expect(repository.read("a.txt") == "changed\n")
        try repository.write("a.txt", "one\n")
        let (agent, _) = try await run(script, in: repository.path, SandboxPolicy(level: SandboxLevel.unconfined))
        #expect(
            agent.attempts[0].sandbox == SandboxReport(level: .unconfined) && repository.read("a.txt") == "changed\n")
    }

    @Test(arguments: ConfinedCommands.levels) func endingsMeanWhatTheyMeanOutside(level: Coordinator.SandboxLevel)
        async throws
    {
        let repository = try await repository()
        let policy = SandboxPolicy(level: level)
        let rows: [(script: String, outcome: AgentOutcome, type: String, words: String)] = [
            ("echo bad >&2; exit 75", .failed, "_OTHER", "ended with 75, so another attempt may help: bad"),
            ("exit 69", .failed, "rate_limited", "ended with 69: it was asked to wait"),
            ("exit 3", .failed, "_OTHER", "ended with exit status 3"),
            ("kill -SEGV $$", .failed, "process_crash", "was ended by signal 11"),
            ("echo '{'", .failed, "invalid_output", "not one JSON document"),
            ("head -c 2000000 /dev/zero", .failed, "invalid_output", "was killed when it had written more than"),
            ("cat > /dev/null", .succeeded, "", ""),
        ]
        for row in rows {
            let outside = try await run(row.script, in: repository.path, nil).agent
            let (agent, _) = try await run(row.script, in: repository.path, policy)
            #expect(agent.outcome == row.outcome && agent.outcome == outside.outcome, "\(row.script)")
            #expect(agent.error?.contains(row.words) ?? row.words.isEmpty, "\(row.script): \(agent.error ?? "")")
            #expect(agent.errorType == outside.errorType, "\(row.script): \(agent.errorType ?? "")")
        }
        let (late, _) = try await run("sleep 1000", in: repository.path, policy, timeout: .seconds(3))
        #expect(late.outcome == .timeout, "\(late.error ?? "")")
    }

    @Test(arguments: ConfinedCommands.levels) func aLimitThatAProgramReachedIsInItsError(
        level: Coordinator.SandboxLevel
    ) async throws {
        let repository = try await repository()
        let policy = SandboxPolicy(level: level, limits: SandboxLimits(cpu: .seconds(1)))
        let (agent, _) = try await run("while :; do :; done", in: repository.path, policy)
        #expect(agent.outcome == .failed && agent.errorType == "process_crash", "\(agent.error ?? "")")
        #expect(agent.error?.contains("having reached its sandbox's limit of cpu") == true, "\(agent.error ?? "")")
    }

    /// No other level takes the place of one that cannot be had, and no attempt is made again.
    @Test func whatCannotBeConfinedFailsForGoodAndSaysWhatToDo() async throws {
        let repository = try await repository()
        let marker = try TemporaryFolder()
        chmod(marker.path, 0o777)
        let (agent, _) = try await run(
            "touch \(marker.path)/ran", in: repository.path, SandboxPolicy(reads: ["/nowhere"], writes: [marker.path]))
        #expect(agent.outcome == .failed && agent.attempts.count == 1 && agent.attempts[0].sandbox == nil)
        #expect(
            agent.error?.contains("/nowhere, which its sandbox names, is not there") == true, "\(agent.error ?? "")")
        #expect(marker.files == [])
    }

    @Test func aWorkspaceThatGitDoesNotKnowIsExplained() async throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "a.txt")
        let (agent, _) = try await run("true", in: folder.path)
        #expect(agent.outcome == .failed && agent.errorType == "workspace", "\(agent.errorType ?? "")")
        let error = agent.error ?? ""
        #expect(
            error.contains("sh is to run in a sandbox, which starts in a copy of the files that git knows."), "\(error)"
        )
        #expect(error.contains("Run \"git init\" there"), "\(error)")
        let (missing, _) = try await run("true", in: folder.path + "/missing")
        #expect(missing.error?.contains("does not exist. Give an existing folder.") == true, "\(missing.error ?? "")")
    }

    @Test(arguments: ConfinedCommands.levels) func whatAPolicyLetsAProgramWriteStays(level: Coordinator.SandboxLevel)
        async throws
    {
        let repository = try await repository()
        let (readable, writable) = (try TemporaryFolder(), try TemporaryFolder())
        try readable.write("data", to: "data")
        for folder in [readable, writable] { chmod(folder.path, 0o777) }
        let policy = SandboxPolicy(level: level, reads: [readable.path], writes: [writable.path])
        let script =
            "cat > /dev/null; cat \(readable.path)/data > \(writable.path)/got; echo x > \(readable.path)/no; true"
        let (agent, _) = try await run(script, in: repository.path, policy)
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        #expect(try writable.read("got") == "data" && readable.files == ["data"])
    }
}
