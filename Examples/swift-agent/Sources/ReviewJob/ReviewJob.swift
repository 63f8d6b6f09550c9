import Coordinator
import HeadlineAgent

/// A job of two agents, defined in code: one found by capability, and one made of a closure. They run in parallel.
@main struct ReviewJob {
    static func main() async throws {
        let runtime = CoordinatorRuntime()
        // Jobs find a registered agent while they run, by name or by capability; a new version replaces it.
        runtime.agents.register(.init("headlines", version: "1.0", capabilities: ["review"], agent: HeadlineAgent()))

        let files: JSONValue = ["README.md": "# Hello\n", "NOTES.md": "Some notes.\n", "main.swift": "print(1)\n"]
        let context = JobContext(
            id: "review-1", task: JobTask(description: "Review the documents."), artifacts: ["code": files])
        let job = JobCoordinator(context, runtime: runtime, workflow: "review")
        try job.register(
            AgentTask(
                "headlines", role: HeadlineAgent.role, timeouts: TimeoutPolicy(attempt: .seconds(10)),
                retry: RetryPolicy(maxRetries: 2), agent: DiscoveredAgent(.capability("review"), in: runtime.agents)))
        try job.register(
            AgentTask("size", role: Role(name: "size", reads: ["artifacts.code"], writes: ["artifacts.size"])) {
                view, _ in
                let texts = try view.value(at: "artifacts.code")?.objectValue?.values.compactMap(\.stringValue) ?? []
                return Contribution(set: ["artifacts.size": .integer(Int64(texts.reduce(0) { $0 + $1.utf8.count }))])
            })

        let result = try await job.executeParallel()
        print("\(result.workflow) \(result.status.rawValue)")
        for agent in result.agents {
            print("\(agent.name): \(agent.outcome.rawValue) after \(agent.attempts.count) attempt")
        }
        print(try JSONValue.object(result.artifacts).json(pretty: true))
    }
}
