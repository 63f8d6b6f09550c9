import Coordinator
import StandardAgents
import Testing

/// Calls that a person is asked of before they are made.
@Suite(.timeLimit(.minutes(5))) struct AskedPeople {
    private let release = NotedTool("release", hasEffects: true) { _, _ in ToolResult("released") }
    private let look = NotedTool("look") { _, _ in ToolResult("looked") }

    @Test func callIsShownAndMadeOnceItIsApproved() async throws {
        let end = try await HeldConversation(
            answers: [.call("release", #"{"version":"1.2"}"#), .text("Done.")], tools: [release], approve: ["release"],
            decisions: [ApprovalAnswer("approve")]
        ).hold()
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        #expect(end.results == ["released"] && release.calls == [["version": "1.2"]])
        let request = try #require(end.asked.first)
        #expect(request.question == "May 'worker' call release?" && request.call == "1.1")
        #expect(request.shown == ["tool": "release", "arguments": ["version": "1.2"]])
        // The answer before the question was paid once.
        #expect(end.requests.count == 2 && end.agent.attempts.count == 1)
        #expect(end.usage == Contribution.Usage(inputTokens: 200, outputTokens: 20))
    }

    @Test func rejectedCallIsToldWithTheRemark() async throws {
        let end = try await HeldConversation(
            answers: [.call("release"), .text("Not released.")], tools: [release], approve: ["release"],
            decisions: [ApprovalAnswer("reject", remark: "Not on a Friday.")]
        ).hold()
        #expect(end.agent.outcome == .succeeded && release.calls.isEmpty, "\(end.agent.error ?? "")")
        #expect(end.results.first?.contains("said no. They said: Not on a Friday.") == true)
    }

    /// Other calls of the answer run first; the two that wait are asked about one after another.
    @Test func severalCallsWaitOneAfterAnother() async throws {
        let end = try await HeldConversation(
            answers: [
                .calls([("release", #"{"n":1}"#), ("look", "{}"), ("release", #"{"n":2}"#)]), .text("Done."),
            ], tools: [release, look], approve: ["release"],
            decisions: [ApprovalAnswer("reject"), ApprovalAnswer("approve")]
        ).hold()
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        #expect(end.asked.map(\.call) == ["1.1", "1.3"] && release.calls == [["n": 2]] && look.calls.count == 1)
        #expect(end.results.count == 3 && end.results[1] == "looked" && end.results[2] == "released")
        #expect(end.requests.count == 2)
    }

    @Test func unreadableCallIsNoQuestionToAPerson() async throws {
        let end = try await HeldConversation(
            answers: [.call("release", "oops"), .text("Done.")], tools: [release], approve: ["release"]
        ).hold()
        #expect(end.agent.outcome == .succeeded && end.asked.isEmpty)
    }

    private static let asking = NotedTool("form", hasEffects: true) { _, call in
        guard let answer = call.answer else {
            throw ToolQuestion(
                "Which name?", schema: ["type": "object", "properties": ["name": ["type": "string"]]], state: ["n": 7])
        }
        return ToolResult((try? answer.json()) ?? "")
    }

    @Test func toolsQuestionIsAnsweredAndTheCallMadeAgain() async throws {
        let end = try await HeldConversation(
            answers: [.call("form", #"{"a":1}"#), .text("Done.")], tools: [Self.asking],
            decisions: [ApprovalAnswer("accept", remark: "Ann")]
        ).hold()
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        #expect(
            end.asked.first?.question == "form asks: Which name?" && end.asked.first?.choices == ["accept", "decline"])
        let told = try JSONValue(json: (end.results.first ?? "").utf8)
        #expect(told["accepted"] == true && told["content"] == ["name": "Ann"] && told["state"] == ["n": 7])
    }

    @Test func declinedQuestionIsHandedBackToo() async throws {
        let end = try await HeldConversation(
            answers: [.call("form"), .text("Done.")], tools: [Self.asking], decisions: [ApprovalAnswer("decline")]
        ).hold()
        #expect(end.results.first?.contains(#""accepted":false"#) == true, "\(end.results)")
    }

    @Test func approvedToolMayAskToo() async throws {
        let end = try await HeldConversation(
            answers: [.call("form"), .text("Done.")], tools: [Self.asking], approve: ["form"],
            decisions: [ApprovalAnswer("approve"), ApprovalAnswer("accept", remark: #"{"name":"Bo"}"#)]
        ).hold()
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        #expect(end.asked.count == 2 && end.results.first?.contains(#""name":"Bo""#) == true, "\(end.results)")
    }

    @Test(arguments: ["github.create", "github.*"])
    func serversToolsAreNamedOneByOneOrAllTogether(pattern: String) async throws {
        for name in ["github.create", "github.\u{301}create"] where pattern.hasSuffix("*") || pattern == name {
            let create = NotedTool(name)
            let end = try await HeldConversation(
                answers: [.call(name), .text("Done.")], tools: [create], approve: [pattern],
                decisions: [ApprovalAnswer("approve")]
            ).hold()
            #expect(end.agent.outcome == .succeeded && create.calls.count == 1, "\(end.agent.error ?? "")")
            #expect(!end.asked.isEmpty)
        }
    }

    /// Whoever misspells a name believes that somebody is asked.
    @Test(arguments: ["github.creat", "github.Create", "git.*", "other.create", "release"])
    func nameThatIsNoToolFailsBeforeTheModelIsAsked(pattern: String) async throws {
        let create = NotedTool("github.create")
        let end = try await HeldConversation(
            answers: [.call("github__create"), .text("Done.")], tools: [create], approve: [pattern]
        ).hold()
        #expect(end.agent.outcome == .failed && end.agent.errorType == "invalid_input" && end.agent.attempts.count == 1)
        let error = end.agent.error ?? ""
        #expect(
            error.contains("'\(pattern)', and there is no such tool") && error.contains("github.create"), "\(error)")
        #expect(create.calls.isEmpty && end.requests.isEmpty)
    }
}
