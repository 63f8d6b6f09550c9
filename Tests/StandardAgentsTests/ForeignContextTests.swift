import Coordinator
import SourceCodeTestSupport
import StandardAgents
import Testing

/// The context on the blackboard may be that of any agent, not of the collector that ships.
@Suite(.timeLimit(.minutes(3))) struct ForeignContexts {
    private static let text = "/// Adds.\npublic func add(_ a: Int) throws -> Int {\n    a + 1\n}\n"

    private func symbol(_ line: Int, _ start: Int, _ end: Int) -> JSONValue {
        [
            "name": "add", "kind": "function", "line": .integer(Int64(line)), "start_line": .integer(Int64(start)),
            "end_line": .integer(Int64(end)), "signature": "public func add(_ a: Int) throws -> Int", "is_public": true,
            "is_documented": false, "documentation": "a\nb", "parameters": [], "throws": true, "async": false,
            "is_static": false,
        ]
    }

    @Test(arguments: [
        (2, 2, Int.max), (2, 2, Int.min), (2, .min, 4), (Int.max, 2, 4), (Int.min, .min, .min), (2, 3, 1), (0, 0, 0),
        (2, 2, 1_000_000_000), (Int.max, .max, .max),
    ])
    func declarationsOutsideOfTheirTextAreReadAnew(line: Int, start: Int, end: Int) async throws {
        let repository = try await DrafterRepository([
            "Sources/a.swift": Self.text, "b.py": "def add(a):\n    raise E\n",
        ])
        let files = ["Sources/a.swift", "b.py", "elsewhere.swift"].map { path -> JSONValue in
            [
                "path": .string(path), "language": path.hasSuffix("py") ? "python" : "swift", "extractor": "line-scan",
                "symbols": [symbol(line, start, end)],
            ]
        }
        let context = JobContext(
            id: "j", task: JobTask(description: "Document add.", requirements: ["add has a docstring"]),
            artifacts: ["context": ["symbols": .array(files)]])
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask("drafter", role: .drafter, agent: DrafterAgent(workspace: repository.path)))
        try coordinator.register(
            AgentTask("validator", role: .validator, agent: ValidatorAgent(workspace: repository.path)))
        let result = try await coordinator.executeParallel()
        for agent in result.agents { #expect(agent.outcome == .succeeded, "\(agent.error ?? "")") }
    }
}
