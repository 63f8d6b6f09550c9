import CurlClient
import TestSupport
import Testing

/// The error a request ends with.
func failure(
    of request: HTTPRequest, by client: HTTPClient, deadline: ContinuousClock.Instant = soon()
) async throws -> HTTPClientError {
    try await #require(throws: HTTPClientError.self) { try await client.execute(request, deadline: deadline) }
}

@Suite("Failures", .timeLimit(.minutes(10)))
struct FailureTests {
    @Test func refusedConnectionErrorHasTheURLAndAHint() async throws {
        let port = try SilentPort(.refusing)
        var request = HTTPRequest(
            method: "POST", url: "http://user:secret@127.0.0.1:\(port.port)/v1?key=secret")
        request.peerName = "collector"
        let error = try await failure(of: request, by: HTTPClient())
        #expect(error.code == .connectionRefused)
        #expect(
            error.message
                == "connection refused at http://127.0.0.1:\(port.port)/v1: is a collector listening there?")
        withExtendedLifetime(port) {}
    }

    @Test func connectTimeoutEndsAPendingConnection() async throws {
        let port = try SilentPort(.ignoring)
        var configuration = HTTPClientConfiguration()
        configuration.connectTimeout = .milliseconds(100)
        let request = HTTPRequest(url: "http://127.0.0.1:\(port.port)/")
        let error = try await failure(of: request, by: HTTPClient(configuration: configuration))
        #expect(error.code == .connectTimeout, "\(error)")
        withExtendedLifetime(port) {}
    }

    @Test func unknownHostIsNamedInTheError() async throws {
        let error = try await failure(of: HTTPRequest(url: "http://nowhere.invalid/"), by: HTTPClient())
        #expect(error.code == .unknownHost)
        #expect(error.message.contains("http://nowhere.invalid/"))
    }

    @Test(
        arguments: [
            (ScriptedAnswer.act(.reset), HTTPClientError.Code.connectionLost), (.act(.close), .connectionLost),
            (.act(.cut), .connectionLost), (.act(.garbage), .malformedResponse), (.act(.endless), .responseTooLarge),
            (.act(.headers), .responseTooLarge),
        ])
    func badResponsesAreTypedErrorsAndTheClientStaysUsable(answer: ScriptedAnswer, code: HTTPClientError.Code)
        async throws
    {
        let server = try await ScriptedServer(answer, ScriptedAnswer(200, body: "well"))
        let client = try HTTPClient()
        let error = try await failure(of: HTTPRequest(url: server.url("/p")), by: client)
        #expect(error.code == code, "\(error)")
        #expect(error.message.contains(server.url("/p")))
        #expect(try await client.execute(HTTPRequest(url: server.url()), deadline: soon()).body == Array("well".utf8))
    }

    @Test func bodySizeLimitIsInclusive() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, body: "12345678"))
        let client = try HTTPClient()
        var request = HTTPRequest(url: server.url())
        request.maximumResponseBytes = 8
        #expect(try await client.execute(request, deadline: soon()).body.count == 8)
        request.maximumResponseBytes = 7
        #expect(try await failure(of: request, by: client).code == .responseTooLarge)
    }

    @Test(arguments: [ScriptedAnswer.act(.hang), .act(.drip)])
    func deadlineEndsAHangingOrDrippingResponse(answer: ScriptedAnswer) async throws {
        let server = try await ScriptedServer(answer)
        let error = try await failure(
            of: HTTPRequest(url: server.url()), by: HTTPClient(), deadline: .now + .milliseconds(300))
        #expect(error.code == .timeout)
    }

    @Test func passedDeadlineSendsNothing() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let error = try await failure(of: HTTPRequest(url: server.url()), by: HTTPClient(), deadline: .now)
        #expect(error.code == .timeout)
        #expect(try server.requests().isEmpty)
    }

    @Test(
        arguments: [
            HTTPRequest(url: "ftp://127.0.0.1/x"), HTTPRequest(url: "file:///etc/passwd"),
            HTTPRequest(url: "127.0.0.1:1"),
            HTTPRequest(url: ""), HTTPRequest(url: "http://127.0.0.1/a b"),
            HTTPRequest(url: "http://127.0.0.1/\r\nX: y"),
            HTTPRequest(url: "http://127.0.0.1/\0"), HTTPRequest(url: "http://"),
            HTTPRequest(method: "GET / HTTP/1.1\r\nX:", url: "http://127.0.0.1/"),
            HTTPRequest(method: "", url: "http://127.0.0.1/"),
            HTTPRequest(url: "http://127.0.0.1/", headers: [.init("X", "a\r\nY: b")]),
            HTTPRequest(url: "http://127.0.0.1/", headers: [.init("X\nY", "b")]),
            HTTPRequest(url: "http://127.0.0.1/", headers: [.init("", "b")]),
            HTTPRequest(url: "http://127.0.0.1/", headers: [.init("Content-Length", "9")]),
        ])
    func malformedRequestsAreRefused(request: HTTPRequest) async throws {
        #expect(try await failure(of: request, by: HTTPClient()).code == .invalidRequest)
    }
}
