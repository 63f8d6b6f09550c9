import CurlClient
import TestSupport
import Testing

@Suite("Streamed request bodies", .timeLimit(.minutes(10)))
struct UploadTests {
    private struct Broken: Error {}

    private func client(buffered: Int) throws -> HTTPClient {
        var configuration = HTTPClientConfiguration()
        configuration.maximumBufferedBytes = buffered
        return try HTTPClient(configuration: configuration)
    }

    @Test(arguments: [("POST", 1), ("PUT", 1_000), ("PATCH", 1 << 20)])
    func chunkedBodyArrivesComplete(method: String, buffered: Int) async throws {
        let server = try await ScriptedServer(ScriptedAnswer(201, body: "made"))
        let pieces = (0..<40).map { index in [UInt8](repeating: UInt8(index), count: index * 997 % 40_000) }
        let (body, feed) = AsyncStream<[UInt8]>.makeStream()
        for piece in pieces { feed.yield(piece) }
        feed.finish()
        let response = try await client(buffered: buffered).stream(
            HTTPRequest(method: method, url: server.url(), headers: [.init("Content-Type", "x/y")]), deadline: soon(),
            uploading: body)
        #expect(response.status == 201)
        var answer: [UInt8] = []
        for try await piece in response.body { answer += piece }
        #expect(answer == Array("made".utf8))
        let request = try #require(try server.requests().first)
        #expect(request.method == method && request.values(of: "Content-Type") == ["x/y"])
        #expect(request.values(of: "Transfer-Encoding") == ["chunked"] && request.values(of: "Expect") == [])
        #expect(request.bodyBytes == pieces.flatMap(\.self))
    }

    @Test func uploadWaitsForLateChunks() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let client = try client(buffered: 1_000)
        let (body, feed) = AsyncStream<[UInt8]>.makeStream()
        let url = server.url()
        let response = Task {
            try await client.stream(HTTPRequest(method: "POST", url: url), deadline: soon(), uploading: body).status
        }
        for byte in UInt8(0)..<5 {
            // Other requests in between make the client's thread run while there is nothing to send.
            let other = try await ScriptedServer(ScriptedAnswer(200))
            _ = try await client.execute(HTTPRequest(url: other.url()), deadline: soon())
            feed.yield([byte])
        }
        feed.finish()
        #expect(try await response.value == 200)
        #expect(try server.requests().first?.bodyBytes == [0, 1, 2, 3, 4])
    }

    @Test func failingBodyFailsTheRequest() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let client = try client(buffered: 1_000)
        let body = AsyncThrowingStream<[UInt8], any Error> { feed in
            feed.yield([1, 2, 3])
            feed.finish(throwing: Broken())
        }
        let url = server.url()
        await #expect(throws: HTTPClientError(.bodyFailed, "")) {
            try await client.stream(HTTPRequest(method: "POST", url: url), deadline: soon(), uploading: body)
        }
    }

    @Test(arguments: ["GET", "HEAD"])
    func uploadWithABodilessMethodIsRefused(method: String) async throws {
        let client = try client(buffered: 1_000)
        let (body, _) = AsyncStream<[UInt8]>.makeStream()
        await #expect(throws: HTTPClientError(.invalidRequest, "")) {
            try await client.stream(
                HTTPRequest(method: method, url: "http://127.0.0.1:1"), deadline: soon(), uploading: body)
        }
    }
}
