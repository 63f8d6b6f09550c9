import CoordinatorTestKit
import StandardAgents
import Testing
import Tracing

/// What spans and figures tell of a conversation.
@Suite(.timeLimit(.minutes(5))) struct ConversationTelemetry {
    @Test func eachCallIsASpanAndAFigure() async throws {
        let echo = NotedTool("echo") { _, _ in ToolResult("the echo") }
        let broken = NotedTool("github.create") { _, _ in ToolResult("no", isError: true, errorType: "tool_error") }
        let recorder = TelemetryRecorder()
        let end = try await recorder.record {
            try await HeldConversation(
                answers: [.calls([("echo", "{}"), ("github__create", "{}"), ("nothing", "{}")]), .text("Done.")],
                tools: [echo, broken]
            ).hold()
        }
        #expect(end.agent.outcome == .succeeded, "\(end.agent.error ?? "")")
        let spans = recorder.spans.filter { $0.operationName.hasPrefix("execute_tool") }
        #expect(Set(spans.map(\.operationName)) == ["execute_tool echo", "execute_tool github.create"])
        let good = try #require(spans.first { $0.operationName == "execute_tool echo" })
        #expect(good.attributes["gen_ai.tool.name"]?.toSpanAttribute() == .string("echo"))
        #expect(good.attributes["gen_ai.tool.call.id"]?.toSpanAttribute() == .string("1.1"))
        #expect(good.attributes["openinference.span.kind"]?.toSpanAttribute() == .string("TOOL"))
        #expect(good.attributes["gen_ai.tool.call.result"] == nil, "no content unless it is asked for")
        let bad = try #require(spans.first { $0.operationName == "execute_tool github.create" })
        #expect(bad.attributes["error.type"]?.toSpanAttribute() == .string("tool_error"))
        #expect(
            recorder.values(
                of: "gen_ai.execute_tool.duration", [("gen_ai.agent.name", "worker"), ("gen_ai.tool.name", "echo")]
            ).count == 1)
    }
}
