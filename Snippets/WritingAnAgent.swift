// An agent from its first line to its tests: the article "Writing an agent".
import Coordinator
import CoordinatorTestKit
import Foundation

// snippet.field
struct Remark: Codable, Sendable {
    var file: String
    var text: String
}

extension ContextKey where Value == [Remark] {
    static var remarks: Self { Self("artifacts.remarks", merge: .append) }
}
// snippet.end

// snippet.service
struct ReviewService: Sendable {
    struct Answer: Sendable {
        var remarks: [String]
        var inputTokens: Int
        var outputTokens: Int
    }

    enum Refusal: Error {
        case unreachable
        case busy(retryAfter: Duration)
        case tooLong
    }

    var review: @Sendable (_ text: String, _ key: String, _ headers: [String: String]) async throws -> Answer
}
// snippet.end

// snippet.agent
struct ReviewAgent: Agent {
    let service: ReviewService

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        guard let files = try view.value(at: "artifacts.code")?.objectValue, !files.isEmpty else {
            throw AgentError(.permanent, errorType: "no_code", "artifacts.code holds no files; name some in the job")
        }
        var remarks: [Remark] = []
        var usage = Contribution.Usage()
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            let file = name.string
            try Task.checkCancellation()
            attempt.progress("reviewing \(file)")
            let answer = try await review(text.stringValue ?? "", of: file, attempt)
            remarks += answer.remarks.map { Remark(file: file, text: $0) }
            usage.inputTokens += answer.inputTokens
            usage.outputTokens += answer.outputTokens
        }
        return Contribution(
            append: [ContextKey.remarks.path: try remarks.map { try JSONValue(encoding: $0) }], usage: usage)
    }
}
// snippet.end

// snippet.errors
extension ReviewAgent {
    func review(_ text: String, of file: String, _ attempt: AttemptContext) async throws -> ReviewService.Answer {
        do {
            return try await service.review(text, "\(attempt.idempotencyKey)/\(file)", attempt.traceHeaders)
        } catch ReviewService.Refusal.unreachable {
            throw AgentError(.transient, errorType: "unreachable", "the review service does not answer")
        } catch ReviewService.Refusal.busy(let retryAfter) {
            throw AgentError(
                .throttled(retryAfter: retryAfter), errorType: "rate_limited", "the review service is busy")
        } catch ReviewService.Refusal.tooLong {
            throw AgentError(.permanent, errorType: "input_too_long", "\(file) is too long for the review service")
        }
    }
}
// snippet.end

// snippet.role
extension Role {
    static let reviewer = Role(
        name: "reviewer", reads: ["task", "artifacts.code"], writes: ["artifacts.remarks"],
        redact: [Redaction("artifacts.code", match: "key-[0-9a-f]{32}")])
}
// snippet.end

// snippet.blocking
/// Reads files with blocking calls, in child tasks: each blocks an agent thread of its own.
struct FileSizes: Agent {
    let paths: [String]

    func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        let sizes = await withTaskGroup(of: (String, Int).self) { group in
            for path in paths {
                group.addTask { (path, FileManager.default.contents(atPath: path)?.count ?? 0) }
            }
            return await group.reduce(into: JSONObject()) { $0[$1.0] = .integer(Int64($1.1)) }
        }
        return Contribution(set: ["artifacts.sizes": .object(sizes)])
    }
}
// snippet.end

// snippet.cancellation
/// A call of a library that does not react to the cancellation of a task, and must be stopped explicitly.
struct ForeignCall: Sendable {
    let answers: AsyncStream<String>
    let stop: @Sendable () -> Void
}

func answer(of call: ForeignCall) async throws -> String {
    try await withTaskCancellationHandler {
        for await answer in call.answers { return answer }
        throw CancellationError()
    } onCancel: {
        call.stop()
    }
}
// snippet.end

@main
struct WritingAnAgent {
    static let code: JSONValue = [
        "a.swift": "let a = 1 // key-00000000000000000000000000000000", "b.swift": "let b = 2",
    ]

    static func main() async throws {
        let service = ReviewService { text, _, _ in
            .init(remarks: ["\(text.count) characters"], inputTokens: text.count, outputTokens: 2)
        }
        try await run(service)
        try await testWithNeighbour(service)
        try await testThePause()
        try await testConformance(service)
        try await discover(service)
        try await block()
    }

    static func run(_ service: ReviewService) async throws {
        // snippet.run
        let context = JobContext(id: "review-1", artifacts: ["code": code], fields: [ContextKey.remarks.field])
        let coordinator = JobCoordinator(context, limits: JobLimits(budget: .init(tokens: 10_000)))
        try coordinator.register(
            AgentTask(
                "reviewer", role: .reviewer,
                timeouts: TimeoutPolicy(attempt: .seconds(120), idle: .seconds(30)),
                retry: RetryPolicy(maxRetries: 2, jitter: 1),
                reservation: Contribution.Usage(inputTokens: 2000, outputTokens: 500),
                agent: ReviewAgent(service: service)))
        let result = try await coordinator.executeParallel()
        let remarks = try context.snapshot.value(for: .remarks) ?? []
        // snippet.end
        print("run: \(result.status), \(remarks.map { "\($0.file): \($0.text)" })")
    }

    static func testWithNeighbour(_ service: ReviewService) async throws {
        // snippet.neighbour
        let collector = ScriptedAgent(
            .fail(AgentError(.transient, "not yet")), .succeed(Contribution(set: ["artifacts.code": code])))
        let context = JobContext(id: "review-2", fields: [ContextKey.remarks.field])
        let coordinator = JobCoordinator(context)
        try coordinator.register(
            AgentTask(
                "collector", role: Role(name: "collector", writes: ["artifacts.code"]),
                retry: RetryPolicy(maxRetries: 1, initial: .zero), agent: collector))
        try coordinator.register(
            AgentTask("reviewer", role: .reviewer, needs: ["collector"], agent: ReviewAgent(service: service)))
        let result = try await coordinator.executeParallel()
        // snippet.end
        print("after a collector: \(result.status), \(collector.attempts.count) attempts of the collector")
    }

    static func testThePause() async throws {
        // snippet.clock
        let answers = ScriptedService(failures: [.busy(retryAfter: .seconds(20))])
        let clock = ManualClock()
        let coordinator = JobCoordinator(
            JobContext(id: "review-3", artifacts: ["code": code], fields: [ContextKey.remarks.field]),
            runtime: CoordinatorRuntime(clock: clock))
        try coordinator.register(
            AgentTask("reviewer", role: .reviewer, timeout: .seconds(120), maxRetries: 1) { view, attempt in
                try await ReviewAgent(service: answers.service).run(view, attempt)
            })
        async let job = coordinator.executeParallel()
        await clock.waitForSleeper(until: .seconds(20))  // the pause the service asked for
        clock.advance(by: .seconds(20))
        let attempts = try await job["reviewer"]?.attempts ?? []
        // snippet.end
        print("throttled: \(attempts.map { "\($0.outcome) after a pause of \(Int($0.backoffMS / 1000)) s" })")
    }

    static func testConformance(_ service: ReviewService) async throws {
        // snippet.conformance
        let violations = try await AgentConformance.violations(
            of: ReviewAgent(service: service),
            in: AgentConformance.Setting(
                role: .reviewer, artifacts: ["code": code], fields: [ContextKey.remarks.field],
                isDeterministic: true))
        // snippet.end
        print("conformance: \(violations.isEmpty ? "no violations" : violations.joined(separator: "\n"))")
    }

    static func discover(_ service: ReviewService) async throws {
        // snippet.discovery
        let runtime = CoordinatorRuntime()
        runtime.agents.register(
            .init("reviewer", version: "1.2", capabilities: ["review"], agent: ReviewAgent(service: service)))

        let coordinator = JobCoordinator(
            JobContext(id: "review-4", artifacts: ["code": code], fields: [ContextKey.remarks.field]),
            runtime: runtime)
        try coordinator.register(
            AgentTask(
                "reviewer", role: .reviewer, agent: DiscoveredAgent(.capability("review"), in: runtime.agents)))
        // snippet.end
        print("discovered: \(try await coordinator.executeParallel().status)")
    }

    static func block() async throws {
        let coordinator = JobCoordinator(JobContext(id: "review-5"))
        try coordinator.register(
            AgentTask(
                "sizes", role: Role(name: "sizes", writes: ["artifacts.sizes"]),
                agent: FileSizes(paths: ["/etc/passwd", "/no/such/file"])))
        let sizes = try await coordinator.executeParallel().artifacts["sizes"]?.objectValue ?? [:]
        let call = AsyncStream<String>.makeStream()
        call.continuation.yield("done")
        let foreign = ForeignCall(answers: call.stream) { call.continuation.finish() }
        print("blocking: sizes of \(sizes.count) files; a foreign call: \(try await answer(of: foreign))")
    }
}

/// A service that fails as scripted, then answers.
final class ScriptedService: Sendable {
    private let failures: AsyncStream<ReviewService.Refusal>

    init(failures: [ReviewService.Refusal]) {
        self.failures = AsyncStream { continuation in
            for failure in failures { continuation.yield(failure) }
            continuation.finish()
        }
    }

    var service: ReviewService {
        ReviewService { [failures] _, _, _ in
            for await failure in failures { throw failure }
            return .init(remarks: [], inputTokens: 1, outputTokens: 1)
        }
    }
}
