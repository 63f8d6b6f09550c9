import CoordinatorTestKit
import MetricsTestKit
import TelemetryCatalog
import Testing
import Tracing

@testable import Coordinator

/// Spans and metrics of calls of tools, and of requests to servers of tools.
@Suite(.timeLimit(.minutes(10))) struct ToolCallTelemetry {
    private struct Refused: ClassifiedError, Equatable {
        let failureClass = FailureClass.transient
        let errorType = "rate_limited"
    }
    private struct Unknown: Error {}

    private let recorder = TelemetryRecorder()

    private func durations(_ tool: String, error: String? = nil, agent: String = "a") -> Int {
        recorder.values(
            of: Instruments.toolDuration.name,
            [(AttributeKey.agentName, agent), (AttributeKey.toolName, tool)]
                + (error.map { [(AttributeKey.errorType, $0)] } ?? [])
        ).count
    }

    private func attributes(_ name: String) throws -> [String: SpanAttribute] {
        let span = try #require(recorder.spans.last { $0.operationName == name }, "\(name)")
        var all: [String: SpanAttribute] = [:]
        span.attributes.forEach { all[$0] = $1 }
        return all
    }

    @Test func callHasASpanOfItsOwnAndADuration() async throws {
        try await recorder.record {
            let answer = await ToolCalls().record("files", id: "c1", agent: "a", arguments: ["path": "x"]) { span in
                span.returned("secret")
                return 7
            }
            #expect(answer == 7)
        }
        #expect(
            try attributes("execute_tool files") == [
                "gen_ai.operation.name": "execute_tool", "openinference.span.kind": "TOOL", "gen_ai.tool.name": "files",
                "gen_ai.tool.type": "function", "gen_ai.tool.call.id": "c1", "gen_ai.agent.name": "a",
            ])
        #expect(recorder.spans.map(\.status?.code) == [nil])
        #expect(durations("files") == 1)
    }

    @Test func contentIsRecordedOnlyWhereItIsAskedForAndIsCut() async throws {
        let long = String(repeating: "x", count: ToolCallSpan.contentLength + 1)
        try await recorder.record {
            await ToolCalls(capturesContent: true).record("t", id: "c", agent: "a", arguments: ["p": .string(long)]) {
                $0.returned(long)
            }
        }
        let attributes = try attributes("execute_tool t")
        for key in ["gen_ai.tool.call.arguments", "gen_ai.tool.call.result"] {
            guard case .string(let text) = attributes[key] else {
                Issue.record("\(key) is missing")
                continue
            }
            #expect(text.count == ToolCallSpan.contentLength + 1 && text.hasSuffix("…"), "\(key)")
        }
    }

    @Test func failuresAreToldByWhatIsSaidOrThrown() async throws {
        try await recorder.record {
            let calls = ToolCalls()
            await calls.record("said", id: "1", agent: "a") { $0.failed("access_denied", "no file of yours") }
            await #expect(throws: Refused()) {
                try await calls.record("thrown", id: "2", agent: "a") { _ in throw Refused() }
            }
            await #expect(throws: Unknown.self) {
                try await calls.record("other", id: "3", agent: "a") { _ in throw Unknown() }
            }
            await #expect(throws: CancellationError.self) {
                try await calls.record("cancelled", id: "4", agent: "a") { _ in throw CancellationError() }
            }
        }
        for (tool, type) in [
            ("said", "access_denied"), ("thrown", "rate_limited"), ("other", "_OTHER"), ("cancelled", "cancelled"),
        ] {
            #expect(try attributes("execute_tool \(tool)")["error.type"] == .string(type))
            #expect(durations(tool, error: type) == 1 && durations(tool) == 0, "\(tool)")
        }
        #expect(recorder.spans.allSatisfy { $0.status?.code == .error })
        #expect(recorder.spans.first?.status?.message == "no file of yours")
    }

    /// The call is made again with the answer: until then it has no end that could be counted.
    @Test func callThatAsksAPersonIsNoFailure() async throws {
        try await recorder.record {
            _ = await #expect(throws: Unknown.self) {
                _ = try await ToolCalls().record("github.create_issue", id: "1", agent: "a", isOnServer: true) {
                    span -> Int in
                    span.asked()
                    throw Unknown()
                }
            }
        }
        #expect(recorder.spans.map(\.status?.code) == [nil])
        #expect(try attributes("execute_tool github.create_issue")["error.type"] == nil)
        #expect(try attributes("execute_tool github.create_issue")["gen_ai.tool.type"] == "extension")
        #expect(recorder.metrics.recorders.isEmpty)
    }

    @Test func namesOfModelsAndOfOtherPeopleAreBounded() async throws {
        try await recorder.record {
            let calls = ToolCalls()
            await calls.record(nil, id: "1", agent: "a") { $0.failed(ErrorType.invalidInput, "no such tool") }
            await calls.record(String(repeating: "n", count: ToolCalls.nameLength + 1), id: "2", agent: "a") { _ in }
            for index in 0..<2 * ToolInstruments.seriesLimit {
                await calls.record("s.t\(index)", id: "\(index)", agent: "a") { _ in }
            }
            await calls.record("s.late", id: "x", agent: "b") { $0.failed("mine", "") }
        }
        #expect(recorder.spans.prefix(2).map(\.operationName) == ["execute_tool _OTHER", "execute_tool _OTHER"])
        let tools = Set(
            recorder.metrics.recorders.map { recorder in
                recorder.dimensions.first { $0.0 == AttributeKey.toolName }?.1 ?? ""
            })
        #expect(tools.count <= ToolInstruments.seriesLimit && tools.contains("_OTHER"))
        let all = recorder.metrics.recorders.flatMap(\.values).count
        #expect(all == 2 * ToolInstruments.seriesLimit + 3, "no call is lost")
        #expect(durations("_OTHER", error: "_OTHER", agent: "_OTHER") == 1)
    }

    // MARK: Servers

    private func requests(_ tool: String?, version: String? = nil, error: String? = nil) -> Int {
        var dimensions = [
            (AttributeKey.networkTransport, "tcp"),
            (AttributeKey.mcpMethodName, tool == nil ? "tools/list" : "tools/call"),
        ]
        dimensions.append((AttributeKey.toolServer, "github"))
        if let tool { dimensions.append((AttributeKey.toolName, tool)) }
        if let version { dimensions.append((AttributeKey.mcpProtocolVersion, version)) }
        if let error { dimensions.append((AttributeKey.errorType, error)) }
        return recorder.values(of: Instruments.toolServerDuration.name, dimensions).count
    }

    @Test func requestToAServerHasASpanOfItsOwn() async throws {
        try await recorder.record {
            let server = ToolServerRequests(server: "github", transport: .http(address: "tools.example", port: 8443))
            await server.record("tools/list") { span in
                #expect(ServiceContext.current != nil)
                span.speaks("2026-07-28")
            }
        }
        #expect(recorder.spans.map(\.kind) == [.client])
        #expect(
            try attributes("tools/list") == [
                "mcp.method.name": "tools/list", "mcp.protocol.version": "2026-07-28",
                "coordinator.tool.server": "github",
                "network.transport": "tcp", "server.address": "tools.example", "server.port": .int64(8443),
            ])
        #expect(requests(nil, version: "2026-07-28") == 1)
    }

    /// The conventions want one span for a call and for the request that makes it.
    @Test func requestWithinACallAddsToTheCallsSpan() async throws {
        try await recorder.record {
            let server = ToolServerRequests(server: "github", transport: .http(address: "tools.example", port: 443))
            await ToolCalls().record("github.get_issue", id: "c1", agent: "a", isOnServer: true) { _ in
                // The first request fails, and a second one is answered: the call has succeeded.
                await server.record("tools/call", tool: "github.get_issue") { span in
                    span.answered(-32_603)
                    span.failed("-32603", "internal error")
                }
                await server.record("tools/call", tool: "github.get_issue") { _ in }
            }
        }
        #expect(recorder.spans.map(\.operationName) == ["execute_tool github.get_issue"])
        let attributes = try attributes("execute_tool github.get_issue")
        #expect(attributes["mcp.method.name"] == "tools/call" && attributes["coordinator.tool.server"] == "github")
        #expect(attributes["rpc.response.status_code"] == "-32603" && attributes["error.type"] == nil)
        #expect(requests("github.get_issue", error: "-32603") == 1 && requests("github.get_issue") == 1)
        #expect(durations("github.get_issue") == 1)
        let definition = Set(Spans.tool.attributes)
        #expect(Set(attributes.keys).isSubset(of: definition))
    }

    @Test func requestOutsideOfACallHasItsOwnSpanAndTellsItsFailure() async throws {
        try await recorder.record {
            let server = ToolServerRequests(server: "github", transport: .pipe)
            await #expect(throws: Refused()) {
                try await server.record("tools/call", tool: "github.t") { _ in throw Refused() }
            }
        }
        let span = try #require(recorder.spans.first)
        #expect(span.operationName == "tools/call github.t" && span.status?.code == .error)
        #expect(span.attributes.get("error.type") == "rate_limited")
        #expect(span.attributes.get("network.transport") == "pipe")
    }

    // MARK: Conversations

    @Test func runThatHoldsAConversationIsCountedWithItsTurnsAndCalls() async throws {
        try await recorder.record {
            let asks = AgentTask(
                "asks", role: writer("a", "artifacts.a"),
                agent: ScriptedAgent(
                    .run { _, attempt in
                        try await attempt.keep(.turn(.init(number: 0, value: "begin")))
                        for number in 1...3 { try await attempt.keep(.turn(.init(number: number, value: "x"))) }
                        try await attempt.keep(
                            .toolFinished(.init(call: "1", tool: "files", result: "", durationMS: 1)))
                        return Contribution()
                    }))
            _ = try await runJob(asks, .flaky(writer("b", "artifacts.b"), .artifact("b", 1)))
        }
        #expect(recorder.values(of: Instruments.inferenceCalls.name, [(AttributeKey.agentName, "asks")]) == [3])
        #expect(recorder.values(of: Instruments.toolCalls.name, [(AttributeKey.agentName, "asks")]) == [1])
        #expect(recorder.metrics.recorders(label: Instruments.toolCalls.name).count == 1)
    }
}
