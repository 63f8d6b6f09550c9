import LanguageModels
import Support
import TestSupport
import Testing

/// Calls of tools as services send them, well and badly.
@Suite(.timeLimit(.minutes(10))) struct MalformedCalls {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// The values of `tool_calls`, one for each event; or whole deltas, where they begin with a brace.
        let deltas: [String]
        let calls: [ToolCall]
        var finish = "tool_calls"
        var testDescription: String { name }
    }

    private static func call(_ id: String, _ name: String, _ arguments: String) -> ToolCall {
        ToolCall(id: id, name: name, arguments: arguments)
    }

    static let rows = [
        Row(
            name: "in pieces",
            deltas: [
                #"[{"index":0,"id":"x","function":{"name":"look","arguments":""}}]"#,
                #"[{"index":0,"function":{"arguments":"{\"a\""}}]"#, #"[{"index":0,"function":{"arguments":":1}"}}]"#,
            ], calls: [call("x", "look", #"{"a":1}"#)]),
        Row(
            name: "no JSON", deltas: [#"[{"index":0,"id":"x","function":{"name":"look","arguments":"a: 1"}}]"#],
            calls: [call("x", "look", "a: 1")]),
        Row(
            name: "empty", deltas: [#"[{"index":0,"id":"x","function":{"name":"look","arguments":""}}]"#],
            calls: [call("x", "look", "{}")]),
        Row(
            name: "blank", deltas: [#"[{"index":0,"id":"x","function":{"name":"look","arguments":" \n"}}]"#],
            calls: [call("x", "look", "{}")]),
        Row(
            name: "no object", deltas: [#"[{"index":0,"id":"x","function":{"name":"look","arguments":"[1]"}}]"#],
            calls: [call("x", "look", "[1]")]),
        Row(
            name: "an object, not its text", deltas: [#"[{"id":"x","function":{"name":"look","arguments":{"a":1}}}]"#],
            calls: [call("x", "look", #"{"a":1}"#)]),
        Row(
            name: "a list, not its text", deltas: [#"[{"id":"x","function":{"name":"look","arguments":[1]}}]"#],
            calls: [call("x", "look", "[1]")]),
        Row(
            name: "without identifiers",
            deltas: [
                #"[{"index":0,"function":{"name":"look","arguments":"{}"}}]"#,
                #"[{"index":1,"function":{"name":"find","arguments":"{}"}}]"#,
            ], calls: [call("call-0", "look", "{}"), call("call-1", "find", "{}")]),
        Row(
            name: "without identifiers and index, one after the other",
            deltas: [
                #"[{"function":{"name":"look","arguments":"{\"a\":"}}]"#, #"[{"function":{"arguments":"1}"}}]"#,
                #"[{"function":{"name":"look","arguments":"{\"a\":2}"}}]"#,
            ], calls: [call("call-0", "look", #"{"a":1}"#), call("call-1", "look", #"{"a":2}"#)]),
        Row(
            name: "several in one delta, without index",
            deltas: [
                #"[{"id":"x","function":{"name":"look","arguments":"{}"}},{"id":"y","function":{"name":"find","arguments":"{}"}}]"#
            ], calls: [call("x", "look", "{}"), call("y", "find", "{}")]),
        Row(
            name: "index begins again",
            deltas: [
                #"[{"index":0,"function":{"name":"look","arguments":"{\"a\":"}}]"#,
                #"[{"index":0,"function":{"arguments":"1}"}}]"#,
                #"[{"index":0,"function":{"name":"find","arguments":"{\"b\":"}}]"#,
                #"[{"index":0,"function":{"arguments":"2}"}}]"#,
            ], calls: [call("call-0", "look", #"{"a":1}"#), call("call-1", "find", #"{"b":2}"#)]),
        Row(
            name: "one index, other identifiers, pieces without them",
            deltas: [
                #"[{"index":0,"id":"x","function":{"name":"look","arguments":"{\"a\""}}]"#,
                #"[{"index":0,"function":{"arguments":":1}"}}]"#,
                #"[{"index":0,"id":"y","function":{"name":"look","arguments":"{\"a\""}}]"#,
                #"[{"index":0,"function":{"arguments":":2}"}}]"#,
            ], calls: [call("x", "look", #"{"a":1}"#), call("y", "look", #"{"a":2}"#)]),
        Row(
            name: "name in pieces",
            deltas: [
                #"[{"index":0,"id":"x","function":{"name":"lo"}}]"#, #"[{"index":0,"function":{"name":"ok_at"}}]"#,
                #"[{"index":0,"function":{"arguments":"{}"}}]"#,
            ], calls: [call("x", "look_at", "{}")]),
        Row(
            name: "name with each piece",
            deltas: [
                #"[{"index":0,"id":"x","function":{"name":"look","arguments":"{\"a\""}}]"#,
                #"[{"index":0,"id":"x","function":{"name":"look","arguments":":1"}}]"#,
                #"[{"index":0,"id":"x","function":{"name":"look","arguments":"}"}}]"#,
            ], calls: [call("x", "look", #"{"a":1}"#)]),
        Row(
            name: "name longer each time",
            deltas: [
                #"[{"index":0,"id":"x","function":{"name":"lo"}}]"#, #"[{"index":0,"function":{"name":"look"}}]"#,
                #"[{"index":0,"function":{"arguments":"{}"}}]"#,
            ], calls: [call("x", "look", "{}")]),
        Row(
            name: "two with one identifier",
            deltas: [
                #"[{"index":0,"id":"x","function":{"name":"look","arguments":"{}"}}]"#,
                #"[{"index":1,"id":"x","function":{"name":"find","arguments":"{}"}}]"#,
            ], calls: [call("x", "look", "{}"), call("x-2", "find", "{}")]),
        Row(
            name: "two with one identifier and no index",
            deltas: [
                #"[{"id":"x","function":{"name":"look","arguments":"{\"a\":1}"}}]"#,
                #"[{"id":"x","function":{"name":"look","arguments":"{\"a\":2}"}}]"#,
            ], calls: [call("x", "look", #"{"a":1}"#), call("x-2", "look", #"{"a":2}"#)]),
        Row(
            name: "as there was one only",
            deltas: [
                #"{"function_call":{"name":"look","arguments":"{\"a\""}}"#, #"{"function_call":{"arguments":":1}"}}"#,
            ], calls: [call("call-0", "look", #"{"a":1}"#)], finish: "function_call"),
        Row(
            name: "without the object around it", deltas: [#"[{"id":"x","name":"look","arguments":{"a":1}}]"#],
            calls: [call("x", "look", #"{"a":1}"#)]),
        Row(
            name: "without the list around it",
            deltas: [#"{"tool_calls":{"id":"x","function":{"name":"look","arguments":"{}"}}}"#],
            calls: [call("x", "look", "{}")]),
        Row(
            name: "without a name", deltas: [#"[{"index":0,"id":"x","function":{"arguments":"{}"}}]"#],
            calls: [call("x", "", "{}")]),
        Row(
            name: "the reason for the end is stop",
            deltas: [#"[{"index":0,"id":"x","function":{"name":"look","arguments":"{}"}}]"#],
            calls: [call("x", "look", "{}")], finish: "stop"),
        Row(name: "no call after all", deltas: ["[]", "[null]", "[{}]"], calls: []),
    ]

    private func ask(_ row: Row, whole: Bool = false) async throws -> ModelResponse {
        let deltas = row.deltas.map { $0.hasPrefix("{") ? $0 : #"{"tool_calls":\#($0)}"# }
        let end = #"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(row.finish)"}]}"#
        let server = try await ScriptedServer(
            whole
                ? Answers.raw(
                    #"{"choices":[{"message":\#(deltas[0]),"finish_reason":"\#(row.finish)"}]}"#,
                    type: "application/json")
                : Answers.stream(deltas.map { #"{"choices":[{"index":0,"delta":\#($0)}]}"# } + [end, "[DONE]"]))
        let told = Locked<[ToolCall]>([])
        let response = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later) {
            if case .toolCall(let call) = $0 { told.withLock { $0.append(call) } }
        }
        #expect(told.withLock { $0 } == response.toolCalls)
        return response
    }

    @Test(arguments: rows) func callsOfAStreamAreUnderstood(row: Row) async throws {
        let response = try await ask(row)
        #expect(response.toolCalls == row.calls)
        #expect(response.finishReason == (row.calls.isEmpty ? .stop : .toolCalls))
    }

    @Test(arguments: rows.filter { $0.deltas.count == 1 }) func callsOfADocumentAreUnderstood(row: Row) async throws {
        #expect(try await ask(row, whole: true).toolCalls == row.calls)
    }

    /// What a small model writes into its text is text.
    @Test(arguments: [
        #"<tool_call>{"name": "look", "arguments": {}}</tool_call>"#,
        "```json\n{\"tool_calls\": [{\"name\": \"look\"}]}\n```",
    ])
    func callWrittenIntoTheTextIsNone(text: String) async throws {
        let server = try await ScriptedServer(Answers.chat([text]))
        let response = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.toolCalls.isEmpty && response.text == text && response.finishReason == .stop)
    }

    @Test func textAndCallsOfOneAnswerAreBothThere() async throws {
        let server = try await ScriptedServer(
            Answers.stream([
                #"{"choices":[{"delta":{"content":"I look."}}]}"#,
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"look","arguments":"{}"}}]}}]}"#,
                #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]",
            ]))
        let response = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.text == "I look." && response.toolCalls.map(\.name) == ["look"])
    }

    /// Nothing is called without arguments because the answer ended before them.
    @Test(arguments: ["", #"{\"path\":\"/"#]) func callOfACutAnswerCannotBeRead(arguments: String) async throws {
        let chat = try await ScriptedServer(
            Answers.stream([
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"clear","arguments":"\#(arguments)"}}]}}]}"#,
                #"{"choices":[{"delta":{},"finish_reason":"length"}]}"#, "[DONE]",
            ]))
        let messages = try await ScriptedServer(
            Answers.messages([
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"x","name":"clear","input":{}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"\#(arguments)"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}"#, #"{"type":"message_stop"}"#,
            ]))
        for asked in [try model(at: chat), try model("claude-x", at: messages)] {
            let response = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
            #expect(response.finishReason == .length)
            let call = try #require(response.toolCalls.first)
            #expect(throws: ToolCall.ArgumentsError.self) { try call.readArguments() }
        }
    }

    @Test func callsAndNamesHaveALimit() async throws {
        let most = 128
        func parts(_ count: Int) -> ScriptedAnswer {
            let list = (0..<count).map {
                #"{"index":\#($0),"id":"c\#($0)","function":{"name":"look","arguments":"{}"}}"#
            }
            return Answers.stream([
                #"{"choices":[{"delta":{"tool_calls":[\#(list.joined(separator: ","))]},"finish_reason":"stop"}]}"#,
                "[DONE]",
            ])
        }
        let long = String(repeating: "n", count: 5_000)
        let server = try await ScriptedServer(
            parts(most), parts(most + 1),
            Answers.stream([
                #"{"choices":[{"delta":{"tool_calls":[{"id":"x","function":{"name":"\#(long)","arguments":"{}"}}]},"finish_reason":"stop"}]}"#,
                "[DONE]",
            ]))
        let asked = try model(at: server)
        let request = ModelRequest(messages: [.user("")])
        #expect(try await asked.respond(to: request, until: .later).toolCalls.count == most)
        let error = await failure { _ = try await asked.respond(to: request, until: .later) }
        #expect(error?.code == .invalidResponse && error?.message.contains("more than 128 calls") == true)
        #expect(try await asked.respond(to: request, until: .later).toolCalls.first?.name.count == ToolCall.nameLength)
    }

    /// Anthropic's blocks: without input, with the same index, side by side, with the reason of an answer without calls.
    static let messages: [(String, [String], [ToolCall])] = [
        (
            "no input",
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"x","name":"look"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
            ], [call("x", "look", "{}")]
        ),
        (
            "side by side",
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"x","name":"look","input":{}}}"#,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"y","name":"find","input":{}}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"b\":2}"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}"#,
                #"{"type":"content_block_stop","index":0}"#, #"{"type":"content_block_stop","index":1}"#,
            ], [call("x", "look", #"{"a":1}"#), call("y", "find", #"{"b":2}"#)]
        ),
        (
            "one index for all",
            [
                #"{"type":"content_block_start","content_block":{"type":"tool_use","id":"x","name":"look"}}"#,
                #"{"type":"content_block_delta","delta":{"partial_json":"{\"a\":1}"}}"#,
                #"{"type":"content_block_start","content_block":{"type":"tool_use","id":"x","name":"find"}}"#,
                #"{"type":"content_block_delta","delta":{"partial_json":"no JSON"}}"#,
            ], [call("x", "look", #"{"a":1}"#), call("x-2", "find", "no JSON")]
        ),
        (
            "values, not their text, and no identifier",
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","name":"look","input":"{\"a\":1}"}}"#,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","name":"find","input":{}}}"#,
                #"{"type":"content_block_delta","index":1,"delta":{"partial_json":{"b":2}}}"#,
            ], [call("call-0", "look", #"{"a":1}"#), call("call-1", "find", #"{"b":2}"#)]
        ),
    ]

    @Test(arguments: messages, ["tool_use", "end_turn"]) func blocksAreUnderstood(
        row: (String, [String], [ToolCall]), reason: String
    ) async throws {
        let server = try await ScriptedServer(
            Answers.messages(
                row.1 + [
                    #"{"type":"message_delta","delta":{"stop_reason":"\#(reason)"}}"#, #"{"type":"message_stop"}"#,
                ]))
        let response = try await model("claude-x", at: server).respond(
            to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.toolCalls == row.2 && response.finishReason == .toolCalls, "\(row.0)")
    }

    /// The first piece of an answer may be one of a call, of which nothing is told until it is whole.
    @Test func timeToTheFirstChunkCountsCalls() async throws {
        let start = #"{"index":0,"id":"x","function":{"name":"look","arguments":"{"}}"#
        let server = try await ScriptedServer(
            Answers.raw(
                "data: " + #"{"choices":[{"delta":{"tool_calls":[\#(start)]}}]}"# + "\n\n", act: .hold))
        let asked = try model(at: server)
        let begin = ContinuousClock.now
        let error = await failure {
            _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .now + .seconds(2))
        }
        #expect(error?.code == .timeout && ContinuousClock.now - begin < .seconds(60))
        let whole = try await ScriptedServer(
            Answers.stream([
                #"{"choices":[{"delta":{"tool_calls":[\#(start)]}}]}"#,
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]},"finish_reason":"tool_calls"}]}"#,
                "[DONE]",
            ]))
        let response = try await model(at: whole).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.timeToFirstChunk != nil && response.toolCalls.first?.arguments == "{}")
    }

    /// The connection is given up at once, in the midst of a call's arguments.
    @Test func callIsCancelledWithinItsArguments() async throws {
        let server = try await ScriptedServer(
            Answers.raw(
                "data: "
                    + #"{"choices":[{"delta":{"content":"x","tool_calls":[{"index":0,"id":"x","function":{"name":"look","arguments":"{"}}]}}]}"#
                    + "\n\n", act: .hold))
        let asked = try model(at: server)
        let began = AsyncStream<Void>.makeStream()
        let task = Task { () -> ModelError? in
            await failure {
                _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later) { _ in
                    began.continuation.yield()
                }
            }
        }
        for await _ in began.stream { break }
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        #expect(await server.waitForRequest())
        #expect(await server.waitForClosedConnection())
    }
}
