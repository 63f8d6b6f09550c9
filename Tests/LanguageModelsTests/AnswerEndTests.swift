import Coordinator
import LanguageModels
import TestSupport
import Testing

/// Where an answer ends, and where its connection does.
@Suite(.timeLimit(.minutes(10))) struct AnswerEnds {
    private static let schema = OutputSchema(
        name: "count", schema: ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]])

    private static func chat(_ text: String, _ last: [String]) -> String {
        ([#"{"choices":[{"delta":{"content":\#(Answers.json(text))}}]}"#] + last).map { "data: \($0)\n\n" }.joined()
    }

    private static let reason = #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#
    private static let counted =
        #"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}"#

    /// Each is whole, and its connection stays open.
    static let held: [(String, ScriptedAnswer)] = [
        ("m", Answers.raw(chat("Hello", [reason, "[DONE]"]), act: .hold)),
        ("m", Answers.raw(chat("Hello", ["[DONE]"]), act: .hold)),
        ("m", Answers.raw(chat("Hello", [counted]), act: .hold)),
        ("m", Answers.raw(chat("Hello", [reason]), act: .hold)),
        (
            "m",
            Answers.raw(#"{"choices":[{"message":{"content":"Hello"}}]}"# + "\n", type: "application/json", act: .hold)
        ),
        (
            "claude-x",
            Answers.raw(#"{"content":[{"type":"text","text":"Hello"}]}"#, type: "application/json", act: .hold)
        ),
        (
            "claude-x",
            Answers.raw(
                #"data: {"type":"content_block_delta","index":0,"delta":{"text":"Hello"}}"# + "\n\n"
                    + #"data: {"type":"message_stop"}"# + "\n\n", act: .hold)
        ),
    ]

    @Test(arguments: held) func wholeAnswerDoesNotWaitForTheConnectionsEnd(name: String, answer: ScriptedAnswer)
        async throws
    {
        let server = try await ScriptedServer(answer)
        let deadline = ContinuousClock.now + .seconds(45)
        let response = try await model(name, at: server).respond(
            to: ModelRequest(messages: [.user("")]), until: deadline)
        #expect(response.text == "Hello" && !response.lacksEndMark)
        #expect(ContinuousClock.now < deadline)
        #expect(await server.waitForRequest())
        // The connection is given up.
        #expect(await server.waitForClosedConnection())
    }

    @Test func errorDoesNotWaitForTheConnectionsEnd() async throws {
        for body in [#"{"error":{"message":"slow down"}}"#, "slow down"] {
            let server = try await ScriptedServer(ScriptedAnswer(429, body: body, act: .hold))
            let error = await failure {
                _ = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later)
            }
            #expect(error?.code == .rateLimited && error?.message.contains("slow down") == true)
        }
    }

    /// The connection is used again after an answer that ends as it should.
    @Test func connectionIsUsedAgain() async throws {
        let server = try await ScriptedServer(Answers.chat(["Hello"]))
        let asked = try model(at: server)
        for _ in 0..<3 { _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later) }
        #expect(Set(try server.requests().map(\.connection)).count == 1)
    }

    /// A structured answer that fits is whole; that is said.
    @Test(
        arguments: [
            Answers.raw(chat(#"{"n":1}"#, [])), Answers.raw(chat("<think>{</think>```json\n{\"n\":1}\n```\n", [])),
            Answers.raw(chat(#"{"n":1}"#, []), act: .hold),
        ]) func wholeAnswerWithoutAnEndMarkIsUsedAndSaidTo(answer: ScriptedAnswer) async throws
    {
        let server = try await ScriptedServer(answer)
        let found = try await model(at: server).structured(
            ModelRequest(messages: [.user("")]), schema: Self.schema, until: .later)
        #expect(found.value == ["n": 1] && found.response.lacksEndMark)
        #expect(try server.requests().count == 1)
    }

    /// What may have been cut is a failure that asking again may mend.
    @Test(
        arguments: [
            #"{"n":1"#, #"{"n":"one"}"#, #"A sketch: {"n":1}. Then the whole: {"n""#, #"A sketch: {"n":1}. Then"#,
            #"<think>A sketch: {"n":1}"#, "",
        ]) func answerThatMayBeCutIsATransientFailure(text: String) async throws
    {
        let server = try await ScriptedServer(Answers.raw(Self.chat(text, [])))
        let error = await failure {
            _ = try await model(at: server).structured(
                ModelRequest(messages: [.user("")]), schema: Self.schema, until: .later)
        }
        #expect(error?.code == .interrupted && error?.failureClass == .transient)
    }

    @Test func documentThatIsCutIsATransientFailure() async throws {
        let body = #"{"choices":[{"message":{"content":"Hello"}}]}"#
        let server = try await ScriptedServer(
            Answers.raw(String(body.dropLast(3)), type: "application/json"),
            Answers.raw(body, type: "application/json", act: .cut))
        let asked = try model(at: server)
        for _ in 0..<2 {
            let error = await failure {
                _ = try await asked.respond(to: ModelRequest(messages: [.user("")]), until: .later)
            }
            #expect(error?.code == .interrupted && error?.failureClass == .transient)
        }
    }

    /// A connection that is lost after the reason for the end takes nothing from the answer.
    @Test func connectionLostAfterTheAnswersEndIsNoFailure() async throws {
        let whole = Self.chat("Hello", [Self.reason])
        // Half of the body is sent before the connection breaks.
        let server = try await ScriptedServer(
            Answers.raw(whole + ":" + String(repeating: " ", count: whole.utf8.count), act: .cut))
        let response = try await model(at: server).respond(to: ModelRequest(messages: [.user("")]), until: .later)
        #expect(response.text == "Hello" && response.finishReason == .stop)
    }

    @Test func cancellationEndsTheWaitForTheConnectionsEnd() async throws {
        let server = try await ScriptedServer(Answers.raw(Self.chat(#"{"n":1}"#, []), act: .hold))
        let asked = try model(at: server)
        let task = Task {
            try await asked.structured(ModelRequest(messages: [.user("")]), schema: Self.schema, until: .later)
        }
        #expect(await server.waitForRequest())
        task.cancel()
        let error = await failure { _ = try await task.value }
        #expect(error?.code == .cancelled)
    }
}
