// The README's example.
import Coordinator

@main
struct InSwift {
    static func main() async throws {
        // snippet.job
        let context = JobContext(id: "job-123", task: JobTask(requirements: ["feature_x"]))
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask("collector", role: .collector, timeout: .seconds(30), maxRetries: 2) { view, attempt in
                Contribution(set: ["artifacts.context": ["words": .integer(Int64(view.task.description.count))]])
            })
        let result = try await coordinator.executeParallel()
        print(result.status, coordinator.metrics().agents["collector"]!.totalLatency)
        // snippet.end
    }
}
