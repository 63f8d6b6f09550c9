import Coordinator
import Foundation
import SourceCode
import SourceCodeTestSupport
import StandardAgents
import Testing

@Suite(.timeLimit(.minutes(10))) struct CollectorAgentTests {
    private func run(
        _ agent: CollectorAgent, code: JSONValue? = nil, timeout: Duration = .seconds(60)
    ) async throws -> JobResult {
        let context = JobContext(
            id: "job", task: JobTask(description: "explain retries"),
            artifacts: code.map { ["code": $0] } ?? [:])
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask("collector", role: .collector, timeouts: TimeoutPolicy(attempt: timeout), agent: agent))
        return try await coordinator.executeParallel()
    }

    @Test func codeIsReadFromTheBlackboard() async throws {
        let token = "gh" + "p_" + "aZ3kQ9xB7mR2tW5yN8pL4vC6dF1gH0jSaZ3k"
        let result = try await run(
            CollectorAgent(), code: ["a.swift": "/// Retries.\npublic func retry() {}", "b.sh": .string("T=" + token)])
        #expect(result.status == .succeeded)
        let context: CollectedContext = try #require(result.artifacts["context"]).decoded()
        #expect(context.files.map(\.path) == ["a.swift"] && context.ranking.map(\.path) == ["a.swift"])
        #expect(context.skipped.map(\.reason) == [.secretContent])
        #expect(context.symbols.first?.symbols.first?.documentation == "Retries.")
    }

    @Test func workspaceIsReadWhenTheBlackboardHoldsNoCode() async throws {
        let folder = try ScratchFolder()
        try folder.write("Sources/a.py", "def retry(): pass\n")
        try folder.write("other.py", "x = 1\n")
        try await folder.commitAll()
        let result = try await run(CollectorAgent(workspace: folder.path, include: ["Sources/**"]))
        let context: CollectedContext = try #require(result.artifacts["context"]).decoded()
        #expect(
            context.files.map(\.path) == ["Sources/a.py"] && context.revision?.count == 40 && context.dirty == false)
    }

    @Test func unreadableInputFailsPermanently() async throws {
        for (agent, code) in [
            (CollectorAgent(), nil), (CollectorAgent(workspace: "/no/such/folder"), nil),
            (CollectorAgent(), JSONValue.array(["x"])),
        ] as [(CollectorAgent, JSONValue?)] {
            let result = try await run(agent, code: code)
            #expect(result.status == .failed && result.agents[0].attempts.count == 1)
            #expect(result.agents[0].error?.isEmpty == false)
        }
    }

    @Test func attemptTimeoutKillsTheChildProcess() async throws {
        let folder = try ScratchFolder()
        let alive = try NamedPipe("\(folder.path)/alive")
        let collector = try Collector(
            compiler: "exec 9> '\(folder.path)/alive'\ntrap '' TERM\nsleep 1000\n", in: folder)
        let result = try await run(
            CollectorAgent(collector: collector), code: ["a.swift": "let a = 1"], timeout: .seconds(2))
        #expect(result.agents[0].outcome == .timeout)
        // The end of the pipe comes when the program and its children are gone.
        #expect(await alive.read() == [])
    }
}

extension Collector {
    /// One whose Swift compiler is this shell script.
    init(compiler script: String, in folder: borrowing ScratchFolder) throws {
        let compiler = try folder.writeProgram("swiftc", "#!/bin/sh\n" + script)
        self.init(catalog: SymbolCatalog(extractor: SymbolExtractor(tools: .init(swiftCompiler: compiler))))
    }
}
