import Coordinator
import Foundation
import TestSupport
import Testing

/// Runs against servers of models that behave as many do, if not as their protocol says.
@Suite(.timeLimit(.minutes(10))) struct ModelServers {
    private static let source = "def add(a, b):\n    return a + b\n"
    private static let mended = "def add(a, b):\n    \"\"\"Adds two numbers.\"\"\"\n    return a + b\n"

    /// The drafter's answer as JSON text.
    private static let answer: String = {
        let answer: JSONValue = [
            "summary": "add has a docstring",
            "edits": [["path": "calc.py", "search": .string(source), "replace": .string(mended)]],
            "requirements": [["number": 1, "answer": "the docstring says what add does"]],
        ]
        return (try? answer.json()) ?? ""
    }()

    private static func text(_ value: JSONValue) -> String { (try? value.json()) ?? "" }

    /// The answer in pieces, as a stream's events.
    private static func stream(
        _ text: String = answer, content: (String) -> JSONValue = { .string($0) }, more: JSONObject = [:],
        before: String = "", end: String = "data: [DONE]\n\n", type: String = "text/event-stream",
        act: ScriptedAnswer.Act = .answer
    ) -> ScriptedAnswer {
        var rest = Substring(text)
        var events = before
        func add(_ delta: JSONValue, _ reason: JSONValue) {
            let choice: JSONValue = ["index": 0, "delta": delta, "finish_reason": reason]
            events += "data: \(self.text(.object(more.merging(["choices": [choice]]) { $1 })))\n\n"
        }
        while !rest.isEmpty {
            add(["content": content(String(rest.prefix(40)))], nil)
            rest = rest.dropFirst(40)
        }
        if !end.isEmpty { add([:], "stop") }
        return ScriptedAnswer(headers: [("content-type", type)], body: events + end, act: act)
    }

    private static func refusal(_ status: Int, _ error: JSONValue, _ headers: [(String, String)] = []) -> ScriptedAnswer
    {
        ScriptedAnswer(status, headers: headers, body: text(["error": error]))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answers: [ScriptedAnswer]
        var attempts = 1

        init(_ name: String, _ answers: ScriptedAnswer..., attempts: Int = 1) {
            testDescription = name
            self.answers = answers
            self.attempts = attempts
        }
    }

    static let rows = [
        Row("all is well", stream()),
        Row("no temperature", refusal(400, ["message": "only its default", "param": "temperature"]), stream()),
        Row("no schema", refusal(400, ["message": "json_schema is not offered", "type": "invalid"]), stream()),
        Row("null error", stream(more: ["error": nil])),
        Row("event without data", stream(before: "data:\n\n")),
        Row(
            "parts",
            stream(content: { [["type": "thinking", "thinking": "well"], ["type": "text", "text": .string($0)]] })),
        Row("thought", stream("<think>\nA sketch: {\"edits\": []}. Then the whole.\n</think>\n\n" + answer)),
        Row("open connection", stream(act: .hold)), Row("no end mark", stream(end: "")),
        Row("plain type", stream(type: "text/plain; charset=utf-8")),
        Row("wait with decimals", refusal(429, "slow down", [("Retry-After", "0.250")]), stream(), attempts: 2),
        Row(
            "wait for a limit",
            refusal(429, "slow", [("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "250ms")]),
            stream(),
            attempts: 2),
    ]

    private func run(_ row: Row, query: String = "", environment: [String: String] = [:]) async throws -> (
        run: Program, job: JobFiles, server: ScriptedServer
    ) {
        let repository = try await Repository(["calc.py": Self.source])
        let job = try JobFiles(
            """
            workflow: draft
            task: {description: Give add a docstring., requirements: [add has a docstring]}
            artifacts: {code: {include: ["**"]}}
            agents: [{name: drafter, uses: drafter, retry: {max_retries: 1, initial: 1ms}}]
            """)
        let server = try await ScriptedServer(answers: row.answers)
        let variables = ["OPENAI_BASE_URL": server.url("/v1" + query), "OPENAI_API_KEY": "k"]
        let run = try await CoordinatorProgram.run(
            "run", job.job, "--workspace", repository.path, "--model", "openai/m", "--out", job.out, "--output", "json",
            environment: variables.merging(environment) { $1 })
        return (run, job, server)
    }

    @Test(arguments: rows) func modelServerIsTakenAsItIs(row: Row) async throws {
        let (run, job, server) = try await run(row)
        #expect(run.status == 0, "\(run.standardError)")
        let patch = try String(contentsOf: URL(filePath: job.out + "/artifacts/patch.diff"), encoding: .utf8)
        #expect(patch.contains("Adds two numbers."))
        let result = try JSONDecoder().decode(JobResult.self, from: Data(run.standardOutput.utf8))
        #expect(result["drafter"]?.attempts.count == row.attempts)
        #expect(try server.requests().count == row.answers.count)
        // The wait that was asked for, and what is to be known of the answer, stand in the job's events.
        let events = try String(contentsOf: URL(filePath: job.out + "/events.jsonl"), encoding: .utf8)
        #expect(row.attempts == 1 || events.contains("\"delay_ms\":250"), "\(events)")
        #expect(events.contains("without an end mark") == (row.testDescription == "no end mark"))
        #expect(events.contains("asked without temperature") == (row.testDescription == "no temperature"))
    }

    @Test func pathIsAddedBeforeTheAddressesQuery() async throws {
        let (run, _, server) = try await run(Row("query", Self.stream()), query: "?api-version=2024-10-21")
        #expect(run.status == 0, "\(run.standardError)")
        #expect(try server.requests().map(\.path) == ["/v1/chat/completions?api-version=2024-10-21"])
    }

    @Test func recordedAnswerSaysWhyItEnded() async throws {
        let (run, _, _) = try await run(
            Row("capture", Self.stream()),
            environment: [
                "OTEL_TRACES_EXPORTER": "console", "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true",
            ])
        #expect(run.status == 0 && run.standardError.contains("\"finish_reason\":\"stop\""), "\(run.standardError)")
    }

    /// A name without a tag is the one with `latest`, in the list of the service too.
    @Test(arguments: [("tiny-coder", true), ("tiny-coder:latest", true), ("tiny-coder:7b", false)])
    func doctorComparesNamesAsOllamaCompletesThem(name: String, isListed: Bool) async throws {
        let repository = try await Repository()
        let server = try await ScriptedServer(
            ScriptedAnswer(body: #"{"object":"list","data":[{"id":"llama3:8b"},{"id":"tiny-coder:latest"}]}"#))
        let run = try await CoordinatorProgram.run(
            "doctor", "--model", "ollama/\(name)", environment: ["OLLAMA_HOST": "127.0.0.1:\(server.port)"],
            in: repository.folder.url)
        #expect(run.standardOutput.contains(isListed ? "✓ model" : "✗ model"), "\(run.standardOutput)")
        #expect(isListed || run.standardOutput.contains("tiny-coder:latest"))
    }
}
