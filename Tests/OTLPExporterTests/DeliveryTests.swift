import CurlClient
import OTLPExporter
import Telemetry
import TestSupport
import Testing

@Suite("Delivery", .timeLimit(.minutes(10)))
struct DeliveryTests {
    /// Exports to a scripted server, with waits between attempts too short to matter.
    private func export(
        _ batch: SignalBatch = anySpans(3), to server: ScriptedServer, timeout: Duration = .seconds(600),
        adjust: (inout OTLPConfiguration) -> Void = { _ in }
    ) async throws -> ExportResult {
        var configuration = OTLPConfiguration()
        configuration[batch.signal] = OTLPEndpoint(url: server.url("/v1/\(batch.signal)"), timeout: timeout)
        configuration.retry = OTLPRetryPolicy(initial: .milliseconds(1), cap: .milliseconds(2))
        adjust(&configuration)
        let exporter = try OTLPHTTPExporter(configuration: configuration)
        return await exporter.export(batch, resource: anyResource, deadline: .now + .seconds(600))
    }

    /// `Export…ServiceResponse` with a partial success, byte by byte.
    private func partialSuccess(rejected: UInt8, _ message: String) -> ScriptedAnswer {
        let text = Array(message.utf8)
        let inner: [UInt8] = (rejected > 0 ? [0x08, rejected] : []) + [0x12, UInt8(text.count)] + text
        return ScriptedAnswer(
            headers: [("Content-Type", "application/x-protobuf")], bytes: [0x0A, UInt8(inner.count)] + inner)
    }

    @Test func exportPostsProtobufOnceWithItsUserAgent() async throws {
        let server = try await ScriptedServer(ScriptedAnswer())
        let result = try await export(to: server) {
            $0.traces?.headers = [HTTPHeader("api-key", "abc"), HTTPHeader("x-b", "c")]
        }
        #expect(result == .delivered(httpStatus: 200))
        let requests = try server.requests()
        #expect(requests.count == 1)
        #expect(requests[0].method == "POST")
        #expect(requests[0].path == "/v1/traces")
        #expect(requests[0].values(of: "Content-Type") == ["application/x-protobuf"])
        #expect(requests[0].values(of: "User-Agent") == [OTLPHTTPExporter.userAgent])
        #expect(requests[0].values(of: "api-key") == ["abc"])
        #expect(requests[0].values(of: "traceparent") == [], "the exporter does not trace itself")
    }

    @Test func emptyBatchesSendNoRequest() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(500))
        for batch in [anySpans(0), .metrics([]), .metrics([anyMetric(points: 0)]), .logs([])] {
            #expect(try await export(batch, to: server) == .delivered())
        }
        #expect(try server.requests().isEmpty)
    }

    @Test func partialSuccessIsReportedAndNotSentAgain() async throws {
        let server = try await ScriptedServer(partialSuccess(rejected: 2, "too old"))
        for batch in [anySpans(3), .metrics([anyMetric(points: 3)]), .logs([anyLog(), anyLog(), anyLog()])] {
            #expect(
                try await export(batch, to: server)
                    == .delivered(rejected: 2, message: "\(server.url("")) rejected them: too old", httpStatus: 200))
        }
        #expect(try server.requests().map(\.path) == ["/v1/traces", "/v1/metrics", "/v1/logs"])
    }

    @Test func messageAndRejectedCountOfTheServerAreBounded() async throws {
        let warning = try await ScriptedServer(partialSuccess(rejected: 0, "slow\u{1B}[31m down"))
        #expect(
            try await export(to: warning)
                == .delivered(
                    message: "\(warning.url("")) took everything and warns: slow [31m down", httpStatus: 200))
        let boast = try await ScriptedServer(partialSuccess(rejected: 100, "all of them"))
        #expect(
            try await export(to: boast)
                == .delivered(rejected: 3, message: "\(boast.url("")) rejected them: all of them", httpStatus: 200))
    }

    @Test func overloadIsRetriedWithTheSameBytes() async throws {
        let statuses = [429, 502, 503, 504]
        let server = try await ScriptedServer(answers: statuses.map { ScriptedAnswer($0) } + [ScriptedAnswer()])
        #expect(try await export(to: server) == .delivered(httpStatus: 200))
        let requests = try server.requests()
        #expect(requests.count == statuses.count + 1)
        #expect(Set(requests.map(\.bodyBytes)).count == 1)
    }

    @Test func everyOtherStatusIsAPermanentFailure() async throws {
        let statuses = [301, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 418, 422, 500, 501, 505, 599]
        let server = try await ScriptedServer(
            answers: statuses.map { ScriptedAnswer($0, headers: [("Retry-After", "0"), ("Location", "/x")]) })
        for (index, status) in statuses.enumerated() {
            guard case .failed(let errorType, let message) = try await export(to: server) else {
                Issue.record("\(status) counted as delivered")
                return
            }
            #expect(errorType == String(status))
            #expect(message.contains("answered \(status)"))
            #expect(try server.requests().count == index + 1)
        }
    }

    @Test func errorIncludesTheServersReason() async throws {
        // google.rpc.Status { code: 3, message: "no such field" }
        let text = Array("no such field".utf8)
        let status = try await ScriptedServer(
            ScriptedAnswer(
                400, headers: [("Content-Type", "application/x-protobuf")],
                bytes: [0x08, 3, 0x12, UInt8(text.count)] + text))
        guard case .failed(_, let message) = try await export(to: status) else {
            Issue.record("400 counted as delivered")
            return
        }
        #expect(message.contains("(no such field)"))
        let plain = try await ScriptedServer(
            ScriptedAnswer(400, headers: [("Content-Type", "text/plain")], body: "go\naway"))
        guard case .failed(_, let message) = try await export(to: plain) else {
            Issue.record("400 counted as delivered")
            return
        }
        #expect(message.contains("(go away)"))
        let long = try await ScriptedServer(
            ScriptedAnswer(
                400, headers: [("Content-Type", "text/plain")], body: String(repeating: "x", count: 100_000)))
        guard case .failed(_, let message) = try await export(to: long) else {
            Issue.record("400 counted as delivered")
            return
        }
        #expect(message.count { $0 == "x" } <= 510)
    }

    @Test(arguments: [ScriptedAnswer.act(.reset), .act(.close), .act(.cut)])
    func lostConnectionsAreRetried(answer: ScriptedAnswer) async throws {
        let server = try await ScriptedServer(answer, answer, ScriptedAnswer())
        #expect(try await export(to: server) == .delivered(httpStatus: 200))
        #expect(try server.requests().count >= 3, "libcurl may add attempts of its own")
    }

    @Test func nonHTTPResponseIsAPermanentFailure() async throws {
        let server = try await ScriptedServer(.act(.garbage))
        guard case .failed("malformed_response", let message) = try await export(to: server) else {
            Issue.record("garbage counted as delivered")
            return
        }
        #expect(message.contains("4318"), "the usual cause is the port for gRPC")
        #expect(try server.requests().count == 1)
    }

    @Test(arguments: [ScriptedAnswer.act(.hang), .act(.drip)])
    func slowCollectorFailsAtTheTimeout(answer: ScriptedAnswer) async throws {
        let server = try await ScriptedServer(answer)
        guard case .failed("timeout", _) = try await export(to: server, timeout: .milliseconds(300)) else {
            Issue.record("no answer counted as delivered")
            return
        }
    }

    @Test func retryAfterBeyondTheDeadlineIsNotAwaited() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(503, headers: [("Retry-After", "3600")]))
        guard case .failed("503", let message) = try await export(to: server) else {
            Issue.record("503 counted as delivered")
            return
        }
        #expect(message.contains("given up after 1 attempt"))
        #expect(try server.requests().count == 1)
    }

    @Test func retryAfterDateIsRead() async throws {
        let server = try await ScriptedServer(
            ScriptedAnswer(429, headers: [("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")]), ScriptedAnswer())
        #expect(try await export(to: server) == .delivered(httpStatus: 200))
        let far = try await ScriptedServer(
            ScriptedAnswer(429, headers: [("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")]), ScriptedAnswer())
        guard case .failed("429", _) = try await export(to: far) else {
            Issue.record("a wait of millennia was waited")
            return
        }
    }

    @Test func cancellationEndsARetryWait() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(503, headers: [("Retry-After", "300")]))
        let task = Task { try await export(to: server) }
        #expect(await server.waitForRequest())
        task.cancel()
        guard case .failed("cancelled", _) = try await task.value else {
            Issue.record("a cancelled export counted as delivered")
            return
        }
    }

    @Test func unreachableCollectorErrorNamesARemedy() async throws {
        let silent = try SilentPort(.refusing)
        let port = silent.port
        var configuration = OTLPConfiguration(
            traces: OTLPEndpoint(url: "http://127.0.0.1:\(port)/v1/traces", timeout: .seconds(600)))
        configuration.retry = OTLPRetryPolicy(initial: .seconds(3_600), cap: .seconds(3_600))
        let exporter = try OTLPHTTPExporter(configuration: configuration)
        let result = await exporter.export(anySpans(1), resource: anyResource, deadline: .now + .seconds(600))
        guard case .failed("connection_refused", let message) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(message.contains("connection refused at http://127.0.0.1:\(port)/v1/traces"))
        #expect(message.contains("is a collector listening there?"))
        #expect(message.contains("given up after 1 attempt"))
        withExtendedLifetime(silent) {}
    }

    @Test func missingEndpointErrorNamesTheVariable() async throws {
        let exporter = try OTLPHTTPExporter(configuration: OTLPConfiguration())
        let result = await exporter.export(.logs([anyLog()]), resource: anyResource, deadline: .now + .seconds(600))
        guard case .failed(_, let message) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(message.contains("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"))
    }

    @Test func componentTypesFollowTheSemanticConventions() throws {
        let exporter = try OTLPHTTPExporter(configuration: OTLPConfiguration())
        #expect(exporter.componentType(for: anySpans(1)) == "otlp_http_span_exporter")
        #expect(exporter.componentType(for: .metrics([])) == "otlp_http_metric_exporter")
        #expect(exporter.componentType(for: .logs([])) == "otlp_http_log_exporter")
    }
}
