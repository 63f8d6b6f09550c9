import Coordinator
import CoordinatorTestKit
import CurlClient
import ExternalAgents
import TestSupport
import Testing

/// Services as agents.
@Suite(.timeLimit(.minutes(10))) struct HTTPAgents {
    private func run(
        _ url: String, timeout: Duration? = .seconds(60), maxRetries: Int = 2, limit: Int = 1 << 20,
        runtime: CoordinatorRuntime? = nil
    ) async throws -> (agent: AgentResult, context: JobContext) {
        let context = JobContext(id: "j", task: JobTask(description: "the task"), artifacts: ["secret": "hidden"])
        let coordinator = JobCoordinator(context, runtime: runtime)
        try coordinator.register(
            AgentTask(
                "a", role: Role(name: "a", reads: ["task"], writes: ["artifacts.a"]),
                timeouts: TimeoutPolicy(attempt: timeout), retry: RetryPolicy(maxRetries: maxRetries, initial: .zero),
                agent: HTTPAgent(url: url, client: try HTTPClient(), outputLimit: limit)))
        return (try #require(try await coordinator.executeParallel()["a"]), context)
    }

    @Test func viewIsPostedAndTheResponseIsTheContribution() async throws {
        let server = try await ScriptedServer(
            ScriptedAnswer(body: #"{"set": {"artifacts.a": "done"}, "usage": {"output_tokens": 7}}"#))
        let (agent, context) = try await run(server.url("/agent"))
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        #expect(context.snapshot.value(at: "artifacts.a") == "done")
        let request = try #require(try server.requests().first)
        #expect(request.method == "POST" && request.path == "/agent")
        #expect(request.values(of: "content-type") == ["application/json"])
        #expect(request.values(of: "idempotency-key") == ["j/a"])
        let body = try JSONValue(json: request.bodyBytes)
        #expect(body["agent"] == "a" && body["attempt"] == 1 && body["context"]?["task"]?["description"] == "the task")
        #expect(body["context"]?["artifacts"]?["secret"] == nil)
        #expect((1...60_000).contains(try #require(body["deadline_ms"]?.integerValue)))
    }

    typealias Row = FailingRun<ScriptedAnswer>

    @Test(
        arguments: [
            Row(
                cause: ScriptedAnswer(400, body: "no such task"), errorType: "_OTHER",
                words: "answered 400: no such task"),
            Row(cause: ScriptedAnswer(404), errorType: "_OTHER", words: "answered 404"),
            Row(
                cause: ScriptedAnswer(302, headers: [("location", "/elsewhere")]), errorType: "_OTHER",
                words: "redirects are not followed"),
            Row(
                cause: ScriptedAnswer(500, body: "oops"), errorType: "_OTHER", words: "answered 500: oops", attempts: 3
            ),
            Row(cause: ScriptedAnswer(429), errorType: "rate_limited", words: "answered 429", attempts: 3),
            Row(
                cause: ScriptedAnswer(503, headers: [("Retry-After", "0")]), errorType: "rate_limited",
                words: "answered 503", attempts: 3),
            Row(
                cause: ScriptedAnswer(body: "<html>"), errorType: "invalid_output", words: "not one JSON", attempts: 3),
            Row(
                cause: ScriptedAnswer(body: #"{"set": {"task": 1}}"#), errorType: "access_denied", words: "task"),
            Row(
                cause: ScriptedAnswer(body: #"{"usage": {"output_tokens": 9223372036854775807}}"#),
                errorType: "invalid_output", words: "usage.output_tokens is 9223372036854775807", attempts: 3),
            Row(
                cause: ScriptedAnswer(429, headers: [("Retry-After", "99999999999999999999")]),
                errorType: "rate_limited", words: "not tried again: it asks to wait 2147483647 s"),
            Row(cause: .act(.reset), errorType: "_OTHER", words: "127.0.0.1", attempts: 3),
            Row(cause: .act(.garbage), errorType: "invalid_output", words: "127.0.0.1", attempts: 3),
            Row(cause: .act(.large), errorType: "invalid_output", words: "127.0.0.1", attempts: 3),
        ])
    func responseDecidesTheOutcome(row: Row) async throws {
        let server = try await ScriptedServer(row.cause)
        let (agent, _) = try await run(server.url())
        row.expect(agent)
    }

    /// A wait that the service asks for is kept; one that would pass the deadline is not begun.
    @Test func retryAfterHeaderDelaysTheNextAttempt() async throws {
        let server = try await ScriptedServer(
            ScriptedAnswer(429, headers: [("Retry-After", "1")]), ScriptedAnswer(body: "{}"))
        let clock = ManualClock()
        async let job = run(server.url(), timeout: nil, runtime: CoordinatorRuntime(clock: clock))
        await clock.waitForSleepers(1)
        let pause = try #require(clock.deadlines.first)
        #expect(pause >= .seconds(1))
        clock.advance(by: pause)
        let (agent, _) = try await job
        #expect(agent.outcome == .succeeded)
        #expect(try #require(agent.attempts.last).backoffMS >= 1000)
    }

    @Test func hangingServiceTimesOutAndTheConnectionCloses() async throws {
        let server = try await ScriptedServer(.act(.hang))
        let (agent, _) = try await run(server.url(), timeout: .milliseconds(300), maxRetries: 0)
        #expect(agent.outcome == .timeout)
        #expect(await server.waitForRequest())
        #expect(await server.waitForClosedConnection())
    }

    @Test func connectionRefusedIsTransient() async throws {
        let (agent, _) = try await run("http://127.0.0.1:1/")
        #expect(agent.outcome == .failed && agent.attempts.count == 3)
        #expect(agent.error?.contains("http://127.0.0.1:1") == true, "\(agent.error ?? "")")
    }
}
