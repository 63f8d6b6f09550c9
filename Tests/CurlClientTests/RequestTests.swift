import CurlClient
import TestSupport
import Testing

/// A deadline that only a hanging client reaches.
func soon() -> ContinuousClock.Instant { .now + .seconds(600) }

@Suite("Requests and responses", .timeLimit(.minutes(10)))
struct RequestTests {
    @Test func responseHasStatusHeadersAndBody() async throws {
        let server = try await ScriptedServer(
            ScriptedAnswer(
                418, headers: [("X-Kind", " short and stout "), ("X-Kind", "b")], bytes: [0, 255, 10, 13, 0]))
        let response = try await HTTPClient().execute(HTTPRequest(url: server.url("/pot?x=1")), deadline: soon())
        #expect(response.status == 418)
        #expect(response.body == [0, 255, 10, 13, 0])
        #expect(response.header("x-kind") == "short and stout")
        #expect(response.headers.filter { $0.name == "X-Kind" }.map(\.value) == ["short and stout", "b"])
        let request = try #require(try server.requests().first)
        #expect(request.method == "GET")
        #expect(request.path == "/pot?x=1")
        #expect(request.bodyBytes == [])
    }

    @Test func bodiesAreSentUnchanged() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(204))
        let client = try HTTPClient()
        let body: [UInt8] = [0, 1, 0, 255] + Array(repeating: 7, count: 2_000_000)
        let methods = ["POST", "PUT", "PATCH", "DELETE", "GET"]
        for method in methods {
            let request = HTTPRequest(
                method: method, url: server.url(), headers: [.init("Content-Type", "x/y")], body: body)
            #expect(try await client.execute(request, deadline: soon()).status == 204)
        }
        let requests = try server.requests()
        #expect(requests.map(\.method) == methods)
        for request in requests {
            #expect(request.bodyBytes == body)
            #expect(request.values(of: "Content-Type") == ["x/y"])
            #expect(request.values(of: "Expect") == [], "a wait for 100 would cost a second")
        }
    }

    @Test func emptyPostHasContentLengthZero() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        _ = try await HTTPClient().execute(HTTPRequest(method: "POST", url: server.url()), deadline: soon())
        let request = try #require(try server.requests().first)
        #expect(request.values(of: "Content-Length") == ["0"])
        #expect(request.values(of: "Content-Type") == [])
    }

    @Test func headResponseHasNoBody() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, body: "unseen"))
        let client = try HTTPClient()
        let response = try await client.execute(HTTPRequest(method: "HEAD", url: server.url()), deadline: soon())
        #expect(response.header("Content-Length") == "6")
        #expect(response.body == [])
        // The next use of the same handle is a plain request again.
        let next = try await client.execute(HTTPRequest(url: server.url()), deadline: soon())
        #expect(next.body == Array("unseen".utf8))
    }

    @Test func headersAreSentInOrderIncludingEmptyOnes() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        _ = try await HTTPClient().execute(
            HTTPRequest(
                url: server.url(), headers: [.init("X-A", "1"), .init("X-Empty", ""), .init("X-A", "2; ü")]),
            deadline: soon())
        let request = try #require(try server.requests().first)
        #expect(request.values(of: "X-A").count == 2)
        #expect(request.values(of: "X-A").first == "1")
        #expect(request.values(of: "X-Empty") == [""])
    }

    @Test func redirectsAreNotFollowed() async throws {
        let server = try await ScriptedServer(
            ScriptedAnswer(302, headers: [("Location", "/elsewhere")]), ScriptedAnswer(200, body: "followed"))
        let response = try await HTTPClient().execute(HTTPRequest(url: server.url()), deadline: soon())
        #expect(response.status == 302)
        #expect(response.header("Location") == "/elsewhere")
        #expect(try server.requests().count == 1)
    }

    @Test func interimResponsesAreSkipped() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, body: "real", act: .continue))
        let response = try await HTTPClient().execute(HTTPRequest(url: server.url()), deadline: soon())
        #expect(response.status == 200)
        #expect(response.header("X-Interim") == nil)
        #expect(response.body == Array("real".utf8))
    }

    @Test func connectionIsReused() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, body: "x"))
        let client = try HTTPClient()
        for _ in 0..<20 { _ = try await client.execute(HTTPRequest(url: server.url()), deadline: soon()) }
        #expect(try server.requests().map(\.connection) == Array(repeating: 1, count: 20))
    }

    @Test func connectionsAreNotReusedBeyondTheMaximumAge() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200), ScriptedAnswer(200, act: .late), ScriptedAnswer(200))
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnectionAge = .seconds(1)
        let client = try HTTPClient(configuration: configuration)
        for _ in 0..<3 { _ = try await client.execute(HTTPRequest(url: server.url()), deadline: soon()) }
        // When the second request has ended, the connection is too old for a third.
        let connections = try server.requests().map(\.connection)
        #expect(connections.count == 3)
        #expect(connections.last != connections.dropLast().last, "\(connections)")
    }

    @Test func connectionsAreNotReusedAfterTheMaximumIdleTime() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let late = try await ScriptedServer(ScriptedAnswer(200, act: .late))
        var configuration = HTTPClientConfiguration()
        configuration.maximumIdleTime = .seconds(1)
        let client = try HTTPClient(configuration: configuration)
        // Nothing goes over the first connection while the late answer is awaited.
        for other in [server, server, late, server] {
            _ = try await client.execute(HTTPRequest(url: other.url()), deadline: soon())
        }
        // On a busy machine the second request may be too late already.
        let connections = try server.requests().map(\.connection)
        #expect(connections.count == 3)
        #expect(connections.last != connections.dropLast().last, "\(connections)")
    }

    @Test func connectionsClosedByTheServerAreReplaced() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, body: "x", act: .rebuff))
        let client = try HTTPClient()
        for _ in 0..<10 {
            let request = HTTPRequest(method: "POST", url: server.url(), body: [1, 2, 3])
            #expect(try await client.execute(request, deadline: soon()).status == 200)
        }
        #expect(try server.requests().count == 10)
    }

    @Test func headersDoNotPrintTheirValues() {
        let header = HTTPHeader("Authorization", "Bearer hunter2")
        var dumped = ""
        dump(HTTPRequest(url: "http://x", headers: [header]), to: &dumped)
        for text in ["\(header)", String(reflecting: header), "\([header])", dumped] {
            #expect(text.contains("Authorization"))
            #expect(!text.contains("hunter2"))
        }
    }
}
