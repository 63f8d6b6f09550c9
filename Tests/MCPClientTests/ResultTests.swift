import MCPClient
import Testing

/// What calls come to, as text and as data.
@Suite(.timeLimit(.minutes(3))) struct Results {
    @Test func contentOfAllKindsBecomesText() async throws {
        let server = try TestServer.hostile("call:media")
        let answer = try await server.connection.call("echo", [:], until: .late)
        let text = """
            [image of type image/png, about 3 bytes, left out]
            inside
            [link to file:///b b]
            and␛[2J text
            [content of type "new" left out]
            """
        #expect(answer == .result(text: text, structured: ["a": 1], isError: false))
        await server.connection.close()
    }

    @Test func dataWithoutTextIsItsOwnText() async throws {
        let server = try TestServer.hostile("call:structured-only")
        let answer = try await server.connection.call("echo", [:], until: .late)
        #expect(answer == .result(text: #"{"a":2,"b":1}"#, structured: ["a": 2, "b": 1], isError: false))
        await server.connection.close()
    }

    @Test func longTextIsCutAtACharacterAndTheRestIsCounted() async throws {
        let server = try TestServer.hostile("call:large")
        let text = try await server.text("echo")
        let omitted = (2 << 20) - MCPLimits.text
        #expect(text.hasSuffix("é\n[\(omitted) more bytes were left out]"))
        #expect(text.utf8.count < MCPLimits.text + 100)
        await server.connection.close()
    }

    @Test func aServersOwnQuestionsAreAnswered() async throws {
        let server = try TestServer.hostile("call:ask-back", "session")
        let text = try await server.text("echo")
        #expect(text.contains(#"{"id": "p", "jsonrpc": "2.0", "result": {}}"#))
        #expect(text.contains(#""code": -32601"#) && text.contains("does not offer sampling/createMessage"))
        #expect(text.contains(#"{"id": 8, "jsonrpc": "2.0", "result": {"action": "cancel"}}"#))
        #expect(text.hasSuffix("Nobody can be asked during a call, and it was told so.]"))
        await server.connection.close()
    }

    @Test func severalQuestionsAreOneAndEachGetsItsAnswer() async throws {
        let server = try TestServer.hostile("call:two-questions")
        guard case .inputRequired(let question) = try await server.connection.call("echo", [:], until: .late) else {
            Issue.record("no question")
            return
        }
        #expect(question.message == "1. How many?\n2. Sure?")
        #expect(question.schema?["properties"]?["a"]?["properties"]?["n"]?["type"] == "integer")
        #expect(question.schema?["required"] == ["a"])
        let yes = MCPReply(question: question, isAccepted: true, content: ["a": ["n": 3]])
        let accepted = try await server.connection.call("echo", [:], reply: yes, until: .late)
        let words =
            #"[{"a": {"action": "accept", "content": {"n": 3}}, "b": {"action": "accept", "content": {}}}, "s1"]"#
        #expect(accepted == .result(text: words, structured: nil, isError: false))
        let no = MCPReply(question: question, isAccepted: false, content: nil)
        let declined = try await server.connection.call("echo", [:], reply: no, until: .late)
        let refusal = #"[{"a": {"action": "decline"}, "b": {"action": "decline"}}, "s1"]"#
        #expect(declined == .result(text: refusal, structured: nil, isError: false))
        await server.connection.close()
    }

    /// A server's process knows what it asked; the next one does not.
    @Test(arguments: [("Sure?", true), ("Something else?", true), ("Sure?", false)])
    func anAnswerIsForTheQuestionThatAPersonSaw(asked: String, isAccepted: Bool) async throws {
        let first = try TestServer.hostile("call:forgetful")
        guard case .inputRequired(let question) = try await first.connection.call("echo", [:], until: .late) else {
            Issue.record("no question")
            return
        }
        await first.connection.close()
        let second = try TestServer.hostile("call:forgetful", "question:\(asked)")
        let reply = MCPReply(question: question, isAccepted: isAccepted, content: nil)
        if asked == question.message, isAccepted {
            let answer = try await second.connection.call("echo", [:], reply: reply, until: .late)
            let words = #"{"a": {"action": "accept", "content": {}}}"#
            #expect(answer == .result(text: words, structured: nil, isError: false))
        } else {
            await #expect(throws: MCPError.self) {
                try await second.connection.call("echo", [:], reply: reply, until: .late)
            }
        }
        await second.connection.close()
    }

    @Test func aServerMayWantToBeCalledAgain() async throws {
        let server = try TestServer.hostile("call:again")
        #expect(try await server.text("echo", ["x": "a"]) == "a")
        await server.connection.close()
    }
}
