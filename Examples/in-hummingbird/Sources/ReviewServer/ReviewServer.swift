import Coordinator
import Foundation
import Hummingbird

/// A Hummingbird application with a route that runs a job: the request's text goes in, what its agents found comes out.
@main struct ReviewServer {
    static func main() async throws {
        let spans = OwnTelemetry.bootstrap()
        // All jobs of the process share it: threads, breakers, retry budget, the limits of resources.
        let runtime = CoordinatorRuntime(.init(resources: ["model": ResourceLimits(concurrency: 4)]))

        let router = Router()
        router.addMiddleware { TracingMiddleware() }
        router.post("reviews") { request, context in
            let pause = request.uri.queryParameters.get("pause", as: Double.self) ?? 0
            // When the client leaves, this cancels the task, and thereby the job and its agents.
            return try await request.body.consumeWithCancellationOnInboundClose { body in
                let text = String(buffer: try await body.collect(upTo: 1 << 20))
                let job = try review(of: text, pause: .seconds(pause), runtime: runtime)
                context.logger.info("review begins")
                let result = try await job.executeParallel()
                context.logger.info("review \(result.status.rawValue) after \(Int(result.durationMS)) ms")
                return Review(result)
            }
        }

        let port = ProcessInfo.processInfo.environment["PORT"].flatMap { Int($0) } ?? 8080
        // Hummingbird is a service of swift-service-lifecycle: SIGTERM lets requests end, and their jobs with them.
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), services: [spans])
        try await application.runService()
    }

    /// A job of two agents that run at the same time.
    static func review(of text: String, pause: Duration, runtime: CoordinatorRuntime) throws -> JobCoordinator {
        let context = JobContext(id: UUID().uuidString, artifacts: ["text": .string(text)])
        let job = JobCoordinator(context, runtime: runtime, workflow: "review")
        try job.register(
            AgentTask("words", role: Role(name: "words", reads: ["artifacts.text"], writes: ["artifacts.words"])) {
                view, _ in
                let text = try view.value(at: "artifacts.text")?.stringValue ?? ""
                return Contribution(set: ["artifacts.words": .integer(Int64(text.split(separator: " ").count))])
            })
        // The pause stands for what a language model needs to answer.
        try job.register(
            AgentTask(
                "opinion", role: Role(name: "opinion", writes: ["artifacts.opinion"]), resource: "model",
                agent: ClosureAgent { _, _ in
                    try await Task.sleep(for: pause)
                    return Contribution(set: ["artifacts.opinion": "Well said."])
                }))
        return job
    }
}

/// The answer of the route.
struct Review: ResponseEncodable {
    let status: String
    let words: Int64?
    let opinion: String?
    let agents: [String: String]

    init(_ result: JobResult) {
        status = result.status.rawValue
        words = result.artifacts["words"]?.integerValue
        opinion = result.artifacts["opinion"]?.stringValue
        agents = Dictionary(uniqueKeysWithValues: result.agents.map { ($0.name, $0.outcome.rawValue) })
    }
}
