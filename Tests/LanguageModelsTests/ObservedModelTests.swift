import Coordinator
import CoordinatorTestKit
import InMemoryTracing
import LanguageModels
import MetricsTestKit
import TestSupport
import Testing
import Tracing

/// What is seen of a call.
@Suite(.timeLimit(.minutes(10))) struct ObservedModels {
    private struct Seen {
        var spans: [FinishedInMemorySpan]
        var metrics: TestMetrics
        var outcome: Result<ModelResponse, any Error>
        var requests: [RecordedRequest]
        /// The port that the model was asked at.
        var port: Int
    }

    private func ask(_ answer: ScriptedAnswer, environment: [String: String] = [:], agent: String? = "a") async throws
        -> Seen
    {
        let server = try await ScriptedServer(answer)
        let recorder = TelemetryRecorder()
        let outcome = await recorder.outcome {
            try await model("gpt-4.1", at: server, environment: environment).respond(
                to: ModelRequest(system: "sys", messages: [.user("question")], agentName: agent, promptVersion: "p/3"),
                until: .later)
        }
        return Seen(
            spans: recorder.tracer.popFinishedSpans(), metrics: recorder.metrics, outcome: outcome,
            requests: try server.requests(), port: server.port)
    }

    @Test func modelCallIsASpanWithItsUsage() async throws {
        let seen = try await ask(Answers.chat(["answer"], usage: (1000, 500)))
        let span = try #require(seen.spans.first)
        #expect(seen.spans.count == 1 && span.operationName == "chat gpt-4.1" && span.kind == .client)
        let expected: SpanAttributes = [
            "gen_ai.operation.name": "chat", "openinference.span.kind": "LLM", "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4.1", "gen_ai.response.model": "m-1", "gen_ai.agent.name": "a",
            "coordinator.prompt.version": "p/3",
            "server.address": "127.0.0.1", "server.port": .int64(Int64(seen.port)),
            "gen_ai.usage.input_tokens": .int64(1000),
            "gen_ai.usage.output_tokens": .int64(500), "gen_ai.response.finish_reasons": .stringArray(["stop"]),
        ]
        #expect(values(span.attributes) == values(expected))
        // Nothing of what was said is recorded unless somebody asked for it.
        #expect(span.attributes.get("gen_ai.input.messages") == nil)
        #expect(try seen.outcome.get().usage.costUSD == 0.006)
        let carried = try #require(seen.requests.first)
        #expect(!carried.values(of: "in-memory-trace-id").isEmpty)
        let labels = [
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4.1"),
        ]
        #expect(try seen.metrics.expectRecorder("gen_ai.client.inference.duration", labels).values.count == 1)
        #expect(
            try seen.metrics.expectRecorder("gen_ai.client.inference.time_to_first_chunk", labels).values.count == 1)
    }

    @Test func failureIsAnErrorOnSpanAndMetric() async throws {
        let seen = try await ask(ScriptedAnswer(429, body: "{}"))
        let span = try #require(seen.spans.first)
        #expect(throws: ModelError.self, performing: { try seen.outcome.get() })
        #expect(span.status?.code == .error)
        #expect(span.attributes.get("error.type") == .string("rate_limited"))
        let labels = [
            ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4.1"),
            ("error.type", "rate_limited"),
        ]
        #expect(try seen.metrics.expectRecorder("gen_ai.client.inference.duration", labels).values.count == 1)
    }

    /// Tokens of an answer that is of no use are on its span and among the sums all the same.
    @Test func failedAnswerIsPaidFor() async throws {
        let seen = try await ask(
            Answers.stream([
                #"{"choices":[{"index":0,"delta":{"refusal":"no"},"finish_reason":"stop"}]}"#,
                #"{"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":500}}"#, "[DONE]",
            ]))
        let span = try #require(seen.spans.first)
        #expect(span.attributes.get("gen_ai.usage.input_tokens") == .int64(1000))
        #expect(span.attributes.get("gen_ai.usage.output_tokens") == .int64(500))
        let counters = seen.metrics.counters.map(\.label)
        #expect(counters.contains("gen_ai.client.inference.usage.input_tokens"), "\(counters)")
    }

    /// Every attribute with its value as text, so that one too many is seen as well as one that lacks.
    private func values(_ attributes: SpanAttributes) -> [String: String] {
        var values: [String: String] = [:]
        attributes.forEach { name, value in values[name] = "\(value)" }
        return values
    }

    private static let capture = ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"]

    private func document(_ span: FinishedInMemorySpan, _ name: String) throws -> JSONValue {
        guard case .string(let text) = span.attributes.get(name) else { throw NoContent(name: name) }
        #expect(text.count <= ObservedModel.contentLength)
        return try JSONValue(json: text.utf8)
    }

    private struct NoContent: Error { let name: String }

    /// What is cut stays a document in the form of the conventions.
    @Test(arguments: ["y", "\"", "🙂"]) func contentIsRecordedOnlyOnRequestAndTruncated(character: String) async throws {
        let long = String(repeating: character, count: ObservedModel.contentLength + 5)
        let seen = try await ask(Answers.chat([long]), environment: Self.capture)
        let span = try #require(seen.spans.first)
        #expect(try document(span, "gen_ai.input.messages").arrayValue?.map { $0["role"] } == ["system", "user"])
        let answer = try #require(try document(span, "gen_ai.output.messages").arrayValue?.first)
        let text = answer["parts"]?.arrayValue?.first?["content"]?.stringValue ?? ""
        #expect(text.hasSuffix("…") && text.count > 5_000 && long.hasPrefix(text.dropLast()))
    }

    /// Each message has the members that the conventions require.
    @Test(
        arguments: [
            ("stop", "stop"), ("length", "length"), ("tool_calls", "stop"), ("content_filter", "content_filter"),
            ("odd", "odd"),
        ]) func recordedAnswerSaysWhyItEnded(reason: String, name: String) async throws
    {
        let seen = try await ask(Answers.chat(["answer"], finish: reason), environment: Self.capture)
        let span = try #require(seen.spans.first)
        #expect(
            try document(span, "gen_ai.output.messages")
                == [
                    [
                        "role": "assistant", "parts": [["type": "text", "content": "answer"]],
                        "finish_reason": .string(name),
                    ]
                ])
        #expect(span.attributes.get("gen_ai.response.finish_reasons") == .stringArray([name]))
    }

    @Test func recordedCallsInstructionsAndToolsHaveTheConventionsForm() async throws {
        let server = try await ScriptedServer(
            Answers.messages([
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"look","input":{}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#, #"{"type":"message_stop"}"#,
            ]))
        let recorder = TelemetryRecorder()
        let request = ModelRequest(
            system: "be kind",
            messages: [
                .user("hi"), .assistant("", toolCalls: [ToolCall(id: "s", name: "look", arguments: "no JSON")]),
                .toolResult(callID: "s", content: "seen"),
            ], tools: [ModelTool(name: "look", description: "Looks.", parameters: ["type": "object"])])
        _ = try await recorder.record {
            try await model("claude-x", at: server, environment: Self.capture).respond(to: request, until: .later)
        }
        let span = try #require(recorder.tracer.popFinishedSpans().first)
        #expect(try document(span, "gen_ai.system_instructions") == [["type": "text", "content": "be kind"]])
        #expect(
            try document(span, "gen_ai.tool.definitions")
                == [["type": "function", "name": "look", "description": "Looks.", "parameters": ["type": "object"]]])
        #expect(
            try document(span, "gen_ai.input.messages").arrayValue?.dropFirst()
                == [
                    [
                        "role": "assistant",
                        "parts": [["type": "tool_call", "id": "s", "name": "look", "arguments": "no JSON"]],
                    ], ["role": "tool", "parts": [["type": "tool_call_response", "id": "s", "response": "seen"]]],
                ])
        #expect(
            try document(span, "gen_ai.output.messages")
                == [
                    [
                        "role": "assistant",
                        "parts": [["type": "tool_call", "id": "t", "name": "look", "arguments": ["a": 1]]],
                        "finish_reason": "tool_call",
                    ]
                ])
    }

    /// What the service refused, and that it did not end its answer, stands on the span.
    @Test func remarksOnTheAnswerAreOnTheSpan() async throws {
        let server = try await ScriptedServer(
            Answers.error(400, #"{"error":{"param":"stream_options","message":"no"}}"#),
            Answers.stream([#"{"choices":[{"delta":{"content":"{}"}}]}"#]))
        let recorder = TelemetryRecorder()
        _ = try await recorder.record {
            try await model(at: server).structured(
                ModelRequest(messages: [.user("")]), schema: OutputSchema(name: "o", schema: ["type": "object"]),
                until: .later)
        }
        let spans = recorder.tracer.popFinishedSpans()
        #expect(spans.count == 1)
        #expect(spans.first?.attributes.get("coordinator.model.left_out_options") == .stringArray(["stream_options"]))
        #expect(spans.first?.attributes.get("coordinator.model.end_mark_missing") == .bool(true))
    }
}

extension TelemetryRecorder {
    /// What a body gives or throws, recorded.
    fileprivate func outcome<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        do {
            return .success(try await record(body))
        } catch {
            return .failure(error)
        }
    }
}
