import Coordinator
import CurlClient
import TestSupport
import Testing

@testable import LanguageModels

/// How long services ask to wait, in the forms in which they say it.
@Suite(.timeLimit(.minutes(10))) struct ServiceWaits {
    /// Wed, 21 Oct 2026 07:28:00 GMT.
    private static let now = 1_792_567_680.0

    private func wait(_ headers: [(String, String)], _ body: String = "{}", status: Int? = 429) throws -> Duration? {
        ServiceWait(now: Self.now).duration(
            status: status, headers: headers.map { HTTPHeader($0.0, $0.1) }, document: try JSONValue(json: body.utf8))
    }

    @Test(
        arguments: [
            ("3", 3_000), ("3.0", 3_000), ("0.5", 500), ("3s", 3_000), ("1m30s", 90_000), ("120ms", 120),
            ("6m0s", 360_000),
            ("2m59.56s", 179_560), ("1h2m3s", 3_723_000), ("1 minute 5 seconds", 65_000), ("0", 0),
            ("2026-10-21T07:28:03Z", 3_000), ("2026-10-21T09:28:03.5+02:00", 3_500), ("2020-01-01T00:00:00Z", 0),
            ("Wed, 21 Oct 2026 07:28:04 GMT", 4_000), ("99999999999999999999", 2_147_483_647_000),
            ("999999999999999999999999999999h", 2_147_483_647_000),
        ])
    func waitIsReadInEachForm(text: String, milliseconds: Int) throws {
        let expected = Duration.milliseconds(milliseconds)
        #expect(try wait([("Retry-After", text)]) == expected)
        #expect(
            try wait([("x-ratelimit-reset-requests", text), ("x-ratelimit-remaining-requests", "0")]) == expected
                || text.hasPrefix("9999"))
    }

    @Test(arguments: [
        "", "-3", "soon", "3x", "3 4", "s", ".5", "1e3", "nan", "inf", "2026-13-01T00:00:00Z", "1..2s", "3s-1s",
    ])
    func whatIsNoWaitAsksForNone(text: String) throws {
        #expect(try wait([("Retry-After", text)]) == nil)
        #expect(try wait([("x-ratelimit-reset", text)]) == nil)
    }

    @Test(
        arguments: [
            // The longest of the limits of which nothing is left.
            ([("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "3s")], 3_000),
            (
                [
                    ("x-ratelimit-remaining-requests", "9"), ("x-ratelimit-reset-requests", "8h"),
                    ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m0s"),
                ], 360_000
            ),
            (
                [
                    ("anthropic-ratelimit-requests-remaining", "0"),
                    ("anthropic-ratelimit-requests-reset", "2026-10-21T07:28:09Z"),
                    ("anthropic-ratelimit-input-tokens-remaining", "0"),
                    ("anthropic-ratelimit-input-tokens-reset", "2026-10-21T07:28:07Z"), ("retry-after", "5"),
                ], 9_000
            ),
            // The time since 1970, in seconds and milliseconds.
            ([("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1792567690")], 10_000),
            ([("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1792567690500")], 10_500),
            ([("ratelimit", "limit=10, remaining=0, reset=4")], 4_000),
            ([("ratelimit", "\"day\";r=5;t=900, \"minute\";r=0;t=7")], 7_000),
            // What is asked for in so many words, where something is left of each limit.
            ([("retry-after", "2"), ("x-ratelimit-remaining-tokens", "5"), ("x-ratelimit-reset-tokens", "9s")], 2_000),
            ([("retry-after-ms", "250"), ("retry-after", "7")], 250),
            // Nothing else is said.
            ([("x-ratelimit-reset-requests", "3s"), ("x-ratelimit-reset-tokens", "5s")], 5_000),
            ([("ratelimit-remaining", "5"), ("ratelimit-reset", "5")], 5_000),
        ] as [([(String, String)], Int)])
    func longestWaitThatAppliesCounts(headers: [(String, String)], milliseconds: Int) throws {
        #expect(try wait(headers) == .milliseconds(milliseconds))
    }

    @Test(
        arguments: [
            (#"{"error":{"message":"Limit 3 per minute. Please try again in 3.2s. Visit us."}}"#, 3_200),
            (#"{"error":{"message":"try again in 1m30s"}}"#, 90_000), (#"{"error":"Retry after 20 seconds."}"#, 20_000),
            (#"{"error":{"message":"Please retry in 250ms."}}"#, 250),
            (#"[{"error":{"details":[{"@type":"RetryInfo","retryDelay":"3s"}]}}]"#, 3_000),
            (#"{"error":{"retry_after":1.5}}"#, 1_500), (#"{"retry_after_ms":"40"}"#, 40),
        ])
    func waitIsReadFromTheErrorItself(body: String, milliseconds: Int) throws {
        #expect(try wait([], body) == .milliseconds(milliseconds))
        #expect(try wait([], body, status: nil) == .milliseconds(milliseconds))
        // The service failed for another reason.
        #expect(try wait([], body, status: 400) == nil)
        #expect(try wait([("retry-after", "1")], body) == .seconds(1))
    }

    @Test func limitThatIsNotSpentAsksForNoWaitAfterOtherFailures() throws {
        let reset = ("x-ratelimit-reset-requests", "3s")
        #expect(try wait([reset], status: 503) == nil && wait([reset], status: 500) == nil)
        #expect(try wait([reset, ("x-ratelimit-remaining-requests", "0")], status: 503) == .seconds(3))
        #expect(try wait([reset, ("x-ratelimit-remaining-requests", "0")], status: 400) == nil)
    }

    @Test func waitOfARateLimitReachesTheCaller() async throws {
        let server = try await ScriptedServer(
            Answers.error(429, "{}", [("Retry-After", "3.0")]),
            Answers.error(429, "{}", [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "3s")]),
            Answers.stream([#"{"error":{"code":"429","message":"rate_limit: try again in 3s"}}"#]))
        let asked = try model(at: server)
        for _ in 0..<3 {
            let error = await failure {
                _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
            }
            #expect(error?.failureClass == .throttled(retryAfter: .seconds(3)), "\(String(describing: error))")
        }
    }
}
