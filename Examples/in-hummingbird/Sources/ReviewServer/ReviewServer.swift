import Coordinator
import Foundation
import Hummingbird

/// A Hummingbird application with a route that runs a job: the request's text goes in, what its agents found comes out.
@main struct ReviewServer {
    static func main() async throws {
        let telemetry = OwnTelemetry.bootstrap()
        // All jobs of the process share it: threads, breakers, retry budget, the limits of resources.
        let runtime = CoordinatorRuntime()

        let router = Router()
        router.addMiddleware { TracingMiddleware() }
        router.post("reviews") { request, context in
            let pause = min(max(0, request.uri.queryParameters.get("pause", as: Int.self) ?? 0), 100)
            // When the client leaves, this cancels the task, and thereby the job and its agents.
            return try await request.body.consumeWithCancellationOnInboundClose { body in
                let text = String(buffer: try await body.collect(upTo: 1 << 20))
                context.logger.info("review begins")
                let result = try await review(of: text, pause: .seconds(pause), runtime: runtime).run()
                context.logger.info("review \(result.status.rawValue) after \(Int(result.durationMS)) ms")
                return Review(result)
            }
        }

        let port = ProcessInfo.processInfo.environment["PORT"].flatMap { Int($0) } ?? 8080
        // Hummingbird is a service of swift-service-lifecycle: SIGTERM lets requests end, and their jobs with them.
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), services: [telemetry])
        try await application.runService()
    }

    /// A job of two agents that run at the same time.
    static func review(of text: String, pause: Duration, runtime: CoordinatorRuntime) -> Job {
        Job(workflow: "review", artifacts: ["text": .string(text)], runtime: runtime) {
            AgentTask("counter", writes: .words) { view, _ in
                try view.value(at: "artifacts.text")?.stringValue?.split(separator: " ").count
            }
            // The pause stands for what a language model needs to answer.
            AgentTask("critic", writes: .opinion, timeout: .seconds(120), maxRetries: 2) { _, _ in
                try await Task.sleep(for: pause)
                return "Well said."
            }
        }
    }
}

/// The answer of the route; an agent that failed leaves its part out.
struct Review: ResponseEncodable {
    let status: String
    let words: Int?
    let opinion: String?
    let agents: [String: String]

    init(_ result: JobResult) {
        status = result.status.rawValue
        words = try? result.value(for: .words)
        opinion = try? result.value(for: .opinion)
        agents = Dictionary(uniqueKeysWithValues: result.agents.map { ($0.name, $0.outcome.rawValue) })
    }
}

extension ContextKey where Value == Int {
    static var words: Self { ContextKey("artifacts.words") }
}

extension ContextKey where Value == String {
    static var opinion: Self { ContextKey("artifacts.opinion") }
}
