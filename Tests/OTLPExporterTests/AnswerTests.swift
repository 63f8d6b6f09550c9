import CurlClient
import OTLPExporter
import Telemetry
import TestSupport
import Testing

/// Answers with success, and whether a receiver of OTLP gave them.
@Suite("Answers with success", .timeLimit(.minutes(5))) struct AnswerTests {
    private func result(
        of answer: ScriptedAnswer, for batch: SignalBatch = anySpans(3), headers: [HTTPHeader] = [], query: String = ""
    ) async throws -> (result: ExportResult, address: String) {
        let server = try await ScriptedServer(answer)
        var configuration = OTLPConfiguration()
        configuration[batch.signal] = OTLPEndpoint(
            url: server.url("/v1/\(batch.signal)\(query)"), headers: headers, timeout: .seconds(600))
        let exporter = try OTLPHTTPExporter(configuration: configuration)
        let result = await exporter.export(batch, resource: anyResource, deadline: .now + .seconds(600))
        #expect(try server.requests().count == 1)
        return (result, server.url(""))
    }

    private static func answer(_ body: String, _ type: String?, _ status: Int = 200) -> ScriptedAnswer {
        ScriptedAnswer(status, headers: type.map { [("Content-Type", $0)] } ?? [], body: body)
    }

    @Test(
        arguments: [
            answer("", nil), answer("", "text/html"), answer("", "application/x-protobuf", 202), answer("", nil, 204),
            answer("{}", "application/json"), answer(" {}\n", nil),
            answer("{\"partialSuccess\":{}}", "application/json"),
            answer("{\"partialSuccess\":null}", "application/json"),
            answer("{\"partial_success\":{\"rejected_spans\":\"0\",\"error_message\":\"\"}}", "application/json"),
            answer("{\"partialSuccess\":{\"new\":1},\"newer\":[]}", "application/json"),
            ScriptedAnswer(200, bytes: [0x0A, 0x00]),
            ScriptedAnswer(
                200, headers: [("Content-Type", "application/x-protobuf")], bytes: [0x7A, 0x01, 0x78]),
        ])
    func receiverOfOTLPIsBelieved(answer: ScriptedAnswer) async throws {
        let (result, _) = try await result(of: answer)
        guard case .delivered(rejected: 0, message: "", _) = result else {
            Issue.record("\(result)")
            return
        }
    }

    @Test(
        arguments: [
            (answer("<!doctype html><html>Welcome</html>", "text/html"), "an HTML page"),
            (answer("<html>captive</html>", nil), "an HTML page"),
            (answer("\n\n  <!DOCTYPE HTML>\n", "text/html; charset=utf-8"), "an HTML page"),
            (answer("OK", "text/plain"), "text/plain that is no answer of OTLP"),
            (answer("OK", nil), "something else than OTLP"),
            (answer("{\"error\":\"no such route\"}", "application/json"), "application/json that is no answer of OTLP"),
            (answer("[]", "application/json"), "application/json that is no answer of OTLP"),
            (answer("{", "application/json"), "application/json that is no answer of OTLP"),
            (answer("x", "te\u{1B}xt"), "something else than OTLP"),
            (ScriptedAnswer(200, bytes: [0xFF, 0xFF, 0xFF, 0xFF]), "something else than OTLP"),
            // Unknown fields of protobuf, by chance.
            (answer("(A(B", "text/plain"), "text/plain that is no answer of OTLP"),
            (
                ScriptedAnswer(
                    200, headers: [("Content-Type", "application/x-protobuf")], bytes: [0x0A, 0x09, 0x12, 0x07, 0x61]),
                "protobuf that cannot be read as OTLP"
            ),
            (
                ScriptedAnswer(200, headers: [("Content-Encoding", "gzip")], body: "no gzip"),
                "something else than OTLP"
            ),
        ])
    func anythingElseLeavesItInDoubt(answer: ScriptedAnswer, kind: String) async throws {
        for batch in [anySpans(3), .metrics([anyMetric(points: 3)]), .logs([anyLog()])] {
            let (result, address) = try await result(of: answer, for: batch)
            guard case .unacknowledged(let message, httpStatus: 200) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(
                message
                    == "\(address) answered 200 with \(kind): nothing there speaks OTLP; check the endpoint's host, port and path"
            )
        }
    }

    @Test(
        arguments: [
            ("{\"partialSuccess\":{\"rejectedSpans\":\"2\",\"errorMessage\":\"old\"}}", 2),
            ("{\"partialSuccess\":{\"rejectedSpans\":2,\"errorMessage\":\"old\"}}", 2),
            ("{\"partialSuccess\":{\"rejectedSpans\":1e30,\"errorMessage\":\"old\"}}", 3),
            ("{\"partialSuccess\":{\"rejectedSpans\":-1,\"errorMessage\":\"old\"}}", 0),
        ])
    func partialSuccessAsJSONIsRead(body: String, rejected: Int) async throws {
        let (result, address) = try await result(of: Self.answer(body, "application/json"))
        let said = rejected > 0 ? "rejected them" : "took everything and warns"
        #expect(
            result == .delivered(rejected: rejected, message: "\(address) \(said): old", httpStatus: 200))
    }

    @Test func rejectionOfAnotherSignalIsNoAnswer() async throws {
        let body = "{\"partialSuccess\":{\"rejectedLogRecords\":2}}"
        guard case (.unacknowledged, _) = try await result(of: Self.answer(body, "application/json")) else {
            Issue.record("log records were rejected, and spans were sent")
            return
        }
    }

    @Test func rejectionWithoutAReasonSaysSo() async throws {
        let bare = ScriptedAnswer(
            headers: [("Content-Type", "application/x-protobuf")], bytes: [0x0A, 0x02, 0x08, 0x02])
        let (result, address) = try await result(of: bare)
        #expect(
            result
                == .delivered(
                    rejected: 2, message: "\(address) rejected them and does not say why; its own log may",
                    httpStatus: 200))
    }

    @Test func compressedAnswerIsRead() async throws {
        // gzip of {}
        let bytes: [UInt8] = [
            0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xAB, 0xAE, 0x05, 0x00, 0x43, 0xBF, 0xA6, 0xA3,
            0x02, 0x00, 0x00, 0x00,
        ]
        let headers = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
        let (result, _) = try await result(of: ScriptedAnswer(200, headers: headers, bytes: bytes))
        #expect(result == .delivered(httpStatus: 200))
    }

    /// Receivers repeat what they were sent.
    @Test func secretsOfTheRequestAreNotInWhatIsSaid() async throws {
        let words = "token abcdef of user:s3cr3t at http://user:s3cr3t@h/p?t=abcdef is unknown; key k3yk3y"
        for (status, type) in [(400, "text/plain"), (503, "application/json"), (401, "text/plain")] {
            let (result, _) = try await result(
                of: ScriptedAnswer(status, headers: [("Content-Type", type), ("Retry-After", "9999")], body: words),
                headers: [HTTPHeader("Authorization", "Bearer k3yk3y")], query: "?t=abcdef")
            guard case .failed(_, let message) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(message.contains("answered \(status)") && message.contains("is unknown"), "\(message)")
            for secret in ["abcdef", "k3yk3y"] { #expect(!message.contains(secret), "\(message)") }
        }
    }

    /// A text is cut after what is secret in it is hidden: no beginning of a secret is left at its end.
    @Test(arguments: [0, 400, 480, 490, 495, 499, 500, (16 << 10) - 10, (16 << 10) - 3])
    func secretIsNotShownWhereTheTextIsCut(offset: Int) async throws {
        let key = "k3y-0123456789-0123456789"
        for keys in [1, 700] {
            let words = String(repeating: key, count: keys)
            let body = (keys == 1 ? String(repeating: "x", count: offset) : "") + words + " is unknown"
            let (result, _) = try await result(
                of: ScriptedAnswer(401, headers: [("Content-Type", "text/plain")], body: body),
                headers: [HTTPHeader("Authorization", "Bearer \(key)")])
            guard case .failed(_, let message) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(!message.contains("k3y"), "\(message)")
            #expect(message.contains("…") && message.contains("credentials"), "\(message)")
        }
    }

    @Test func redirectNamesTheNewAddressWithoutItsSecrets() async throws {
        let answer = ScriptedAnswer(307, headers: [("Location", "https://u:s3cr3t@other.invalid/v1/traces?k=s3cr3t")])
        guard case (.failed("307", let message), _) = try await result(of: answer) else {
            Issue.record("a redirect counted as delivered")
            return
        }
        #expect(message.hasSuffix("set the endpoint to the final address, here https://other.invalid/v1/traces"))
    }
}
