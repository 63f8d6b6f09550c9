import Coordinator
import CurlClient
import ExternalAgents
import Foundation
import JobComposition
import JobFile
import Logging
import SourceCodeTestSupport
import Testing

/// What a job's file and a manifest say about one agent's sandbox.
@Suite(.timeLimit(.minutes(5))) struct SandboxChoices {
    private struct Silent: Agent {
        func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution { Contribution() }
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A runtime that knows an agent of a manifest, which says how it was run.
    private func runtime(_ sandbox: String?, in scratch: borrowing ScratchFolder) throws -> CoordinatorRuntime {
        let key = sandbox.map { "sandbox: \($0)\n" } ?? ""
        try scratch.write(
            "agents/lint.yaml",
            """
            name: lint
            version: "1"
            capabilities: [review]
            command: [sh, -c, 'cat > /dev/null; echo x > written']
            role: {writes: [artifacts.a]}
            policy: {max_retries: 0}
            \(key)
            """)
        let runtime = CoordinatorRuntime(.init(retryBudget: nil))
        let folder = ManifestFolder(
            scratch.path + "/agents", workspace: scratch.path, environment: ["PATH": "/usr/bin:/bin"],
            client: SharedHTTPClient(), logger: logger)
        folder.refresh(runtime.agents)
        try #require(runtime.agents.entry(.name("lint")) != nil, "\(folder.problems)")
        return runtime
    }

    private func mistakes(_ key: String, uses: String = "lint", in runtime: CoordinatorRuntime) -> [String] {
        let text = "workflow: w\nagents: [{name: a, uses: \(uses), \(key)}]"
        let read = JobFileReader.read(
            text, file: "x.yaml",
            options: KnownAgents(runtime.agents).options(models: nil, environment: ["HOME": "/home/ann"]))
        guard case .failure(let failure) = read else { return [] }
        return failure.problems.map(\.description)
    }

    @Test(
        arguments: [
            (nil, "{level: landlock, writes: [/srv]}"), ("false", "landlock"), ("none", "{writes: [/srv]}"),
            ("true", "true"), ("{level: landlock, reads: [/data]}", "true"), ("true", "bubblewrap"),
            ("landlock", "bubblewrap"), ("landlock", "{limits: {memory: 512MiB}}"),
            ("{reads: [/data]}", "{reads: [/data/a, /data]}"),
            ("{writes: [/data]}", "{reads: [/data/b], writes: [/data/a]}"),
            ("{reads: [~/x]}", "{reads: [/home/ann/x]}"),
            ("{limits: {memory: 2GiB, cpu: 2m}}", "{limits: {memory: 2GiB, cpu: 2m, processes: 3, file_size: 4KiB}}"),
        ] as [(String?, String)]) func aJobFileMayAskForAsMuchAsTheManifest(manifest: String?, wanted: String)
        async throws
    {
        let scratch = try ScratchFolder()
        let runtime = try self.runtime(manifest?.replacing("~", with: "/home/ann"), in: scratch)
        #expect(mistakes("sandbox: \(wanted)", in: runtime) == [])
        #expect(mistakes("sandbox: \(wanted)", uses: "{capability: review}", in: runtime) == [])
        let scan = ManifestScan(scratch.path + "/agents", home: nil)
        let options = KnownAgents(scan).options(models: nil, environment: ["HOME": "/home/ann"])
        let text = "workflow: w\nagents: [{name: a, uses: lint, sandbox: \(wanted)}]"
        #expect((try? JobFileReader.read(text, file: "x.yaml", options: options).get()) != nil)
    }

    @Test(
        arguments: [
            ("true", "false", "the level is none, and the machine's there"),
            ("true", "landlock", "the level is landlock"),
            ("bubblewrap", "landlock", "the level is landlock, and bubblewrap there"),
            ("landlock", "none", "the level is none, and landlock there"),
            ("{reads: [/data]}", "{reads: [/database]}", "/database may not be read there"),
            ("{reads: [/data]}", "{writes: [/data]}", "/data may not be written there"),
            ("{writes: [/data/a]}", "{writes: [/data]}", "/data may not be written there"),
            ("true", "{reads: [/srv]}", "/srv may not be read there"),
            ("{limits: {memory: 512MiB}}", "{level: bubblewrap}", "memory is 1073741824 bytes, and 536870912 there"),
            ("true", "{limits: {processes: 65}}", "processes are 65, and 64 there"),
            ("true", "{limits: {cpu: 61s}}", "cpu is 1m1s, and 1m there"),
            ("true", "{limits: {file_size: 65MiB}}", "file_size is 68157440 bytes, and 67108864 there"),
        ]) func aJobFileMayNotAskForLessThanTheManifest(manifest: String, wanted: String, words: String) async throws
    {
        let scratch = try ScratchFolder()
        let runtime = try self.runtime(manifest, in: scratch)
        for uses in ["lint", "{capability: review}"] {
            let found = mistakes("sandbox: \(wanted)", uses: uses, in: runtime)
            #expect(
                found.count == 1 && found[0].contains("agents[0].sandbox: its manifest confines it more: " + words),
                "\(found)")
            #expect(found.first?.contains("write sandbox: true to take what the manifest says") == true)
        }
    }

    @Test func whatStartsNoProgramIsNotConfined() {
        let runtime = CoordinatorRuntime(.init(retryBudget: nil))
        runtime.agents.register(.init("words", capabilities: ["count"], agent: Silent()))
        for uses in ["words", "{capability: count}"] {
            let found = mistakes("sandbox: true", uses: uses, in: runtime)
            #expect(found.count == 1 && found[0].contains("it is no program of this machine"), "\(found)")
        }
        let found = mistakes("sandbox: true", uses: "{capability: collect}", in: runtime)
        #expect(
            found.count == 1 && found[0].contains("the agent is the collector, which starts no program"), "\(found)")
        #expect(mistakes("sandbox: true", uses: "{capability: validate}", in: runtime) == [])
    }

    /// Runs the job's one agent, and says at what level, and whether it wrote into the workspace.
    private func run(
        _ sandbox: SandboxPolicy?, manifest: String?, changedTo later: String? = nil
    ) async throws -> (agent: AgentResult, wrote: Bool) {
        let scratch = try ScratchFolder()
        _ = try await scratch.git("init", "-q")
        let runtime = try self.runtime(manifest, in: scratch)
        try await scratch.commitAll()
        let spec = JobSpecification(
            workflow: "w", agents: [AgentSpecification(name: "a", uses: .manifest("lint"), sandbox: sandbox)])
        let composer = JobComposer(
            workspace: scratch.path, logger: logger, runtime: runtime, environment: ["PATH": "/usr/bin:/bin"])
        let job = try await composer.compose(spec, jobID: "j").coordinator
        if let later {
            let other = try self.runtime(later, in: scratch)
            runtime.agents.register(try #require(other.agents.entry(.name("lint"))))
        }
        let result = try await job.executeParallel()
        return (
            try #require(result["a"]), FileManager.default.fileExists(atPath: scratch.path + "/written")
        )
    }

    @Test func whatHoldsIsWhatTheAgentRunsIn() async throws {
        let plain = try await run(nil, manifest: nil)
        #expect(plain.agent.attempts[0].sandbox == nil && plain.wrote)
        for (policy, manifest, level) in [
            (nil, "landlock", SandboxLevel.landlock), (SandboxPolicy(), "landlock", .landlock),
            (SandboxPolicy(level: .landlock), nil, .landlock),
            (SandboxPolicy(level: .bubblewrap), "landlock", .bubblewrap),
            (SandboxPolicy(level: .landlock), "none", .landlock),
        ] as [(SandboxPolicy?, String?, SandboxLevel)] {
            let run = try await run(policy, manifest: manifest)
            #expect(run.agent.outcome == .succeeded, "\(run.agent.error ?? "")")
            #expect(run.agent.attempts[0].sandbox?.level == level && !run.wrote, "\(manifest ?? "")")
        }
    }

    /// Between the job's start and the agent's, a manifest may change.
    @Test func aManifestThatChangedToAStricterOneIsKeptTo() async throws {
        let run = try await run(SandboxPolicy(level: .landlock), manifest: nil, changedTo: "bubblewrap")
        #expect(run.agent.outcome == .failed && run.agent.attempts.count == 1 && !run.wrote)
        #expect(run.agent.error?.contains("lint 1: its manifest confines it more") == true, "\(run.agent.error ?? "")")
    }

    @Test func aJobOfASpecificationThatAsksForTooLittleIsNotMade() async throws {
        for (uses, manifest) in [
            (AgentSpecification.Implementation.manifest("lint"), "bubblewrap"), (.standard("drafter"), "true"),
            (.http(url: "http://127.0.0.1:1/"), "true"),
        ] {
            let scratch = try ScratchFolder()
            let runtime = try self.runtime(manifest, in: scratch)
            let spec = JobSpecification(
                workflow: "w",
                agents: [AgentSpecification(name: "a", uses: uses, sandbox: SandboxPolicy(level: .landlock))])
            let composer = JobComposer(workspace: scratch.path, logger: logger, runtime: runtime)
            await #expect(throws: JobCompositionError.self) { _ = try await composer.compose(spec, jobID: "j") }
        }
    }
}
