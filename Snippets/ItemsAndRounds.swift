// Many elements and several rounds, as in the article "Many elements, several rounds".
import Coordinator

@main
struct ItemsAndRounds {
    static func main() async throws {
        try await items()
        try await rounds()
    }

    static func items() async throws {
        // snippet.job
        let files: JSONValue = ["a.swift": "let a = 1", "b.swift": "", "c.swift": "let c = 3"]
        let lengths = FieldDeclaration("artifacts.lengths", merge: .append)
        let context = JobContext(id: "job-1", artifacts: ["files": files], fields: [lengths])
        let coordinator = JobCoordinator(context)
        // snippet.end
        // snippet.items
        let role = Role(name: "measure", writes: ["artifacts.lengths"])
        let each = ForEach("artifacts.files", as: "file", concurrency: 8, quorum: .atLeast(2))
        try coordinator.register(
            AgentTask(
                "measure", role: role, forEach: each,
                agent: ClosureAgent { _, attempt in
                    guard let item = attempt.item, let path = item.key else { return Contribution() }
                    let text = try item.decode(as: String.self)
                    if text.isEmpty { throw AgentError(.permanent, errorType: "invalid_input", "\(path) is empty") }
                    return Contribution(
                        append: [
                            "artifacts.lengths": [["path": .string(path), "characters": .integer(Int64(text.count))]]
                        ])
                }))
        // snippet.end
        // snippet.result
        let result = try await coordinator.executeParallel()
        for item in result["measure"]?.items ?? [] {
            print(item.index, item.key ?? "", item.outcome.rawValue, item.error ?? "")
        }
        print(result["measure"]?.outcome.rawValue ?? "", try result.artifacts["lengths"]?.json() ?? "")
        // snippet.end
    }

    static func rounds() async throws {
        let coordinator = JobCoordinator(JobContext(id: "job-2"))
        // snippet.repeat
        try coordinator.register(
            Repeat("fix", agents: ["draft", "test"], until: .equals("artifacts.green", true), atMost: 5))
        // snippet.end
        // snippet.members
        try coordinator.register(
            AgentTask(
                "draft", role: Role(name: "draft", reads: ["artifacts.failures"], writes: ["artifacts.draft"])
            ) { view, attempt in
                let failures = try view.value(at: "artifacts.failures")?.integerValue ?? 0
                print("round \(attempt.round ?? 0): the last one left \(failures) failures")
                return Contribution(set: ["artifacts.draft": .integer(max(0, 2 - Int64(attempt.round ?? 1)))])
            })
        try coordinator.register(
            AgentTask(
                "test",
                role: Role(
                    name: "test", reads: ["artifacts.draft"], writes: ["artifacts.failures", "artifacts.green"]),
                needs: ["draft"]
            ) { view, _ in
                let failures = try view.value(at: "artifacts.draft")?.integerValue ?? 0
                return Contribution(
                    set: ["artifacts.failures": .integer(failures), "artifacts.green": .bool(failures == 0)])
            })
        // snippet.end
        let result = try await coordinator.executeParallel()
        for loop in result.repeats { print(loop.name, loop.rounds, loop.endedBy.rawValue) }
    }
}
