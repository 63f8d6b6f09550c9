import Glibc
import OTLPExporter
import Telemetry
import TestSupport
import Testing

/// One export to a server that misbehaves; the way through the spool is in SpoolBadServerTests.
@Suite("Bad server", .timeLimit(.minutes(3))) struct BadServerTests {
    private func export(to url: String) async throws -> ExportResult {
        var configuration = OTLPConfiguration(traces: OTLPEndpoint(url: url, timeout: .seconds(600)))
        configuration.retry = OTLPRetryPolicy(initial: .milliseconds(1), cap: .milliseconds(2))
        let exporter = try OTLPHTTPExporter(configuration: configuration)
        return await exporter.export(anySpans(3), resource: anyResource, deadline: .now + .seconds(600))
    }

    /// What is said of a failure of this type.
    private func refusal(_ result: ExportResult, as errorType: String) -> String? {
        if case .failed(errorType, let message) = result { message } else { nil }
    }

    @Test(arguments: BadAnswer.passing) func transientFailureIsRetriedWithTheSameBytes(_ bad: BadAnswer) async throws {
        let server = try await ScriptedServer(bad.answer, ScriptedAnswer())
        #expect(try await export(to: server.url("/v1/traces")) == .delivered(httpStatus: 200))
        let requests = try server.requests()
        #expect(requests.count >= 2)
        #expect(Set(requests.map(\.bodyBytes)).count == 1)
    }

    @Test(arguments: BadAnswer.demanding) func retryAfterBeyondTheDeadlineIsNotAwaited(_ bad: BadAnswer) async throws {
        let server = try await ScriptedServer(bad.answer, ScriptedAnswer())
        let result = try await export(to: server.url("/v1/traces"))
        let message = try #require(refusal(result, as: bad.errorType), "\(result)")
        #expect(message.contains(bad.says) && message.contains("given up after 1 attempt"), "\(message)")
        #expect(try server.requests().count == 1)
    }

    @Test(arguments: BadAnswer.final) func permanentFailureIsNotRetried(_ bad: BadAnswer) async throws {
        let server = try await ScriptedServer(bad.answer, ScriptedAnswer())
        let result = try await export(to: server.url("/v1/traces"))
        let message = try #require(refusal(result, as: bad.errorType), "\(result)")
        #expect(message.contains(bad.says), "\(message)")
        #expect(message.utf8.count < 1_000)
        #expect(try server.requests().count == 1)
    }

    /// The variable of one signal, where that named the file; else the common one.
    @Test(arguments: [("TRACES_CERTIFICATE", true), ("CERTIFICATE", false)])
    func variableThatNamedTheFileOfAuthoritiesIsNamed(part: String, isOwn: Bool) async throws {
        let certificates = try await Certificates()
        let server = try await ScriptedServer(
            ScriptedAnswer(), tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
        var configuration = try #require(
            OTLPConfiguration(environment: [
                "OTEL_EXPORTER_OTLP_ENDPOINT": "https://127.0.0.1:\(server.port)",
                "OTEL_EXPORTER_OTLP_\(part)": certificates.path("client.pem"),
            ]))
        configuration.retry = OTLPRetryPolicy(initial: .milliseconds(1), cap: .milliseconds(2))
        let exporter = try OTLPHTTPExporter(configuration: configuration)
        let result = await exporter.export(anySpans(1), resource: anyResource, deadline: .now + .seconds(600))
        let message = try #require(refusal(result, as: "tls_error"), "\(result)")
        #expect(message.contains("its authority in OTEL_EXPORTER_OTLP_\(part),"), "\(message)")
        #expect(message.contains("_TRACES_") == isOwn)
    }

    /// The server's answer is that of a proxy: where a variable names one, that variable is told.
    @Test func variableThatNamesTheProxyIsNamedWhereItAsksForAPassword() async {
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] { unsetenv(name) }
            let proxy = try await ScriptedServer(ScriptedAnswer(407))
            var said: [String] = []
            for isNamed in [true, false] {
                if isNamed { setenv("all_proxy", proxy.url(""), 1) } else { unsetenv("all_proxy") }
                let url = isNamed ? "http://collector.invalid/v1/traces" : proxy.url("/v1/traces")
                let exporter = try OTLPHTTPExporter(
                    configuration: OTLPConfiguration(traces: OTLPEndpoint(url: url, timeout: .seconds(600))))
                let result = await exporter.export(anySpans(1), resource: anyResource, deadline: .now + .seconds(600))
                guard case .failed("407", let message) = result else {
                    Issue.record("\(result)")
                    return
                }
                said.append(message)
            }
            try #require(said[0].hasSuffix("write them before its host in all_proxy"), "\(said)")
            try #require(said[1].contains("a proxy that no variable names"), "\(said)")
        }
    }

    @Test func untrustedCertificateIsAPermanentFailure() async throws {
        let certificates = try await Certificates()
        let server = try await ScriptedServer(
            ScriptedAnswer(), tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
        let result = try await export(to: "https://127.0.0.1:\(server.port)/v1/traces")
        let message = try #require(refusal(result, as: "tls_error"), "\(result)")
        #expect(message.contains("certificate"), "\(message)")
        #expect(try server.requests().isEmpty)
    }
}
