import Coordinator
import CoordinatorTestKit

/// Runs a job whose agents write a word each.
func runJob(_ id: String, workflow: String = "test", agents: [String], in store: any JobJournal) async throws {
    let context = JobContext(id: id, journal: store, journalTimeout: .seconds(3_600))
    let coordinator = JobCoordinator(context, workflow: workflow)
    for agent in agents {
        let path = ContextPath(segments: ["artifacts", agent])
        try coordinator.register(
            AgentTask(
                agent, role: Role(name: "r", writes: [ContextPattern(path)]),
                agent: ScriptedAgent(.succeed(Contribution(set: [path: "done"])))))
    }
    _ = try await coordinator.executeParallel()
}
