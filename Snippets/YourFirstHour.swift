// From the first job to one in a server: the article "Your first hour".
import Coordinator
import CoordinatorTestKit

// snippet.keys
struct Finding: Codable, Sendable, Equatable {
    var file: String
    var text: String
}

extension ContextKey where Value == [String] {
    static var files: Self { Self("artifacts.files") }
}

extension ContextKey where Value == [Finding] {
    static var findings: Self { Self("artifacts.findings", merge: .append) }
}

extension ContextKey where Value == String {
    static var summary: Self { Self("artifacts.summary") }
}
// snippet.end

// snippet.reviewer
/// Says of each file what is wrong with it.
struct Reviewer: Sendable {
    var review: @Sendable (_ file: String) async throws -> [String]

    func findings(in file: String) async throws -> [Finding] {
        do {
            return try await review(file).map { Finding(file: file, text: $0) }
        } catch let error as Unreadable {
            throw AgentError(
                .permanent, errorType: "unreadable_file", "\(file) cannot be read; is it in the repository?",
                cause: error)
        }
    }
}

struct Unreadable: Error {}
// snippet.end

// snippet.review-job
/// The review of some files, as a program, a test and a server run it.
func review(
    _ files: [String], by reviewer: Reviewer, runtime: CoordinatorRuntime? = nil,
    interceptors: [any AttemptInterceptor] = []
) -> Job {
    Job(task: "Review what changed", workflow: "review", runtime: runtime, interceptors: interceptors) {
        ContextKey.files.starting(with: files)
        AgentTask(
            "reviewer", forEach: .files, concurrency: 4, quorum: .atLeastShare(0.5), writes: .findings,
            timeout: .seconds(30), maxRetries: 2
        ) { view, file, attempt in
            attempt.progress("reading \(file)")
            return try await reviewer.findings(in: file)
        }
        AgentTask("summary", writes: .summary, needs: ["reviewer"]) { view, attempt in
            let findings = try view.value(for: .findings) ?? []
            return "\(findings.count) findings in \(Set(findings.map(\.file)).count) files"
        }
    }
}
// snippet.end

@main
struct YourFirstHour {
    static func main() async throws {
        try await first()
        try await items()
        try await watched()
        try await tested()
        try await served()
    }

    static let reviewer = Reviewer { file in
        guard file.hasSuffix(".swift") else { throw Unreadable() }
        return ["\(file) has no test"]
    }

    static func first() async throws {
        // snippet.first
        let words = ContextKey<Int>("artifacts.words")
        let job = Job(task: "Count the words of this sentence") {
            AgentTask("counter", writes: words) { view, attempt in
                view.task.description.split(separator: " ").count
            }
        }
        let result = try await job.run()
        print(result.status, try result.value(for: words))
        // snippet.end
    }

    static func items() async throws {
        // snippet.items
        let result = try await review(["A.swift", "B.swift", "logo.png"], by: reviewer).run()
        for item in result["reviewer"]?.items ?? [] { print(item.index, item.outcome, item.error ?? "") }
        print(try result.value(for: .summary))
        // snippet.end
    }

    static func watched() async throws {
        // snippet.events
        let job = review(["A.swift"], by: reviewer)
        async let result = job.run()
        for try await event in job.events { print(event.sequence, event.kind.name, event.agent ?? "") }
        print(try await result.status)
        // snippet.end
    }

    static func tested() async throws {
        // snippet.test
        let late = Reviewer { _ in throw AgentError.timeout("the model did not answer within 20 s") }
        let clock = ManualClock()
        let job = review(["A.swift"], by: late, runtime: CoordinatorRuntime(clock: clock))
        async let running = job.run()
        await clock.waitForSleeper(until: .milliseconds(500))  // the pause before the first retry
        clock.advance(by: .milliseconds(500))
        await clock.waitForSleeper(until: .milliseconds(1500))  // the one before the second
        clock.advance(by: .seconds(1))
        let attempts = try await running["reviewer"]?.items.first?.attempts ?? []
        // in a test: #expect(attempts.map(\.outcome) == [.timeout, .timeout, .timeout])
        // snippet.end
        print(attempts.map(\.outcome))
    }

    static func served() async throws {
        // snippet.served
        /// What all requests share: threads, breakers, the retry budget, limits on resources.
        let runtime = CoordinatorRuntime(.init(resources: ["model": ResourceLimits(concurrency: 4)]))

        /// Answers one request. A client that goes away cancels the task, and with it the job.
        @Sendable func answer(_ files: [String]) async throws -> String {
            let result = try await review(files, by: reviewer, runtime: runtime).run()
            guard result.status != .failed else { return result.error ?? "failed" }
            return try result.value(for: .summary)
        }
        // snippet.end
        print(try await answer(["A.swift", "B.swift"]))
    }
}
