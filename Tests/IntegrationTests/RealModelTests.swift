import Coordinator
import CoordinatorTestKit
import CurlClient
import Foundation
import InMemoryTracing
import LanguageModels
import Support
import TestSupport
import Testing

/// A real language model, small and on one thread: its answers are weak, its protocol and its counts are those of the
/// large ones.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RealModel {
    /// The server of llama.cpp with SmolLM2-135M.
    ///
    /// - Parameter knowsTools: whether prompts have a form that names tools and their calls; the model's own does not.
    private func start(port: Int? = nil, knowsTools: Bool = false) async throws -> PythonServer {
        let python = try TestPython.withOfficialMessages
        let model = python.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "models/smollm2-135m-instruct-q4_1.gguf")
        let support = TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support")
        return try await PythonServer(
            python: python, script: support.appending(path: "llama_server.py"),
            arguments: [model.path, "\(try port ?? FreePort.find())"]
                + (knowsTools ? [support.appending(path: "tools.jinja").path] : []))
    }

    private func model(at server: PythonServer, _ name: String = "openai/smollm2") throws -> any LanguageModel {
        try ModelConfiguration(
            environment: ["OPENAI_BASE_URL": server.url("/v1"), "ANTHROPIC_BASE_URL": server.url("")], model: name
        ).makeModel(client: HTTPClient())
    }

    /// What the server itself counted since its start: tokens of prompts, those from its cache too, and tokens it produced.
    private func counts(of server: PythonServer) async throws -> (input: Int, output: Int, cached: Int) {
        let response = try await HTTPClient().execute(
            HTTPRequest(url: server.url("/metrics")), deadline: .now + .seconds(60))
        let series = PrometheusSeries(String(decoding: response.body, as: UTF8.self))
        let cached = series.sum("llamacpp:prompt_tokens_cached_total")
        return (
            Int(series.sum("llamacpp:prompt_tokens_total") + cached),
            Int(series.sum("llamacpp:tokens_predicted_total")), Int(cached)
        )
    }

    private var later: ContinuousClock.Instant { .now + .seconds(240) }

    @Test(arguments: ["openai/smollm2", "anthropic/smollm2"])
    func streamedAnswersReportTheServersTokenCounts(name: String) async throws {
        let server = try await start()
        let recorder = TelemetryRecorder()
        let pieces = Locked(0)
        let response = try await recorder.record {
            try await model(at: server, name).respond(
                to: ModelRequest(
                    system: "You are helpful.", messages: [.user("Count from one to ten.")], maxOutputTokens: 40,
                    temperature: 0), until: later
            ) { _ in pieces.withLock { $0 += 1 } }
        }
        #expect(!response.text.isEmpty && pieces.withLock { $0 } > 3)
        let span = try #require(recorder.tracer.popFinishedSpans().first)
        let counted = try await counts(of: server)
        #expect(counted.input > 10 && counted.output > 3)
        #expect(span.attributes.get("gen_ai.usage.input_tokens") == .int64(Int64(counted.input)))
        #expect(span.attributes.get("gen_ai.usage.output_tokens") == .int64(Int64(counted.output)))
        #expect(try #require(response.timeToFirstChunk) > .zero)
    }

    @Test func structuredAnswerFitsTheSchema() async throws {
        let server = try await start()
        let schema: JSONValue = [
            "type": "object", "additionalProperties": false, "required": ["language", "lines"],
            "properties": ["language": ["enum": ["swift", "python"]], "lines": ["type": "integer"]],
        ]
        let answer = try await model(at: server).structured(
            ModelRequest(
                messages: [.user("def f(): pass\n\nWhich language is this, and how many lines?")], maxOutputTokens: 60),
            schema: OutputSchema(name: "facts", schema: schema), repairs: 2, until: later)
        #expect(try JSONSchemaValidator(schema).mistakes(in: answer.value) == [])
        #expect(["swift", "python"].contains(answer.value["language"]?.stringValue))
    }

    /// A conversation with a tool, whose last call nobody can read: the server takes it, which refuses arguments that are no
    /// JSON, and binds the answer to its form once no tool is to be called. What is counted is what the server counted, in
    /// its cache and outside.
    @Test(arguments: ["openai/smollm2", "anthropic/smollm2"])
    func conversationWithAToolIsTakenAndCounted(name: String) async throws {
        let server = try await start(knowsTools: true)
        let asked = try model(at: server, name)
        let tool = ModelTool(
            name: "look", description: "Reads a file.",
            parameters: [
                "type": "object", "properties": ["path": ["enum": ["a.txt", "b.txt"]]], "required": ["path"],
            ])
        let schema: JSONValue = [
            "type": "object", "additionalProperties": false, "required": ["language"],
            "properties": ["language": ["enum": ["swift", "python"]]],
        ]
        var request = ModelRequest(
            system: "You are helpful.", messages: [.user("Which language is a.txt written in?")], maxOutputTokens: 30,
            temperature: 0)
        let bare = try await asked.respond(to: request, until: later).usage
        request.tools = [tool]
        let first = try await asked.respond(to: request, until: later)
        // The tool stands in the prompt.
        #expect(first.usage.inputTokens > bare.inputTokens + 20 && first.leftOut.isEmpty)
        request.messages += [
            .assistant(
                "",
                toolCalls: [
                    ToolCall(id: "a", name: "look", arguments: #"{"path":"a.txt"}"#),
                    ToolCall(id: "a", name: "look at", arguments: "path: a.txt"),
                ]), .toolResult(callID: "a", content: "def f(): pass"),
            .toolResult(callID: "a", content: "the arguments are no JSON", isError: true),
        ]
        request.toolChoice = .none
        request.schema = OutputSchema(name: "facts", schema: schema)
        let last = try await asked.respond(to: request, until: later)
        if name.hasPrefix("openai") {
            #expect(try JSONSchemaValidator(schema).mistakes(in: JSONValue(json: last.text.utf8)) == [], "\(last.text)")
        }
        let usages = [bare, first.usage, last.usage]
        let counted = try await counts(of: server)
        #expect(usages.reduce(0) { $0 + $1.inputTokens } == counted.input)
        #expect(usages.reduce(0) { $0 + $1.outputTokens } == counted.output)
        #expect(usages.reduce(0) { $0 + $1.cacheReadTokens } == counted.cached && counted.cached > 0)
        // No more than what was to be reserved for it.
        #expect(last.usage.inputTokens <= request.mostInputTokens)
    }

    /// Killed in the middle of an answer, and there again a moment later: a failure that a retry mends.
    @Test func serverKilledDuringAnAnswerIsRetried() async throws {
        let first = try await start()
        let port = first.port
        let servers = Locked([first])
        let asked = try model(at: first)
        let deadline = later
        let coordinator = JobCoordinator(JobContext(id: "killed"))
        try coordinator.register(
            AgentTask(
                "a", role: Role(name: "a", writes: ["artifacts.a"]), timeouts: TimeoutPolicy(attempt: nil),
                retry: RetryPolicy(maxRetries: 1, initial: .zero),
                agent: ClosureAgent { _, attempt in
                    if attempt.number == 2 {
                        let again = try await start(port: port)
                        servers.withLock { $0.append(again) }
                    }
                    let response = try await asked.respond(
                        to: ModelRequest(messages: [.user("Tell a long story.")], maxOutputTokens: 60), until: deadline
                    ) { _ in
                        if attempt.number == 1 { servers.withLock { $0[0].kill() } }
                    }
                    return Contribution(set: ["artifacts.a": .string(response.text)])
                }))
        let result = try await coordinator.executeParallel()
        let agent = try #require(result["a"])
        #expect(agent.outcome == .succeeded, "\(agent.error ?? "")")
        #expect(agent.attempts.map(\.errorType) == ["model_unavailable", nil])
        #expect(agent.attempts.first?.error?.contains("interrupted") == true, "\(agent.attempts.first?.error ?? "")")
    }

    /// The example as it ships. What so small a model drafts is seldom usable; whatever comes of it, each call is a span
    /// with the server's counts, and the budget and the result know them.
    @Test func exampleJobRunsWithARealModel() async throws {
        let server = try await start()
        let collector = try await CollectorWithSink()
        let folder = try TemporaryFolder()
        let run = try await Program.run(
            CoordinatorProgram.url,
            [
                "run", "Examples/model.yaml", "--model", "openai/smollm2", "--out", folder.url.path, "--output", "json",
                "--set", "agents.drafter.max_retries=0",
            ],
            environment: [
                "OPENAI_BASE_URL": server.url("/v1"), "COORDINATOR_MODEL_CONTEXT_TOKENS": "1536",
                "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            ], in: TestPython.packageRoot)
        #expect([0, 3].contains(run.status), "\(run.standardError)")
        let result = try JSONDecoder().decode(JobResult.self, from: Data(run.standardOutput.utf8))
        let drafter = try #require(result["drafter"])
        #expect(drafter.outcome == .succeeded || drafter.errorType == "invalid_output", "\(drafter.error ?? "")")
        let spans = try await collector.finish().spans
        let calls = spans.filter { $0.name == "chat smollm2" }
        #expect(!calls.isEmpty && Set(spans.map(\.traceID)) == [result.traceID])
        let attempts = Set(drafter.attempts.map(\.spanID))
        let counted = try await counts(of: server)
        var (input, output) = (0, 0)
        for call in calls {
            #expect(attempts.contains(call.parentSpanID))
            #expect(call["gen_ai.agent.name"] == "drafter" && call["coordinator.prompt.version"] == "drafter/3")
            input += call["gen_ai.usage.input_tokens"]?.integerValue.map { Int($0) } ?? 0
            output += call["gen_ai.usage.output_tokens"]?.integerValue.map { Int($0) } ?? 0
        }
        #expect(input == counted.input && output == counted.output)
        let metrics = PrometheusSeries(try String(contentsOf: folder.file("metrics.prom"), encoding: .utf8))
        #expect(metrics.sum("gen_ai_client_inference_usage_input_tokens_total") == Double(input))
        #expect(metrics.sum("gen_ai_client_inference_duration_seconds_count") == Double(calls.count))
    }
}
