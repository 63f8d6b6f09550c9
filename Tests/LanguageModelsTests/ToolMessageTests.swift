import Coordinator
import LanguageModels
import Support
import TestSupport
import Testing

/// Conversations with tools as they go to services, which refuse what does not fit together.
@Suite(.timeLimit(.minutes(10))) struct ToolMessages {
    private static let look = ModelTool(name: "look", description: "Looks.", parameters: ["type": "object"])
    private static let schema = OutputSchema(name: "count", schema: ["type": "object", "required": ["n"]])

    private static let chatAnswer = Answers.chat([#"{"n":1}"#])
    private static let messagesAnswer = Answers.raw(
        #"{"type":"message","content":[{"type":"text","text":"{\"n\":1}"}],"stop_reason":"end_turn"}"#,
        type: "application/json")

    private func body(
        _ name: String, _ request: ModelRequest, refusing: [ScriptedAnswer] = []
    ) async throws -> JSONValue {
        let answer = name == "m" ? Self.chatAnswer : Self.messagesAnswer
        let server = try await ScriptedServer(answers: refusing + [answer])
        _ = try await model(name, at: server).respond(to: request, until: .later)
        return try JSONValue(json: try #require(try server.requests().last).bodyBytes)
    }

    private static func turn(_ calls: [ToolCall], _ results: [ModelMessage]) -> [ModelMessage] {
        [.user("hi"), .assistant("", toolCalls: calls)] + results
    }

    /// Every call with a result right after it, every result with a call, and no name twice.
    private func checkPairs(chat messages: [JSONValue]) {
        var open: [String] = []
        var used: Set<String> = []
        for message in messages {
            let role = message["role"]?.stringValue
            if role == "tool" {
                let id = message["tool_call_id"]?.stringValue ?? ""
                #expect(open.contains(id), "a result without a call: \(id)")
                open.removeAll { $0 == id }
            } else {
                #expect(open.isEmpty, "calls without results: \(open)")
                for call in message["tool_calls"]?.arrayValue ?? [] {
                    let id = call["id"]?.stringValue ?? ""
                    #expect(!id.isEmpty && used.insert(id).inserted, "twice: \(id)")
                    open.append(id)
                    let arguments = call["function"]?["arguments"]?.stringValue ?? ""
                    #expect((try? JSONValue(json: arguments.utf8))?.objectValue != nil, "\(arguments)")
                    let name = call["function"]?["name"]?.stringValue ?? ""
                    #expect(name.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil, "\(name)")
                }
            }
        }
        #expect(open.isEmpty, "calls without results: \(open)")
    }

    private func checkPairs(messages: [JSONValue]) {
        var open: Set<String> = []
        var used: Set<String> = []
        for message in messages {
            let blocks = message["content"]?.arrayValue ?? []
            #expect(!blocks.isEmpty)
            let results = blocks.compactMap { $0["tool_use_id"]?.stringValue }
            #expect(Set(results) == open && results.count == open.count)
            // Results come first in their message.
            #expect(blocks.prefix(results.count).allSatisfy { $0["type"] == "tool_result" })
            open = []
            for block in blocks where block["type"] == "tool_use" {
                let id = block["id"]?.stringValue ?? ""
                #expect(used.insert(id).inserted && block["input"]?.objectValue != nil)
                open.insert(id)
            }
        }
        #expect(open.isEmpty)
    }

    private func check(_ conversation: [ModelMessage]) async throws {
        let request = ModelRequest(messages: conversation, tools: [Self.look])
        checkPairs(chat: try #require(try await body("m", request)["messages"]?.arrayValue))
        checkPairs(messages: try #require(try await body("claude-x", request)["messages"]?.arrayValue))
    }

    static let conversations: [(String, [ModelMessage])] = [
        (
            "a result that lacks",
            turn(
                [ToolCall(id: "a", name: "look", arguments: "{}"), ToolCall(id: "b", name: "look", arguments: "{}")],
                [.toolResult(callID: "b", content: "seen"), .user("go on")])
        ),
        ("no result at all", turn([ToolCall(id: "a", name: "look", arguments: "{}")], [])),
        (
            "a result without a call",
            turn(
                [ToolCall(id: "a", name: "look", arguments: "{}")],
                [.toolResult(callID: "z", content: "stray"), .toolResult(callID: "a", content: "seen")])
        ),
        (
            "arguments that are no object",
            turn(
                ["no JSON", "[1]", "", "null", #""{\"a\":1}""#].enumerated().map {
                    ToolCall(id: "c\($0)", name: "look", arguments: $1)
                }, (0..<5).map { .toolResult(callID: "c\($0)", content: "no", isError: true) })
        ),
        (
            "the same name in each turn",
            turn([ToolCall(id: "call-0", name: "look", arguments: "{}")], [.toolResult(callID: "call-0", content: "1")])
                + turn(
                    [ToolCall(id: "call-0", name: "look", arguments: "{}")],
                    [.toolResult(callID: "call-0", content: "2")])
        ),
        (
            "the same name in one turn",
            turn(
                [ToolCall(id: "", name: "look", arguments: "{}"), ToolCall(id: "", name: "look", arguments: "{}")],
                [.toolResult(callID: "", content: "1"), .toolResult(callID: "", content: "2")])
        ),
        (
            "names of tools that there are none of",
            turn(
                ["", "look at", "github.issue", String(repeating: "n", count: 300), "näme"].enumerated().map {
                    ToolCall(id: "c\($0)", name: $1, arguments: "{}")
                }, (0..<5).map { .toolResult(callID: "c\($0)", content: "no such tool", isError: true) })
        ),
    ]

    @Test(arguments: conversations) func callsAndResultsArePaired(name: String, conversation: [ModelMessage])
        async throws
    {
        try await check(conversation)
    }

    /// Whatever is said, it can be sent.
    @Test func anyConversationIsPaired() async throws {
        var random = SeededGenerator.announced()
        for _ in 0..<20 {
            var conversation: [ModelMessage] = [.user("hi")]
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let id = "c\(Int.random(in: 0...3, using: &random))"
                switch Int.random(in: 0...2, using: &random) {
                case 0: conversation.append(.user("go on"))
                case 1:
                    let calls = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        ToolCall(
                            id: "c\(Int.random(in: 0...3, using: &random))",
                            name: ["", "look"][Int.random(in: 0...1, using: &random)],
                            arguments: ["", "{}", "x", "[]", #"{"a":1}"#][Int.random(in: 0...4, using: &random)])
                    }
                    conversation.append(.assistant("well", toolCalls: calls))
                default:
                    conversation.append(.toolResult(callID: id, content: "r", isError: Bool.random(using: &random)))
                }
            }
            try await check(conversation)
        }
    }

    @Test func resultsSayWhetherTheyAreErrors() async throws {
        let conversation = Self.turn(
            [ToolCall(id: "a", name: "look", arguments: "{}"), ToolCall(id: "b", name: "look", arguments: "{}")],
            [.toolResult(callID: "a", content: "", isError: true), .toolResult(callID: "b", content: "")])
        let request = ModelRequest(messages: conversation, tools: [Self.look])
        let chat = try await body("m", request)["messages"]?.arrayValue?.suffix(2)
        #expect(chat?.map { $0["content"] } == ["error: ", ""])
        let blocks = try await body("claude-x", request)["messages"]?.arrayValue?.last?["content"]?.arrayValue
        #expect(blocks?.map { $0["is_error"] } == [true, false] && blocks?.map { $0["content"] } == ["error", ""])
    }

    /// What models think before their calls goes back with these: services refuse the conversation without it.
    @Test func thoughtsGoBackWithTheCallsTheyLedTo() async throws {
        let server = try await ScriptedServer(
            Answers.stream([
                #"{"choices":[{"delta":{"reasoning_content":"I should "}}]}"#,
                #"{"choices":[{"delta":{"reasoning_content":"look."}}]}"#,
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"look","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}},{"index":1,"id":"b","function":{"name":"look","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#,
                "[DONE]",
            ]), Answers.error(400, #"{"error":{"message":"property 'reasoning_content' is unsupported"}}"#),
            Self.chatAnswer)
        let asked = try model(at: server)
        var request = ModelRequest(messages: [.user("hi")], tools: [Self.look])
        let first = try await asked.respond(to: request, until: .later)
        request.messages += [
            .assistant("", toolCalls: first.toolCalls), .toolResult(callID: "a", content: "1"),
            .toolResult(callID: "b", content: "2"),
        ]
        let second = try await asked.respond(to: request, until: .later)
        #expect(second.leftOut == ["thoughts"])
        let sent = try server.requests().map { try JSONValue(json: $0.bodyBytes)["messages"]?.arrayValue ?? [] }
        let with = try #require(sent[1].first { $0["tool_calls"] != nil })
        #expect(with["reasoning_content"] == "I should look.")
        #expect(
            with["tool_calls"]?.arrayValue?.map { $0["extra_content"] } == [
                ["google": ["thought_signature": "s"]], nil,
            ])
        let without = try #require(sent[2].first { $0["tool_calls"] != nil })
        #expect(without["reasoning_content"] == nil && without["tool_calls"]?.arrayValue?[0]["extra_content"] == nil)
    }

    @Test func anthropicsThoughtsStandBeforeTheirCalls() async throws {
        let server = try await ScriptedServer(
            Answers.messages([
                #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"secret"}}"#,
                #"{"type":"content_block_stop","index":1}"#,
                #"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":"I look."}}"#,
                #"{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"a","name":"look","input":{}}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#, #"{"type":"message_stop"}"#,
            ]),
            Answers.error(
                400,
                #"{"type":"error","error":{"type":"invalid_request_error","message":"messages.1.content.0: Invalid `signature` in `thinking` block"}}"#
            ), Self.messagesAnswer)
        let asked = try model("claude-x", at: server)
        var request = ModelRequest(messages: [.user("hi")], tools: [Self.look])
        let first = try await asked.respond(to: request, until: .later)
        #expect(first.text == "I look." && first.toolCalls.count == 1)
        request.messages += [
            .assistant(first.text, toolCalls: first.toolCalls), .toolResult(callID: "a", content: "1"),
        ]
        #expect(try await asked.respond(to: request, until: .later).leftOut == ["thoughts"])
        let turns = try server.requests().map { try JSONValue(json: $0.bodyBytes)["messages"]?.arrayValue ?? [] }
        let blocks = try #require(turns[1][1]["content"]?.arrayValue)
        #expect(blocks.map { $0["type"] } == ["thinking", "redacted_thinking", "text", "tool_use"])
        #expect(blocks[0] == ["type": "thinking", "thinking": "hm", "signature": "sig"])
        #expect(turns[2][1]["content"]?.arrayValue?.map { $0["type"] } == ["text", "tool_use"])
    }

    // MARK: choices and forms

    @Test(
        arguments: [
            (.automatic, nil, nil), (.required, "required", ["type": "any"]), (.none, "none", ["type": "none"]),
            (
                .named("look"), ["type": "function", "function": ["name": "look"]], ["type": "tool", "name": "look"]
            ), (.named("other"), nil, nil),
        ] as [(ToolChoice, JSONValue?, JSONValue?)])
    func choiceOfToolsIsSent(choice: ToolChoice, chat: JSONValue?, messages: JSONValue?) async throws {
        let request = ModelRequest(messages: [.user("hi")], tools: [Self.look], toolChoice: choice)
        #expect(try await body("m", request)["tool_choice"] == chat)
        #expect(try await body("claude-x", request)["tool_choice"] == messages)
        let bare = ModelRequest(messages: [.user("hi")], toolChoice: choice)
        #expect(try await body("m", bare)["tool_choice"] == nil)
        #expect(try await body("claude-x", bare)["tool_choice"] == nil)
    }

    /// Servers refuse tools and a form of the answer together; the form stands in the prompt then.
    @Test func formStandsInThePromptBesideTools() async throws {
        let form = try Self.schema.schema.json()
        var request = ModelRequest(
            system: "be kind", messages: [.user("hi")], schema: Self.schema, tools: [Self.look])
        let chat = try await body("m", request)
        #expect(chat["response_format"] == nil && chat["tools"]?.arrayValue?.count == 1)
        #expect(chat["messages"]?.arrayValue?.first?["content"]?.stringValue?.contains(form) == true)
        let messages = try await body("claude-x", request)
        #expect(messages["tool_choice"] == nil)
        #expect(messages["tools"]?.arrayValue?.map { $0["name"] } == ["look"])
        #expect(messages["system"]?.stringValue?.contains(form) == true)
        // Once no tool is to be called, the answer is bound to its form.
        request.toolChoice = .none
        let boundChat = try await body("m", request)
        #expect(boundChat["response_format"] != nil && boundChat["tools"] == nil && boundChat["tool_choice"] == nil)
        let bound = try await body("claude-x", request)
        #expect(bound["tool_choice"] == ["type": "tool", "name": "count"])
        #expect(bound["tools"]?.arrayValue?.map { $0["name"] } == ["look", "count"] && bound["system"] == "be kind")
    }

    /// An answer beside tools is text, and a tool that bears the form's name is a tool.
    @Test func answerBesideToolsIsText() async throws {
        let server = try await ScriptedServer(
            Answers.messages([
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"count","input":{"n":1}}}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#, #"{"type":"message_stop"}"#,
            ]))
        let response = try await model("claude-x", at: server).respond(
            to: ModelRequest(
                messages: [.user("hi")], schema: Self.schema,
                tools: [ModelTool(name: "count", description: "", parameters: ["type": "object"])]), until: .later)
        #expect(response.text.isEmpty && response.toolCalls.map(\.name) == ["count"])
    }

    /// Without tools on offer Anthropic's service refuses calls in the conversation.
    @Test func callsAreWordsWhereThereAreNoTools() async throws {
        let conversation = Self.turn(
            [ToolCall(id: "a", name: "look", arguments: #"{"a":1}"#)],
            [.toolResult(callID: "a", content: "seen"), .user("and now?")])
        let turns = try await body("claude-x", ModelRequest(messages: conversation))["messages"]?.arrayValue ?? []
        #expect(turns.map { $0["role"] } == ["user", "assistant", "user"])
        let said = turns.flatMap { $0["content"]?.arrayValue ?? [] }.map { $0["text"]?.stringValue ?? "" }
        #expect(said == ["hi", #"[called look with {"a":1}]"#, "[result of look]\nseen", "and now?"])
        let refused = Answers.error(400, #"{"error":"m does not support tools"}"#)
        let chat = try await body(
            "m", ModelRequest(messages: conversation, tools: [Self.look]), refusing: [refused])
        #expect(chat["messages"]?.arrayValue?.allSatisfy { $0["tool_calls"] == nil && $0["role"] != "tool" } == true)
    }
}
