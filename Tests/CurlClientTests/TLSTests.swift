import CurlClient
import TestSupport
import Testing

@Suite("TLS", .timeLimit(.minutes(10)))
struct TLSTests {
    @Test func onlyTheGivenAuthorityIsTrusted() async throws {
        let certificates = try await Certificates()
        let server = try await ScriptedServer(
            ScriptedAnswer(200, body: "safe"),
            tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
        let client = try HTTPClient()
        var request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")

        #expect(try await failure(of: request, by: client).code == .tls, "the system knows no such authority")
        request.tls.certificateAuthority = certificates.path("client.pem")
        #expect(try await failure(of: request, by: client).code == .tls)
        request.tls.certificateAuthority = certificates.path("missing.pem")
        let missing = try await failure(of: request, by: client)
        #expect(missing.code == .tls)
        #expect(missing.message.contains("missing.pem"))
        request.tls.certificateAuthority = certificates.path("server.pem")
        #expect(try await client.execute(request, deadline: soon()).body == Array("safe".utf8))
        // A certificate that one request trusts is not trusted by the next.
        request.tls = TLSFiles()
        #expect(try await failure(of: request, by: client).code == .tls)
    }

    @Test func clientCertificateIsPresented() async throws {
        let certificates = try await Certificates()
        let server = try await ScriptedServer(
            ScriptedAnswer(200),
            tls: [
                "--tls", certificates.path("server.pem"), certificates.path("server.key"), "--client-ca",
                certificates.path("client.pem"),
            ])
        let client = try HTTPClient()
        var request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
        request.tls.certificateAuthority = certificates.path("server.pem")
        _ = try await failure(of: request, by: client)
        request.tls.clientCertificate = certificates.path("client.pem")
        request.tls.clientKey = certificates.path("client.key")
        #expect(try await client.execute(request, deadline: soon()).status == 200)
        // A key that does not belong to the certificate, and a certificate that the server does not trust.
        request.tls.clientKey = certificates.path("server.key")
        let wrongKey = try await failure(of: request, by: HTTPClient())
        #expect(wrongKey.code == .tls, "\(wrongKey)")
        request.tls.clientCertificate = certificates.path("server.pem")
        _ = try await failure(of: request, by: HTTPClient())
        #expect(try server.requests().count == 1)
    }

    @Test func certificateOfAnotherHostIsRejected() async throws {
        let certificates = try await Certificates()
        let server = try await ScriptedServer(
            ScriptedAnswer(200), tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
        // It names 127.0.0.1 and nothing else.
        var request = HTTPRequest(url: "https://localhost:\(server.port)/")
        request.tls.certificateAuthority = certificates.path("server.pem")
        let error = try await failure(of: request, by: HTTPClient())
        #expect(error.code == .tls && error.message.contains("host's name"), "\(error)")
        #expect(try server.requests().isEmpty)
    }

    @Test func tlsToAPortThatAnswersInPlainTextIsTold() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let error = try await failure(of: HTTPRequest(url: "https://127.0.0.1:\(server.port)/"), by: HTTPClient())
        #expect(error.code == .tls)
        #expect(error.message.contains("answers in plain text") && error.message.contains("use http://"), "\(error)")
    }

    @Test func plainHTTPToAPortThatSpeaksTLSIsTold() async throws {
        let certificates = try await Certificates()
        let server = try await ScriptedServer(
            ScriptedAnswer(200), tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
        let error = try await failure(of: HTTPRequest(url: "http://127.0.0.1:\(server.port)/"), by: HTTPClient())
        #expect(error.code == .connectionLost)
        #expect(error.message.contains("begins with https://"), "\(error)")
    }

    @Test func certificateOfAnUnknownAuthorityIsToldWithWhatToDo() async throws {
        let certificates = try await Certificates()
        let server = try await ScriptedServer(
            ScriptedAnswer(200), tls: ["--tls", certificates.path("server.pem"), certificates.path("server.key")])
        var request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
        let plain = try await failure(of: request, by: HTTPClient())
        #expect(
            plain.message.contains("not trusted here") && plain.message.contains("update-ca-certificates"), "\(plain)")
        request.certificateVariables = .init(authority: "AUTHORITY", certificate: "CERTIFICATE", key: "KEY")
        let named = try await failure(of: request, by: HTTPClient())
        #expect(named.message.contains("name the file of its authority in AUTHORITY"), "\(named)")
        request.tls.certificateAuthority = certificates.path("missing.pem")
        let missing = try await failure(of: request, by: HTTPClient())
        #expect(missing.message.contains("which AUTHORITY names"), "\(missing)")
    }

    @Test func certificateThatIsGoodForTheHostAndRefusedForAnotherReasonIsToldSo() async throws {
        let certificates = try await Certificates()
        try await certificates.make("client-only", from: "20200101000000Z", to: "20900101000000Z", uses: "clientAuth")
        let server = try await ScriptedServer(
            ScriptedAnswer(200),
            tls: ["--tls", certificates.path("client-only.pem"), certificates.path("client-only.key")])
        var request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
        request.tls.certificateAuthority = certificates.path("client-only.pem")
        let error = try await failure(of: request, by: HTTPClient())
        #expect(error.code == .tls && error.message.contains("purpose"), "\(error)")
        #expect(error.message.contains("not accepted for the reason in brackets"), "\(error)")
    }

    @Test(arguments: [
        ("20200101000000Z", "20200102000000Z", "has expired"), ("20900101000000Z", "20900102000000Z", "not valid yet"),
    ])
    func certificateThatIsNotValidNowIsTold(start: String, end: String, words: String) async throws {
        let certificates = try await Certificates()
        try await certificates.make("late", from: start, to: end)
        let server = try await ScriptedServer(
            ScriptedAnswer(200), tls: ["--tls", certificates.path("late.pem"), certificates.path("late.key")])
        var request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
        request.tls.certificateAuthority = certificates.path("late.pem")
        let error = try await failure(of: request, by: HTTPClient())
        #expect(error.code == .tls && error.message.contains(words) && error.message.contains("clock"), "\(error)")
    }
}
