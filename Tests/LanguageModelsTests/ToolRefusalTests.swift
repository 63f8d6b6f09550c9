import Coordinator
import LanguageModels
import TestSupport
import Testing

/// Services that take no tools, or not all of them.
@Suite(.timeLimit(.minutes(10))) struct ToolRefusals {
    private static let look = ModelTool(name: "look", description: "Looks.", parameters: ["type": "object"])
    private static let find = ModelTool(name: "find", description: "Finds.", parameters: ["type": "object"])

    private static func said(_ message: String) -> String { #"{"error":{"message":\#(Answers.json(message))}}"# }

    private func bodies(_ server: ScriptedServer) throws -> [JSONObject] {
        try server.requests().map { try JSONValue(json: $0.bodyBytes).objectValue ?? [:] }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var status = 400
        let said: String
        var testDescription: String { said }
    }

    /// In the words of Ollama, vLLM, llama.cpp, gateways and others.
    static let rows = [
        Row(said: said("registry.ollama.ai/library/tiny:latest does not support tools")),
        Row(
            said:
                #"{"object":"error","message":"\"auto\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set","code":400}"#
        ),
        Row(said: said("tools param requires --jinja flag")), Row(said: said("Unsupported param: tools")),
        Row(said: said("`tool calling` is not supported with this model")),
        Row(said: said("This model does not support function calling.")),
        Row(status: 404, said: said("No endpoints found that support tool use. Try disabling \"look\".")),
        Row(status: 422, said: #"{"detail":[{"loc":["body","tools"],"msg":"Extra inputs are not permitted"}]}"#),
    ]

    @Test(arguments: rows) func serviceWithoutToolsIsAskedOnceMore(row: Row) async throws {
        let server = try await ScriptedServer(Answers.error(row.status, row.said), Answers.chat(["fine"]))
        let response = try await model(at: server).respond(
            to: ModelRequest(messages: [.user("hi")], tools: [Self.look]), until: .later)
        #expect(response.text == "fine" && response.leftOut == ["tools"])
        let sent = try bodies(server)
        #expect(sent.count == 2 && sent[0]["tools"] != nil && sent[1]["tools"] == nil)
    }

    @Test(arguments: rows) func requestThatNeedsToolsFailsForGood(row: Row) async throws {
        let server = try await ScriptedServer(Answers.error(row.status, row.said))
        let asked = try model(at: server)
        let request = ModelRequest(messages: [.user("hi")], tools: [Self.look], requiresTools: true)
        // Each time anew, since the service may have been set up otherwise.
        for calls in 1...2 {
            let error = await failure { _ = try await asked.respond(to: request, until: .later) }
            #expect(error?.code == .toolsRefused && error?.failureClass == .permanent && error?.isUnpaid == true)
            #expect(error?.message.contains("name a model that can call them") == true, "\(error?.message ?? "")")
            #expect(try server.requests().count == calls)
        }
    }

    @Test func toolsAreAskedForAgainWhereTheyAreNeeded() async throws {
        let server = try await ScriptedServer(
            Answers.error(400, Self.rows[0].said), Answers.chat(["without"]), Answers.chat(["with"]))
        let asked = try model(at: server)
        var request = ModelRequest(messages: [.user("hi")], tools: [Self.look])
        #expect(try await asked.respond(to: request, until: .later).leftOut == ["tools"])
        request.requiresTools = true
        #expect(try await asked.respond(to: request, until: .later).leftOut == [])
        #expect(try bodies(server).map { $0["tools"] != nil } == [true, false, true])
    }

    /// One schema that a service does not take is no reason to do without the other tools, of this agent or of another.
    @Test(
        arguments: [
            (
                "m",
                #"{"error":{"message":"Invalid schema for function 'find': no","param":"tools[1].function.parameters"}}"#
            ),
            ("m", said("Invalid schema for function 'find': object schema missing properties")),
            ("m", #"{"detail":[{"loc":["body","tools",1,"function","parameters"],"msg":"must be an object"}]}"#),
            (
                "claude-x",
                #"{"type":"error","error":{"type":"invalid_request_error","message":"tools.1.custom.input_schema: JSON schema is invalid"}}"#
            ),
        ])
    func singleToolIsLeftOut(name: String, said: String) async throws {
        let answer =
            name == "m"
            ? Answers.chat(["fine"])
            : Answers.raw(#"{"content":[{"type":"text","text":"fine"}]}"#, type: "application/json")
        let server = try await ScriptedServer(Answers.error(400, said), answer)
        let asked = try model(name, at: server)
        let request = ModelRequest(messages: [.user("hi")], tools: [Self.look, Self.find], requiresTools: true)
        for _ in 0..<2 {
            let response = try await asked.respond(to: request, until: .later)
            #expect(response.text == "fine" && response.leftOut == ["tools.find"])
        }
        let sent = try bodies(server).map { $0["tools"]?.arrayValue?.count }
        #expect(sent == [2, 1, 1])
    }

    @Test func everyToolRefusedByNameIsNoToolLeft() async throws {
        let server = try await ScriptedServer(
            Answers.error(400, Self.said("Invalid schema for function 'look'")), Answers.chat(["fine"]))
        let asked = try model(at: server)
        var request = ModelRequest(messages: [.user("hi")], tools: [Self.look], requiresTools: true)
        let error = await failure { _ = try await asked.respond(to: request, until: .later) }
        #expect(error?.code == .toolsRefused)
        request.requiresTools = false
        #expect(try await asked.respond(to: request, until: .later).leftOut == ["tools.look"])
        #expect(try bodies(server).last?["tools"] == nil)
    }

    /// A choice that is refused is left to the model; its tools stay.
    @Test(
        arguments: [
            ("m", said("tool_choice 'required' is not supported")),
            ("m", #"{"error":{"message":"no","param":"tool_choice"}}"#),
            (
                "claude-x",
                #"{"type":"error","error":{"type":"invalid_request_error","message":"Forced tool use is not supported by this model."}}"#
            ),
            (
                "claude-x",
                #"{"type":"error","error":{"type":"invalid_request_error","message":"tool_choice: type any is not supported on this model"}}"#
            ),
        ])
    func choiceIsLeftToTheModel(name: String, said: String) async throws {
        let answer =
            name == "m"
            ? Answers.chat(["fine"])
            : Answers.raw(#"{"content":[{"type":"text","text":"fine"}]}"#, type: "application/json")
        let server = try await ScriptedServer(Answers.error(400, said), answer)
        let response = try await model(name, at: server).respond(
            to: ModelRequest(messages: [.user("hi")], tools: [Self.look], toolChoice: .required, requiresTools: true),
            until: .later)
        #expect(response.leftOut == ["tool_choice"])
        let sent = try bodies(server)
        #expect(sent.count == 2 && sent[1]["tools"] != nil && sent[1]["tool_choice"] == nil)
    }

    /// What the model wrote is at fault, and another answer may be better.
    @Test func callThatTheServiceCannotReadIsTransient() async throws {
        let server = try await ScriptedServer(
            Answers.error(
                400,
                #"{"error":{"message":"Failed to call a function. See 'failed_generation'.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<look>"}}"#
            ))
        let error = await failure {
            _ = try await model(at: server).respond(
                to: ModelRequest(messages: [.user("hi")], tools: [Self.look]), until: .later)
        }
        #expect(error?.code == .invalidOutput && error?.failureClass == .transient && error?.isUnpaid == false)
        #expect(try server.requests().count == 1)
    }

    /// Without a limit an answer may cost more than any budget has.
    @Test func limitThatIsNeededIsNotLeftOut() async throws {
        let refusal = Answers.error(400, #"{"error":{"message":"not known","param":"max_tokens"}}"#)
        let server = try await ScriptedServer(refusal, Answers.chat(["fine"]))
        let asked = try model(at: server)
        var request = ModelRequest(messages: [.user("hi")], maxOutputTokens: 10, requiresOutputLimit: true)
        let error = await failure { _ = try await asked.respond(to: request, until: .later) }
        #expect(error?.code == .badRequest && error?.message.contains("a budget pays") == true)
        #expect(try server.requests().count == 1)
        request.requiresOutputLimit = false
        let loose = try await ScriptedServer(refusal, Answers.chat(["fine"]))
        #expect(try await model(at: loose).respond(to: request, until: .later).leftOut == ["max_tokens"])
    }
}
