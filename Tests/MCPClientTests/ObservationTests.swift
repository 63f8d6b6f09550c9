import CoordinatorTestKit
import MCPClient
import Telemetry
import TelemetryCatalog
import Testing
import Tracing

/// What is recorded of requests, and what servers learn of the trace.
@Suite(.timeLimit(.minutes(3))) struct Observation {
    @Test func requestsAreSpansButForCallsAndAllAreTimed() async throws {
        let recorder = TelemetryRecorder()
        try await recorder.record {
            let server = try TestServer.hostile()
            _ = try await server.connection.tools(until: .late)
            _ = try await server.text("echo", ["x": "a"])
            await server.connection.close()
        }
        #expect(recorder.spans.map(\.operationName) == ["server/discover", "tools/list"])
        let span = try #require(recorder.spans.last)
        #expect(span.kind == .client)
        let expected = [
            AttributeKey.mcpMethodName: "tools/list", AttributeKey.mcpProtocolVersion: "2026-07-28",
            AttributeKey.toolServer: "s", AttributeKey.networkTransport: "pipe",
        ]
        for (key, value) in expected { #expect(span.attributes.get(key) == .string(value), "\(key)") }
        let values = recorder.values(
            of: Instruments.toolServerDuration.name,
            [
                (AttributeKey.mcpMethodName, "tools/call"), (AttributeKey.toolServer, "s"),
                (AttributeKey.networkTransport, "pipe"), (AttributeKey.toolName, "s.echo"),
                (AttributeKey.mcpProtocolVersion, "2026-07-28"),
            ])
        #expect(values.count == 1 && values[0] > 0)
    }

    @Test func failuresAreRecordedByTheirType() async throws {
        let recorder = TelemetryRecorder()
        try await recorder.record {
            for how in ["refuse", "die"] {
                let server = try TestServer.hostile("call:\(how)", "session")
                _ = await server.error()
                await server.connection.close()
            }
        }
        for type in [ErrorType.toolError, ErrorType.processCrash] {
            let values = recorder.values(
                of: Instruments.toolServerDuration.name,
                [
                    (AttributeKey.mcpMethodName, "tools/call"), (AttributeKey.toolServer, "s"),
                    (AttributeKey.networkTransport, "pipe"), (AttributeKey.toolName, "s.echo"),
                    (AttributeKey.mcpProtocolVersion, "2025-11-25"), (AttributeKey.errorType, type),
                ])
            #expect(values.count == 1, "\(type)")
        }
        let refused = try #require(recorder.spans.first { $0.operationName == "server/discover" })
        #expect(refused.attributes.get(AttributeKey.rpcStatusCode) == .string("-32601"))
    }

    /// The official package reads the trace where the protocol has it.
    @Test(arguments: [[], ["--session-only"]]) func serversLearnOfTheTrace(era: [String]) async throws {
        let system = TelemetrySystem(resource: TelemetryResource([]), exporters: [], warn: { _ in })
        let server = era.isEmpty ? try TestServer.official() : try TestServer.official(era[0])
        let (told, own) = try await withTracer(system.tracer) {
            try await withSpan("outer") { span in
                var fields: [String: String] = [:]
                system.tracer.inject(span.context, into: &fields, using: FieldInjector())
                return (try await server.text("trace"), fields["traceparent"] ?? "")
            }
        }
        #expect(!own.isEmpty && told.hasPrefix(own), "\(told), not \(own)")
        await server.connection.close()
    }

    private struct FieldInjector: Injector {
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
    }
}
