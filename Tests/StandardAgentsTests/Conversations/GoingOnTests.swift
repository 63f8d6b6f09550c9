import Coordinator
import LanguageModels
import StandardAgents
import Testing

/// Runs that are called again go on from what they kept.
@Suite(.timeLimit(.minutes(5))) struct ConversationsThatGoOn {
    @Test func retryPaysForNoAnswerAndMakesNoCallTwice() async throws {
        let order = NotedTool("order", hasEffects: true) { _, _ in ToolResult("ordered") }
        let down = ModelError(.overloaded, "down")
        let end = try await HeldConversation(
            answers: [.calls([("order", "{}")], text: "I order."), .failure(down), .failure(down), .text("Done.")],
            tools: [order], retries: 3
        ).hold()
        #expect(end.agent.outcome == .succeeded && end.agent.attempts.count == 3, "\(end.agent.error ?? "")")
        #expect(order.calls.count == 1 && end.usage == Contribution.Usage(inputTokens: 200, outputTokens: 20))
        // The very same messages, the fence included.
        #expect(end.requests[1] == end.requests[2] && end.requests[2] == end.requests[3])
        #expect(order.restorations.count == 2, "each attempt takes over what calls before it did")
    }

    /// A later attempt of the same conversation, in every state that it can be left in, asks with the same messages.
    @Test func replayedConversationIsTheOneThatWasHeld() async throws {
        let echo = NotedTool("echo") { _, _ in ToolResult("echo") }
        let script: [SpokenModel.Answer] = [
            .call("echo"), .call("nothing"), .calls([("echo", "{}"), ("echo", "oops")]), .text(" "), .call("echo"),
            .text("no JSON"),
        ]
        let down = SpokenModel.Answer.failure(ModelError(.overloaded, "down"))
        let whole = try await HeldConversation(
            answers: script + [.text(#"{"verdict":"good"}"#)], tools: [echo], schema: HeldConversation.schema
        ).hold()
        #expect(whole.agent.outcome == .succeeded, "\(whole.agent.error ?? "")")
        for place in 0...script.count {
            let broken = try await HeldConversation(
                answers: script.prefix(place) + [down] + script.dropFirst(place) + [.text(#"{"verdict":"good"}"#)],
                tools: [echo], schema: HeldConversation.schema, retries: 1
            ).hold()
            #expect(broken.agent.outcome == .succeeded, "\(place): \(broken.agent.error ?? "")")
            var requests = broken.requests
            requests.remove(at: place)
            #expect(requests == whole.requests, "after \(place) answers")
        }
    }

    @Test func answerThatWasPaidIsUsedByTheNextAttempt() async throws {
        // The first attempt fails after its last answer: what it says cannot be written.
        let end = try await HeldConversation(
            answers: [.text("Done.")], tools: [], retries: 1, writes: ["artifacts.other"]
        ).hold()
        #expect(end.agent.outcome == .failed && end.requests.count == 1, "\(end.agent.attempts.count)")
    }
}
