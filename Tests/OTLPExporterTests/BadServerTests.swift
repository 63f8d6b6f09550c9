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
