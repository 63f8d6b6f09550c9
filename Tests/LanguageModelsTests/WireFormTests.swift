import Coordinator
import LanguageModels
import Support
import TestSupport
import Testing

/// The forms in which services send what the protocols have one form for.
@Suite(.timeLimit(.minutes(10))) struct WireForms {
    private static func piece(_ content: String, more: String = "") -> String {
        #"data: {"id":"c","choices":[{"index":0,"delta":{"content":\#(content)}}]\#(more)}"# + "\n\n"
    }

    private static let end = #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
    private static let done = "data: [DONE]\n\n"

    /// Each stream says `Hello`, and ends with the reason `stop`.
    static let streams: [(String, String)] = [
        ("null error", piece("\"Hello\"", more: #","error":null"#) + end + done),
        ("empty error", piece("\"Hello\"", more: #","error":{"message":"","code":0}"#) + end + done),
        ("error that is false", piece("\"Hello\"", more: #","error":false"#) + end + done),
        ("event without data", "data:\n\n" + piece("\"Hel\"") + "data: \n\n" + piece("\"lo\"") + end + done),
        ("null event", piece("\"Hello\"") + "data: null\n\n" + end + done),
        ("sign of life", "event: ping\ndata: {}\n\n: hi\n\ndata: ping\n\n" + piece("\"Hello\"") + end + done),
        ("null members", piece("\"Hello\"", more: #","usage":null,"model":null"#) + end + done),
        (
            "no choices",
            #"data: {"choices":[]}"# + "\n\n" + #"data: {"choices":null}"# + "\n\n" + piece("\"Hello\"") + end + done
        ),
        (
            "null delta",
            #"data: {"choices":[{"delta":null,"finish_reason":null}]}"# + "\n\n" + piece("\"Hello\"") + end + done
        ),
        (
            "null content and calls",
            #"data: {"choices":[{"delta":{"role":"assistant","content":null,"refusal":null,"tool_calls":null}}]}"#
                + "\n\n"
                + piece("\"Hello\"") + end + done
        ),
        (
            "empty reason",
            #"data: {"choices":[{"delta":{"content":"Hel"},"finish_reason":""}]}"# + "\n\n" + piece("\"lo\"") + end
                + done
        ),
        (
            "parts",
            piece(#"[{"type":"thinking","thinking":[{"type":"text","text":"well"}]}]"#)
                + piece(#"[{"type":"text","text":"Hel"},{"type":"text","text":"l"}]"#)
                + piece(#"{"type":"text","text":"o"}"#)
                + end + done
        ),
        ("parts of plain text", piece(#"["Hel","lo"]"#) + end + done),
        (
            "lines without a blank one between",
            (piece("\"Hel\"") + piece("\"lo\"") + end + done).replacing("\n\n", with: "\n") + "\n"
        ),
        ("no blank line at the end", piece("\"Hello\"") + end.dropLast(2)),
        ("mark in lower case", piece("\"Hello\"") + "data: [done] \n\n"),
        ("reason in capitals", piece("\"Hello\"") + end.replacing("stop", with: "STOP") + done),
        (
            "whole message",
            #"data: {"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}"# + "\n\n" + done
        ),
    ]

    @Test(arguments: streams) func streamInAnotherFormIsUnderstood(name: String, stream: String) async throws {
        let server = try await ScriptedServer(Answers.raw(stream))
        let heard = Locked("")
        let response = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later) {
            if case .text(let piece) = $0 { heard.withLock { $0 += piece } }
        }
        #expect(response.text == "Hello" && response.finishReason == .stop && heard.withLock { $0 } == "Hello")
        #expect(try server.requests().count == 1)
    }

    /// What was lost or cut stays a failure that asking again may mend; white space is text too.
    @Test func spaceIsTextAndACutEventIsNone() async throws {
        let server = try await ScriptedServer(
            Answers.raw(Self.piece("\"Hel\"") + Self.piece("\" \"") + Self.piece("\"lo\"") + Self.end + Self.done),
            Answers.raw(Self.piece("\"Hello\"") + Self.end.prefix(40)))
        let asked = try model(at: server)
        #expect(try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later).text == "Hel lo")
        let error = await failure {
            _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
        }
        #expect(error?.code == .interrupted && error?.failureClass == .transient)
    }

    /// Counts come before the end, after it, with each piece, as text, or not at all.
    @Test(
        arguments: [
            (piece("\"x\"", more: #","usage":{"prompt_tokens":3,"completion_tokens":4}"#) + end + done, 3, 4),
            (
                piece("\"x\"") + end + #"data: {"choices":[],"usage":{"prompt_tokens":"3","completion_tokens":"4.0"}}"#
                    + "\n\n", 3, 4
            ),
            (piece("\"x\"", more: #","usage":{"prompt_tokens":null}"#) + end + done, 0, 0),
        ])
    func usageIsReadWhereverItStands(stream: String, input: Int, output: Int) async throws {
        let server = try await ScriptedServer(Answers.raw(stream))
        let usage = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later).usage
        #expect(usage.inputTokens == input && usage.outputTokens == output)
    }

    /// Calls without an index, with the same one, with repeated names and empty identifiers, and with arguments that are
    /// an object.
    @Test(
        arguments: [
            [
                #"[{"id":"x","function":{"name":"look","arguments":"{\"a\":1}"}},{"id":"y","function":{"name":"find","arguments":"{}"}}]"#
            ],
            [
                #"[{"index":0,"id":"x","function":{"name":"look","arguments":"{\"a\":1}"}}]"#,
                #"[{"index":0,"id":"y","function":{"name":"find","arguments":"{}"}}]"#,
            ],
            [
                #"[{"index":0,"id":"x","function":{"name":"look","arguments":null}},null,{}]"#,
                #"[{"index":"0","id":"","function":{"name":"look","arguments":"{\"a\":"}}]"#,
                #"[{"index":0,"id":null,"function":{"name":null,"arguments":"1}"}}]"#,
                #"[{"index":1,"id":"y","function":{"name":"find","arguments":{}}}]"#,
            ],
        ])
    func callsInOtherFormsAreUnderstood(deltas: [String]) async throws {
        let events = deltas.map { #"{"choices":[{"index":0,"delta":{"tool_calls":\#($0)}}]}"# }
        let server = try await ScriptedServer(
            Answers.stream(events + [#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]"]))
        let response = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        let expected = [
            ToolCall(id: "x", name: "look", arguments: #"{"a":1}"#), ToolCall(id: "y", name: "find", arguments: "{}"),
        ]
        #expect(response.toolCalls == expected && response.finishReason == .toolCalls)
    }

    /// Anthropic's messages: nulls, an empty event, text for content, arguments that were not streamed, the mark of the
    /// other protocol.
    @Test(
        arguments: [
            [
                #"{"type":"message_start","message":{"model":null,"usage":null},"error":null}"#, "", "null",
                #"{"type":"content_block_start","index":"0","content_block":{"type":"text","text":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":null}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":""},"usage":{"output_tokens":"4"}}"#, "[DONE]",
            ],
            [
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}"#,
            ],
        ]) func anthropicsStreamInAnotherFormIsUnderstood(data: [String]) async throws
    {
        let server = try await ScriptedServer(Answers.messages(data))
        let response = try await model("claude-x", at: server).respond(
            to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.text == "Hello" && response.finishReason == .stop && response.usage.outputTokens == 4)
    }

    @Test(
        arguments: [
            #"{"content":"Hello","stop_reason":"end_turn","error":null}"#,
            #"{"content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Hello"}]}"#,
        ]) func anthropicsWholeAnswerInAnotherFormIsUnderstood(body: String) async throws
    {
        let server = try await ScriptedServer(Answers.raw(body, type: "application/json"))
        let response = try await model("claude-x", at: server).respond(
            to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.text == "Hello" && response.finishReason == .stop)
    }

    @Test func argumentsThatWereNotStreamedAreUsed() async throws {
        let server = try await ScriptedServer(
            Answers.messages([
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"look","input":{"a":0}}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#, #"{"type":"message_stop"}"#,
            ]))
        let response = try await model("claude-x", at: server).respond(
            to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.toolCalls == [ToolCall(id: "t", name: "look", arguments: #"{"a":0}"#)])
    }

    /// The label does not count where the content shows what it is.
    @Test(
        arguments: [
            ("text/plain; charset=utf-8", true), ("application/octet-stream", true), (nil, true),
            ("application/json", true),
            ("text/html", true), ("text/plain", false), ("text/event-stream", false), (nil, false),
        ] as [(String?, Bool)])
    func answerIsReadByItsContentNotItsLabel(type: String?, isStream: Bool) async throws {
        let whole = #"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}"#
        let server = try await ScriptedServer(
            Answers.raw(
                isStream ? "\u{FEFF}" + Self.piece("\"Hello\"") + Self.end + Self.done : "\n" + whole,
                type: type))
        let response = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.text == "Hello" && (response.timeToFirstChunk != nil) == isStream)
    }

    @Test(arguments: ["text/html", "text/plain", nil]) func pageIsRefusedWhateverItsLabel(type: String?) async throws {
        let server = try await ScriptedServer(Answers.raw("<!doctype html>\n<p>data: no</p>", type: type))
        let error = await failure {
            _ = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        }
        #expect(error?.code == .invalidResponse && error?.message.contains("neither with events nor with JSON") == true)
    }
}
