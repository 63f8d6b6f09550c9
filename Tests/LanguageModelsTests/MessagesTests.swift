import Coordinator
import LanguageModels
import Support
import TestSupport
import Testing

/// Anthropic's messages.
@Suite(.timeLimit(.minutes(10))) struct Messages {
    private static let start =
        #"{"type":"message_start","message":{"id":"msg_1","model":"claude-x-1","usage":{"input_tokens":10,"cache_read_input_tokens":5,"output_tokens":1}}}"#

    private static func end(_ reason: String, _ tokens: Int = 9) -> [String] {
        [
            #"{"type":"message_delta","delta":{"stop_reason":"\#(reason)"},"usage":{"output_tokens":\#(tokens)}}"#,
            #"{"type":"message_stop"}"#,
        ]
    }

    /// A call that comes in pieces of JSON text, which are written with JSON's escapes.
    private static func call(_ id: String, _ name: String, _ pieces: [String]) -> [String] {
        [
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"\#(id)","name":"\#(name)","input":{}}}"#
        ]
            + pieces.map {
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\#($0)"}}"#
            } + [#"{"type":"content_block_stop","index":0}"#]
    }

    @Test func answerIsStreamedInPiecesWithItsUsage() async throws {
        let server = try await ScriptedServer(
            Answers.messages(
                [
                    Self.start, #"{"type":"ping"}"#,
                    #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                    #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}"#,
                    #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"lo"}}"#,
                    #"{"type":"content_block_stop","index":0}"#, #"{"type":"something_new"}"#,
                ] + Self.end("end_turn")))
        let heard = Locked("")
        let response = try await model("claude-x", at: server).respond(
            to: ModelRequest(system: "be kind", messages: [.user("hi")], temperature: 1.5), until: .later
        ) { event in
            if case .text(let piece) = event { heard.withLock { $0 += "[\(piece)]" } }
        }
        #expect(response.text == "Hello" && response.finishReason == .stop && response.model == "claude-x-1")
        #expect(response.usage.inputTokens == 15 && response.usage.outputTokens == 9 && response.id == "msg_1")
        #expect(heard.withLock { $0 } == "[Hel][lo]")
        let request = try #require(try server.requests().first)
        #expect(request.path == "/v1/messages" && request.values(of: "x-api-key") == ["sk-ant-secret-2"])
        #expect(request.values(of: "anthropic-version") == ["2023-06-01"])
        let body = try JSONValue(json: request.bodyBytes)
        #expect(body["system"] == "be kind" && body["max_tokens"] == 4096 && body["temperature"] == 1)
    }

    @Test func toolCallsAndResultsAreExchanged() async throws {
        let server = try await ScriptedServer(
            Answers.messages(
                [Self.start] + Self.call("t1", "look", [#"{\"a\""#, #":1}"#]) + Self.end("tool_use")),
            Answers.messages([Self.start] + Self.end("max_tokens")))
        let asked = try model("claude-x", at: server)
        var request = ModelRequest(
            messages: [.user("hi")],
            tools: [ModelTool(name: "look", description: "Looks.", parameters: ["type": "object"])])
        let first = try await asked.respond(to: request, until: .later)
        #expect(first.toolCalls == [ToolCall(id: "t1", name: "look", arguments: #"{"a":1}"#)])
        #expect(first.finishReason == .toolCalls)
        request.messages += [
            .assistant("I look.", toolCalls: first.toolCalls), .toolResult(callID: "t1", content: "no", isError: true),
            .user("go on"),
        ]
        #expect(try await asked.respond(to: request, until: .later).finishReason == .length)
        let body = try JSONValue(json: try #require(try server.requests().last).bodyBytes)
        let turns = try #require(body["messages"]?.arrayValue)
        #expect(turns.map { $0["role"] } == ["user", "assistant", "user"])
        #expect(turns[1]["content"]?.arrayValue?.last?["input"] == ["a": 1])
        #expect(turns[2]["content"]?.arrayValue?.map { $0["type"] } == ["tool_result", "text"])
    }

    @Test(
        arguments: [
            (
                ScriptedAnswer(529, body: #"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#),
                "overloaded"
            ),
            (
                ScriptedAnswer(401, body: #"{"type":"error","error":{"type":"authentication_error","message":"no"}}"#),
                "unauthorized"
            ),
            (
                ScriptedAnswer(
                    400,
                    body:
                        #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens"}}"#
                ),
                "context_too_long"
            ),
            (
                Answers.messages([start, #"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#]),
                "overloaded"
            ),
            (Answers.messages([start]), "interrupted"),
            (Answers.messages([start] + end("refusal")), "refused"),
        ])
    func failuresAreClassified(answer: ScriptedAnswer, code: String) async throws {
        let server = try await ScriptedServer(answer)
        let error = await failure {
            _ = try await model("anthropic/m", at: server).respond(
                to: ModelRequest(messages: [.user("")]), until: .later)
        }
        #expect(error?.code.description == code, "\(String(describing: error))")
    }

    /// A block that is not said to have ended has ended with its message; one that is said so twice has ended once.
    @Test func contentBlockEndsExactlyOnce() async throws {
        let call = [
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"look","input":{}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}}"#,
        ]
        let stop = #"{"type":"content_block_stop","index":0}"#
        let server = try await ScriptedServer(
            Answers.messages([Self.start] + call + Self.end("tool_use")),
            Answers.messages([Self.start] + call + [stop, stop] + Self.end("tool_use")))
        let asked = try model("claude-x", at: server)
        for _ in 0..<2 {
            let response = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
            #expect(response.toolCalls == [ToolCall(id: "t1", name: "look", arguments: "{}")])
        }
    }

    /// A form is asked for as a call; its arguments are the answer.
    @Test func structuredOutputIsARequiredToolCall() async throws {
        let server = try await ScriptedServer(
            Answers.messages(
                [Self.start] + Self.call("t", "form", [#"{\"n\":3}"#]) + Self.end("tool_use")))
        let answer = try await model("claude-x", at: server).structured(
            ModelRequest(messages: [.user("n?")]),
            schema: OutputSchema(name: "form", schema: ["type": "object", "required": ["n"]]), until: .later)
        #expect(answer.value == ["n": 3] && answer.repairs == 0 && answer.response.finishReason == .stop)
        let body = try JSONValue(json: try #require(try server.requests().first).bodyBytes)
        #expect(body["tool_choice"] == ["type": "tool", "name": "form"])
    }
}
