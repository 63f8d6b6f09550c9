// The usage example of the original sketch, line by line.
import Coordinator

@main
struct FromTheSketch {
    static func main() async throws {
        // snippet.context
        let context = JobContext(id: "job-123", task: JobTask(requirements: ["feature_x"]))
        // snippet.end

        // snippet.coordinator
        let coordinator = JobCoordinator(context)
        // snippet.end

        // snippet.register
        try coordinator.register(
            AgentTask(
                "collector", role: Role(name: "collector", reads: ["task"], writes: ["artifacts.notes"]),
                timeout: .seconds(30), maxRetries: 2
            ) { view, attempt in
                attempt.progress("reading \(view.task.requirements.count) requirement")
                return Contribution(set: ["artifacts.notes": ["found": .string(view.task.requirements[0].text)]])
            })
        // snippet.end

        // snippet.execute
        let result = try await coordinator.executeParallel()
        // snippet.end

        // snippet.metrics
        let metrics = coordinator.metrics()
        if let collector = metrics.agents["collector"] {
            print("Collector latency: \(collector.totalLatency), attempts: \(collector.attempts), \(result.status)")
        }
        // snippet.end
    }
}
