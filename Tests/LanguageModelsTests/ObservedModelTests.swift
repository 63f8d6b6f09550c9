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
            requests: try server.requests())
    }

    @Test func modelCallIsASpanWithItsUsage() async throws {
        let seen = try await ask(Answers.chat(["answer"], usage: (1000, 500)))
        let span = try #require(seen.spans.first)
        #expect(seen.spans.count == 1 && span.operationName == "chat gpt-4.1" && span.kind == .client)
        let expected: SpanAttributes = [
            "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4.1",
            "gen_ai.response.model": "m-1", "gen_ai.agent.name": "a", "coordinator.prompt.version": "p/3",
            "server.address": "127.0.0.1",
        ]
        expected.forEach { name, value in #expect(span.attributes.get(name) == value, "\(name)") }
        #expect(span.attributes.get("gen_ai.usage.input_tokens") == .int64(1000))
        #expect(span.attributes.get("gen_ai.usage.output_tokens") == .int64(500))
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

    @Test func contentIsRecordedOnlyOnRequestAndTruncated() async throws {
        let long = String(repeating: "y", count: ObservedModel.contentLength + 5)
        let seen = try await ask(
            Answers.chat([long]), environment: ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"])
        let span = try #require(seen.spans.first)
        guard case .string(let input) = span.attributes.get("gen_ai.input.messages"),
            case .string(let output) = span.attributes.get("gen_ai.output.messages")
        else { return #expect(Bool(false), "no content") }
        let sent = try JSONValue(json: input.utf8)
        #expect(sent.arrayValue?.map { $0["role"] } == ["system", "user"])
        #expect(output.count == ObservedModel.contentLength + 1 && output.hasSuffix("…"))
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
