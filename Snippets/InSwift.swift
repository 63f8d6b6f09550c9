// The README's example.
import Coordinator

struct Finding: Codable, Sendable {
    var file: String
    var text: String
}

@main
struct InSwift {
    static func main() async throws {
        // snippet.job
        let words = ContextKey<Int>("artifacts.words")
        let files = ContextKey("artifacts.files", initial: ["Sources/Parser.swift", "Sources/Lexer.swift"])
        let findings = ContextKey<[Finding]>("artifacts.findings", merge: .append)

        let job = Job("job-123", task: JobTask(requirements: ["feature_x"])) {
            AgentTask("collector", writes: words, timeout: .seconds(30), maxRetries: 2) { view, attempt in
                view.task.description.count
            }
            AgentTask("reviewer", forEach: files, concurrency: 8, writes: findings) { view, file, attempt in
                attempt.progress("reading \(file)")
                return [Finding(file: file, text: "no test names it")]
            }
            AgentTask("drafter", role: .drafter, needs: ["collector"]) { view, attempt in
                Contribution(set: ["artifacts.patch": .string("no change for \(view.task.requirements[0])")])
            }
        }
        let result = try await job.run()
        print(result.status, try result.value(for: words), result.metrics.agents["collector"]?.totalLatency ?? .zero)
        // snippet.end
    }
}
