import Coordinator
import LanguageModels
import Support
import TestSupport
import Testing

/// Services that refuse options which every request has.
@Suite(.timeLimit(.minutes(10))) struct OptionRefusals {
    private let schema = OutputSchema(
        name: "count", schema: ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]])
    private let tool = ModelTool(name: "look", description: "Looks.", parameters: ["type": "object"])

    private func request(_ schema: OutputSchema? = nil, tools: [ModelTool] = []) -> ModelRequest {
        ModelRequest(
            system: "be kind", messages: [.user("n?")], maxOutputTokens: 4_096, temperature: 0, schema: schema,
            tools: tools)
    }

    private func bodies(_ server: ScriptedServer) throws -> [JSONObject] {
        try server.requests().map { try JSONValue(json: $0.bodyBytes).objectValue ?? [:] }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var status = 400
        let said: String
        /// The member that is left out.
        let gone: String
        var testDescription: String { said }
    }

    static let rows = [
        Row(said: #"{"error":{"message":"only its default is possible","param":"temperature"}}"#, gone: "temperature"),
        Row(
            said: #"{"error":{"message":"Unsupported value: 'temperature' does not support 0."}}"#, gone: "temperature"),
        Row(said: #"{"error":"this model takes no temperature"}"#, gone: "temperature"),
        Row(said: #"{"message":"Unknown name \"streamOptions\": cannot find it"}"#, gone: "stream_options"),
        Row(
            said: #"[{"error":{"code":400,"message":"`stream_options` is only for streams"}}]"#, gone: "stream_options"),
        Row(
            status: 422,
            said:
                #"{"detail":[{"loc":["body","stream_options"],"msg":"Extra inputs are not permitted","input":{"temperature":0}}]}"#,
            gone: "stream_options"),
        Row(status: 422, said: #"{"errors":{"max_tokens":["is not known"]}}"#, gone: "max_tokens"),
        Row(
            said:
                #"{"object":"error","message":"[{'type': 'extra_forbidden', 'loc': ('body', 'temperature'), 'input': {'tools': 1}}]","param":null}"#,
            gone: "temperature"),
        Row(said: #"{"error":{"message":"m does not support tools"}}"#, gone: "tools"),
        Row(said: #"{"error":{"message":"\"auto\" tool choice requires a parser"}}"#, gone: "tools"),
        Row(said: #"{"error":{"message":"streaming is not offered","param":"/stream"}}"#, gone: "stream"),
        Row(said: "unsupported parameter: temperature", gone: "temperature"),
    ]

    @Test(arguments: rows) func optionThatARefusalNamesIsLeftOutAndRemembered(row: Row) async throws {
        let server = try await ScriptedServer(Answers.error(row.status, row.said), Answers.chat(["fine"]))
        let asked = try model(at: server)
        for _ in 0..<2 {
            let response = try await asked.respond(to: request(tools: [tool]), until: .later)
            #expect(response.text == "fine" && response.leftOut == [row.gone])
        }
        let sent = try bodies(server)
        try #require(sent.count == 3)
        let first = Set(sent[0].keys)
        // Options of events go with the events.
        let expected: Set<ExactString> = row.gone == "stream" ? ["stream", "stream_options"] : [ExactString(row.gone)]
        #expect(first.subtracting(sent[1].keys) == expected && sent[1] == sent[2])
        #expect(first.isSuperset(of: ["model", "messages", "temperature", "max_tokens", "tools"]))
    }

    @Test func severalOptionsOfOneRefusalAreLeftOutTogether() async throws {
        let server = try await ScriptedServer(
            Answers.error(
                400, #"{"error":"Unsupported parameters: 'temperature', 'stream_options' and 'max_tokens'."}"#),
            Answers.chat(["fine"]))
        let response = try await model(at: server).respond(to: request(), until: .later)
        #expect(response.leftOut == ["max_tokens", "stream_options", "temperature"])
        #expect(try bodies(server).last?.keys.sorted() == ["messages", "model", "stream"])
    }

    @Test(
        arguments: [
            #"{"error":"just words"}"#, #"{"error":{"message":"bad","param":"messages"}}"#,
            #"{"error":{"message":"the model m is not offered; see its temperature","param":"model"}}"#,
            #"{"error":{"message":"unexpected end of stream"}}"#, "", "[]",
            #"{"detail":[{"loc":["body","messages",0,"content"],"msg":"must be text, not tools"}]}"#,
            #"{"detail":[{"loc":["body"],"msg":"too much","input":"set the temperature of the room"}]}"#,
        ])
    func refusalThatNamesNoOptionIsFinal(said: String) async throws {
        let server = try await ScriptedServer(Answers.error(400, said))
        let error = await failure { _ = try await model(at: server).respond(to: request(), until: .later) }
        #expect(error?.code == .badRequest && error?.failureClass == .permanent)
        #expect(try server.requests().count == 1)
    }

    /// A service that refuses whatever is sent is asked at most once for each option, and once more; it is asked for the
    /// same thing the next time, since nothing of it was taken.
    @Test func refusalsComeToAnEnd() async throws {
        let names = "temperature, max_tokens, max_completion_tokens, stream_options, response_format, tools, stream"
        let server = try await ScriptedServer(
            Answers.error(400, #"{"error":{"message":"neither of these: '\#(names)', model, messages"}}"#))
        let asked = try model(at: server)
        let error = await failure { _ = try await asked.respond(to: request(schema, tools: [tool]), until: .later) }
        #expect(error?.code == .badRequest)
        let first = try bodies(server)
        #expect((2...16).contains(first.count))
        for body in first { #expect(body["model"] != nil && body["messages"] != nil) }
        _ = await failure { _ = try await asked.respond(to: request(schema, tools: [tool]), until: .later) }
        #expect(try bodies(server)[first.count] == first[0])
    }

    /// The name that a refusal recommends is used; a smaller number that it names is kept to.
    @Test(
        arguments: [
            (
                "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                "max_completion_tokens", 4_096
            ),
            ("max_tokens is too large: 4096. At most 2048 completion tokens are possible.", "max_tokens", 2_048),
        ])
    func limitIsSentAsTheRefusalRecommends(said: String, name: String, tokens: Int) async throws {
        let server = try await ScriptedServer(
            Answers.error(400, #"{"error":{"message":\#(Answers.json(said)),"param":"max_tokens"}}"#),
            Answers.chat(["fine"]))
        let asked = try model(at: server)
        for _ in 0..<2 { _ = try await asked.respond(to: request(), until: .later) }
        let sent = try bodies(server)
        #expect(sent.count == 3 && sent[2][name] == .integer(Int64(tokens)))
        #expect(sent[2].keys.map(\.string).filter { $0.hasPrefix("max") } == [name])
    }

    /// Where the service does not bind answers to a schema, the prompt asks for it, and the answer is checked all the same.
    @Test func schemaThatIsRefusedGoesIntoThePrompt() async throws {
        let server = try await ScriptedServer(
            Answers.error(400, #"{"error":{"message":"response_format of type json_schema is not offered"}}"#),
            Answers.chat([#"{"m":1}"#]), Answers.chat([#"{"n":1}"#]),
            Answers.error(400, #"{"error":{"message":"'response_format' is not known"}}"#), Answers.chat([#"{"n":2}"#]))
        let asked = try model(at: server)
        let first = try await asked.structured(request(), schema: schema, until: .later)
        #expect(first.value == ["n": 1] && first.repairs == 1)
        let second = try await asked.structured(request(), schema: schema, until: .later)
        #expect(second.value == ["n": 2] && second.repairs == 0)
        let sent = try bodies(server)
        #expect(
            sent.map { $0["response_format"]?["type"] } == [
                "json_schema", "json_object", "json_object", "json_object", nil,
            ])
        let systems = sent.map { $0["messages"]?.arrayValue?.first?["content"]?.stringValue ?? "" }
        let text = try schema.schema.json()
        #expect(
            systems[0] == "be kind" && systems[1].hasPrefix("be kind\n")
                && systems.dropFirst().allSatisfy { $0.contains(text) })
    }

    @Test func strictnessAloneIsDroppedWhereItAloneIsRefused() async throws {
        let server = try await ScriptedServer(
            Answers.error(400, #"{"error":{"message":"no","param":"response_format.json_schema.strict"}}"#),
            Answers.chat([#"{"n":1}"#]))
        _ = try await model(at: server).structured(request(), schema: schema, until: .later)
        let format = try bodies(server).last?["response_format"]
        #expect(format?["type"] == "json_schema" && format?["json_schema"]?["strict"] == nil)
    }

    @Test func instructionsGoToTheUsersMessageWhereTheirRoleIsRefused() async throws {
        let server = try await ScriptedServer(
            Answers.error(
                400,
                #"{"error":{"message":"'messages[0].role' does not support 'system' with this model.","param":"messages[0].role"}}"#
            ), Answers.chat(["fine"]))
        _ = try await model(at: server).respond(to: request(), until: .later)
        #expect(try bodies(server).last?["messages"] == [["role": "user", "content": "be kind\n\nn?"]])
    }

    /// What was told to the caller is not asked for again.
    @Test func refusalWithinAnAnswerCountsBeforeItsFirstPieceOnly() async throws {
        let refusal = #"{"error":{"code":400,"message":"no temperature","param":"temperature"}}"#
        let early = try await ScriptedServer(Answers.stream([refusal]), Answers.chat(["fine"]))
        #expect(try await model(at: early).respond(to: request(), until: .later).text == "fine")
        let late = try await ScriptedServer(
            Answers.stream([#"{"choices":[{"delta":{"content":"x"}}]}"#, refusal]), Answers.chat(["fine"]))
        let error = await failure { _ = try await model(at: late).respond(to: request(), until: .later) }
        #expect(error?.code == .badRequest)
        #expect(try late.requests().count == 1)
    }

    @Test func anthropicsOptionsAreLeftOutToo() async throws {
        func refusal(_ text: String) -> ScriptedAnswer {
            Answers.error(
                400, #"{"type":"error","error":{"type":"invalid_request_error","message":\#(Answers.json(text))}}"#)
        }
        let answer = ScriptedAnswer(
            headers: [("content-type", "application/json")],
            body: #"{"type":"message","content":[{"type":"text","text":"{\"n\":1}"}],"stop_reason":"end_turn"}"#)
        let server = try await ScriptedServer(
            refusal("temperature: Extra inputs are not permitted"), refusal("tool_choice: is not offered"),
            refusal("max_tokens: 4096 > 1000, which is the most"), refusal("tools: Extra inputs are not permitted"),
            answer)
        let found = try await model("claude-x", at: server).structured(request(), schema: schema, until: .later)
        #expect(found.value == ["n": 1] && found.response.leftOut == ["temperature", "tool_choice", "tools"])
        let last = try #require(try bodies(server).last)
        #expect(
            last.keys.sorted() == ["max_tokens", "messages", "model", "stream", "system"] && last["max_tokens"] == 1_000
        )
        #expect(last["system"]?.stringValue?.contains(#""required""#) == true)
    }
}
