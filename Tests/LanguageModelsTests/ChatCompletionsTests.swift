import Coordinator
import LanguageModels
import Support
import TestSupport
import Testing

/// Chat completions, as OpenAI and many others serve them.
@Suite(.timeLimit(.minutes(10))) struct ChatCompletions {
    @Test func answerIsStreamedInPiecesWithItsUsage() async throws {
        let server = try await ScriptedServer(Answers.chat(["Hel", "lo ", "🙂"]))
        let heard = Locked("")
        let response = try await model("openai/m", at: server).respond(
            to: ModelRequest(
                system: "be kind", messages: [.user("hi")], maxOutputTokens: 50, temperature: 0, agentName: "a"),
            until: .later
        ) { event in
            if case .text(let piece) = event { heard.withLock { $0 += "[\(piece)]" } }
        }
        #expect(response.text == "Hello 🙂" && response.finishReason == .stop)
        #expect(heard.withLock { $0 } == "[Hel][lo ][🙂]")
        #expect(response.usage.inputTokens == 11 && response.usage.outputTokens == 7)
        #expect(response.model == "m-1" && response.id == "c1" && response.timeToFirstChunk != nil)
        let request = try #require(try server.requests().first)
        #expect(request.path == "/v1/chat/completions")
        #expect(request.values(of: "authorization") == ["Bearer sk-secret-1"])
        let body = try JSONValue(json: request.bodyBytes)
        #expect(body["model"] == "m" && body["stream"] == true && body["stream_options"]?["include_usage"] == true)
        #expect(body["max_tokens"] == 50 && body["temperature"] == 0)
        #expect(
            body["messages"] == [["role": "system", "content": "be kind"], ["role": "user", "content": "hi"]])
    }

    @Test func toolCallsAreAssembledFromFragments() async throws {
        func delta(_ calls: String) -> String { #"{"choices":[{"index":0,"delta":{"tool_calls":\#(calls)}}]}"# }
        let server = try await ScriptedServer(
            Answers.stream([
                delta(#"[{"index":0,"id":"x","function":{"name":"look","arguments":""}}]"#),
                delta(#"[{"index":1,"id":"y","function":{"name":"find","arguments":"{\"q\""}}]"#),
                delta(
                    #"[{"index":0,"function":{"arguments":"{\"a\":1}"}},{"index":1,"function":{"arguments":":2}"}}]"#),
                #"{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]",
            ]), Answers.chat(["done"]))
        let asked = try model(at: server)
        let tool = ModelTool(name: "look", description: "Looks.", parameters: ["type": "object"])
        var request = ModelRequest(messages: [.user("hi")], tools: [tool])
        let first = try await asked.respond(to: request, until: .later)
        #expect(first.finishReason == .toolCalls)
        #expect(
            first.toolCalls == [
                ToolCall(id: "x", name: "look", arguments: #"{"a":1}"#),
                ToolCall(id: "y", name: "find", arguments: #"{"q":2}"#),
            ])
        request.messages += [
            .assistant("", toolCalls: first.toolCalls), .toolResult(callID: "x", content: "seen"),
            .toolResult(callID: "y", content: "no", isError: true),
        ]
        #expect(try await asked.respond(to: request, until: .later).text == "done")
        let body = try JSONValue(json: try #require(try server.requests().last).bodyBytes)
        #expect(body["tools"]?.arrayValue?.first?["function"]?["name"] == "look")
        let sent = try #require(body["messages"]?.arrayValue)
        #expect(sent[1]["tool_calls"]?.arrayValue?.first?["function"]?["arguments"] == #"{"a":1}"#)
        #expect(sent[2] == ["role": "tool", "tool_call_id": "x", "content": "seen"])
        #expect(sent[3]["content"] == "error: no")
    }

    @Test func nonStreamingResponseIsAccepted() async throws {
        let server = try await ScriptedServer(
            ScriptedAnswer(
                headers: [("content-type", "application/json")],
                body: #"{"model":"w","choices":[{"message":{"content":"whole"},"finish_reason":"length"}],"#
                    + #""usage":{"prompt_tokens":3,"completion_tokens":4}}"#))
        let response = try await model(at: server).respond(to: ModelRequest(messages: [.user("hi")]), until: .later)
        #expect(response.text == "whole" && response.finishReason == .length && response.usage.outputTokens == 4)
        #expect(response.timeToFirstChunk == nil)
    }

    @Test func streamWithoutAFinishReasonIsInterrupted() async throws {
        let whole = try await ScriptedServer(
            Answers.stream([
                #"{"choices":[{"delta":{"content":"x"}}]}"#, #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
            ]))
        #expect(try await model(at: whole).respond(to: ModelRequest(messages: [.user("")]), until: .later).text == "x")
        let cut = try await ScriptedServer(Answers.stream([#"{"choices":[{"delta":{"content":"x"}}]}"#]))
        let error = await failure {
            _ = try await model(at: cut).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        }
        #expect(error?.code == .interrupted && error?.failureClass == .transient)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let answer: ScriptedAnswer
        let code: ModelError.Code
        let failureClass: FailureClass
        let errorType: String
        let words: String
        var testDescription: String { "\(code) \(words)" }
    }

    private static func error(_ status: Int, _ body: String, _ headers: [(String, String)] = []) -> ScriptedAnswer {
        ScriptedAnswer(status, headers: headers + [("content-type", "application/json")], body: body)
    }

    static let rows = [
        Row(
            answer: error(
                401, #"{"error":{"message":"bad key","type":"invalid_request_error","code":"invalid_api_key"}}"#),
            code: .unauthorized, failureClass: .permanent, errorType: "model_refused", words: "Check the key"),
        Row(
            answer: error(404, #"{"error":{"message":"no model"}}"#), code: .notFound, failureClass: .permanent,
            errorType: "model_refused", words: "no model. Check the model's name"),
        Row(
            answer: error(400, #"{"error":{"message":"bad","code":"context_length_exceeded"}}"#), code: .contextTooLong,
            failureClass: .permanent, errorType: "model_refused", words: "Send less"),
        Row(
            answer: error(
                400, #"{"error":{"code":400,"message":"the request exceeds the available context size","n_ctx":2048}}"#),
            code: .contextTooLong, failureClass: .permanent, errorType: "model_refused", words: "Send less"),
        Row(
            answer: error(400, #"{"error":"just words"}"#), code: .badRequest, failureClass: .permanent,
            errorType: "model_refused", words: "answered 400: just words"),
        Row(
            answer: error(429, "{}"), code: .rateLimited, failureClass: .throttled(), errorType: "rate_limited",
            words: "429"),
        Row(
            answer: error(429, "{}", [("Retry-After", "7")]), code: .rateLimited,
            failureClass: .throttled(retryAfter: .seconds(7)), errorType: "rate_limited", words: "429"),
        Row(
            answer: error(429, "{}", [("retry-after-ms", "250"), ("Retry-After", "7")]), code: .rateLimited,
            failureClass: .throttled(retryAfter: .milliseconds(250)), errorType: "rate_limited", words: "429"),
        Row(
            answer: error(429, #"{"error":{"code":"insufficient_quota"}}"#), code: .unauthorized,
            failureClass: .permanent, errorType: "model_refused", words: "no credit"),
        Row(
            answer: error(500, "oops\u{1B}[2J"), code: .serverError, failureClass: .transient,
            errorType: "model_unavailable", words: "answered 500: oops[2J"),
        Row(
            answer: error(503, "{}", [("Retry-After", "2")]), code: .overloaded,
            failureClass: .throttled(retryAfter: .seconds(2)), errorType: "model_unavailable", words: "503"),
        Row(
            answer: error(302, "", [("location", "http://127.0.0.1:1/")]), code: .notFound, failureClass: .permanent,
            errorType: "model_refused", words: "Redirects are not followed"),
        Row(
            answer: ScriptedAnswer(body: "<html>hi</html>"), code: .invalidResponse, failureClass: .transient,
            errorType: "model_unavailable", words: "neither with events nor with JSON"),
        Row(
            answer: error(200, #"{"hello":1}"#), code: .invalidResponse, failureClass: .transient,
            errorType: "model_unavailable", words: "no chat completion"),
        Row(
            answer: Answers.stream([#"{"error":{"message":"rate_limit reached"}}"#]), code: .rateLimited,
            failureClass: .throttled(), errorType: "rate_limited", words: "said in its answer"),
        Row(
            answer: Answers.stream(["[1]"]), code: .invalidResponse, failureClass: .transient,
            errorType: "model_unavailable", words: "not a JSON object"),
        Row(
            answer: Answers.stream([
                #"{"choices":[{"delta":{"refusal":"I will not"}}]}"#, "[DONE]",
            ]), code: .refused, failureClass: .permanent, errorType: "model_refused", words: "I will not"),
        Row(
            answer: .act(.reset), code: .interrupted, failureClass: .transient, errorType: "model_unavailable",
            words: "127.0.0.1"),
        Row(
            answer: .act(.garbage), code: .invalidResponse, failureClass: .transient, errorType: "model_unavailable",
            words: "127.0.0.1"),
    ]

    @Test(arguments: rows) func failuresAreClassified(row: Row) async throws {
        let server = try await ScriptedServer(row.answer)
        let error = await failure {
            _ = try await model(at: server).respond(to: ModelRequest(messages: [.user("the prompt")]), until: .later)
        }
        #expect(error?.code == row.code && error?.failureClass == row.failureClass, "\(String(describing: error))")
        #expect(error?.errorType == row.errorType)
        #expect(error?.message.contains(row.words) == true, "\(error?.message ?? "")")
        let shown = String(reflecting: error) + String(describing: error)
        #expect(!shown.contains("sk-secret") && !shown.contains("the prompt"))
    }

    /// A service may repeat the key that it does not take: by status, in a stream, in a document, and where it is cut.
    @Test(arguments: [
        error(401, #"{"error":{"message":"no key sk-secret-1 here"}}"#),
        Answers.stream([#"{"error":{"message":"no key sk-secret-1 here"}}"#]),
        error(200, #"{"error":{"message":"no key sk-secret-1 here"}}"#),
        Answers.stream([
            #"{"error":{"message":"\#(String(repeating: "x", count: ModelError.detailLength - 9))sk-secret-1"}}"#
        ]),
    ])
    func keyThatAServiceRepeatsIsInNoError(answer: ScriptedAnswer) async throws {
        let server = try await ScriptedServer(answer)
        let error = await failure {
            _ = try await model(at: server).respond(to: ModelRequest(messages: [.user("hi")]), until: .later)
        }
        let message = try #require(error?.message)
        #expect(!message.contains("sk-sec") && message.contains("…"), "\(message)")
    }

    @Test func unreachableServiceErrorNamesARemedy() async throws {
        for (name, words) in [
            ("ollama/m", "ollama serve"), ("m", "OPENAI_BASE_URL"), ("claude-x", "ANTHROPIC_BASE_URL"),
        ] {
            let asked = try ModelConfiguration(
                environment: [
                    "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "OLLAMA_HOST": "127.0.0.1:1",
                    "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
                ], model: name
            ).makeModel(client: .init())
            let error = await failure {
                _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
            }
            #expect(error?.code == .unreachable && error?.failureClass == .transient)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
    }

    @Test func deadlineAndCancellationEndTheCall() async throws {
        let server = try await ScriptedServer(.act(.hang))
        let late = await failure {
            _ = try await model(at: server).respond(
                to: ModelRequest(messages: [.user("")]), until: .now + .seconds(1))
        }
        #expect(late?.code == .timeout && late?.errorType == "timeout")
        #expect(await server.waitForRequest())
        #expect(await server.waitForClosedConnection())
        let asked = try model(at: server)
        let task = Task { try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later) }
        #expect(await server.waitForRequest())
        task.cancel()
        let cancelled = await failure { _ = try await task.value }
        #expect(cancelled?.code == .cancelled)
        #expect(await server.waitForClosedConnection())
    }

    /// An answer without end is given up, whether it comes as events or as one document.
    @Test(arguments: ["text/event-stream", "application/json"]) func endlessResponseIsTooLarge(type: String)
        async throws
    {
        let server = try await ScriptedServer(ScriptedAnswer(headers: [("content-type", type)], act: .endless))
        let error = await failure {
            _ = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        }
        #expect(error?.code == .responseTooLarge && error?.errorType == "invalid_output")
    }

    /// Pieces that are each small add up to no more than the limit.
    @Test func accumulatedTextOfAnAnswerHasALimit() async throws {
        let piece = String(repeating: "x", count: 1 << 14)
        let server = try await PythonServer(
            python: TestPython.fromPath,
            script: TestPython.packageRoot.appending(path: "Tests/LanguageModelsTests/Support/endless_chat.py"),
            arguments: [piece])
        let asked = try ModelConfiguration(environment: ["OPENAI_BASE_URL": server.url("/v1")], model: "m")
            .makeModel(client: .init())
        let error = await failure {
            _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
        }
        #expect(error?.code == .responseTooLarge && error?.message.contains("more than 4 MiB") == true)
    }
}
