import CurlClient
import TestSupport
import Testing

@Suite("Streamed responses", .timeLimit(.minutes(10)))
struct StreamingTests {
    private func client(concurrent: Int = 8, buffered: Int = 1 << 18) throws -> HTTPClient {
        var configuration = HTTPClientConfiguration()
        configuration.maximumConcurrentRequests = concurrent
        configuration.maximumBufferedBytes = buffered
        configuration.maximumResponseBytes = 1_000
        return try HTTPClient(configuration: configuration)
    }

    /// Reads a body to its end or to its failure.
    private func rest(of body: HTTPBody) async -> (bytes: [UInt8], failure: HTTPClientError.Code?) {
        var bytes: [UInt8] = []
        do throws(HTTPClientError) {
            for try await piece in body { bytes += piece }
        } catch {
            return (bytes, error.code)
        }
        return (bytes, nil)
    }

    @Test(arguments: [1, 1_000, 1 << 18])
    func largeBodyArrivesCompleteWithAnyBufferSize(buffered: Int) async throws {
        let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
        let server = try await ScriptedServer(ScriptedAnswer(206, headers: [("X-Kind", "large")], bytes: bytes))
        // Only the body holds a reference to the client.
        let response = try await client(buffered: buffered).stream(HTTPRequest(url: server.url()), deadline: soon())
        #expect(response.status == 206 && response.header("x-kind") == "large")
        let (received, failure) = await rest(of: response.body)
        #expect(failure == nil)
        #expect(received == bytes)
    }

    @Test func chunksArriveBeforeTheBodyIsComplete() async throws {
        let server = try await ScriptedServer(.act(.drip))
        let response = try await client().stream(HTTPRequest(url: server.url()), deadline: soon())
        var iterator = response.body.makeAsyncIterator()
        for _ in 0..<3 { #expect(try await iterator.next()?.allSatisfy { $0 == UInt8(ascii: "x") } == true) }
    }

    @Test func headArrivesBeforeTheBodyAndAfterInterimResponses() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, body: "real", act: .continue))
        let response = try await client().stream(HTTPRequest(url: server.url()), deadline: soon())
        #expect(response.status == 200 && response.header("X-Interim") == nil)
        #expect(await rest(of: response.body).bytes == Array("real".utf8))
    }

    @Test func emptyBodyEndsAtOnce() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(204), ScriptedAnswer(200, body: "unseen"))
        let client = try client()
        for method in ["POST", "HEAD"] {
            let response = try await client.stream(HTTPRequest(method: method, url: server.url()), deadline: soon())
            var iterator = response.body.makeAsyncIterator()
            #expect(try await iterator.next() == nil)
            #expect(try await iterator.next() == nil)
        }
    }

    @Test func unreadBodyAppliesBackpressure() async throws {
        let endless = try await ScriptedServer(.act(.endless))
        let other = try await ScriptedServer(ScriptedAnswer(200))
        let client = try client(buffered: 50_000)
        let response = try await client.stream(HTTPRequest(url: endless.url()), deadline: soon())
        var iterator = response.body.makeAsyncIterator()
        for _ in 0..<20 {
            // The client's thread runs many rounds meanwhile; without a bound it would read the whole body.
            for _ in 0..<5 { _ = try await client.execute(HTTPRequest(url: other.url()), deadline: soon()) }
            let piece = try #require(try await iterator.next())
            #expect(!piece.isEmpty && piece.count <= 50_000)
        }
    }

    @Test func deadlineEndsAPausedStream() async throws {
        let endless = try await ScriptedServer(.act(.endless))
        let late = try await ScriptedServer(ScriptedAnswer(200, act: .late))
        let client = try client(buffered: 50_000)
        let response = try await client.stream(HTTPRequest(url: endless.url()), deadline: .now + .seconds(1))
        // The late server's answer comes after the deadline.
        _ = try await client.execute(HTTPRequest(url: late.url()), deadline: soon())
        let (bytes, failure) = await rest(of: response.body)
        #expect(bytes.count <= 50_000)
        #expect(failure == .timeout)
    }

    @Test func truncatedBodyFailsAfterItsLastChunk() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200, body: "0123456789", act: .cut))
        let response = try await client().stream(HTTPRequest(url: server.url()), deadline: soon())
        let (bytes, failure) = await rest(of: response.body)
        #expect(bytes == Array("01234".utf8))
        #expect(failure == .connectionLost)
    }

    @Test func refusedConnectionFailsTheStreamAtOnce() async throws {
        let port = try SilentPort(.refusing)
        let client = try client()
        await #expect(throws: HTTPClientError(.connectionRefused, "")) {
            try await client.stream(HTTPRequest(url: "http://127.0.0.1:\(port.port)"), deadline: soon())
        }
    }

    @Test func responseLimitOfTheRequestApplies() async throws {
        let server = try await ScriptedServer(.act(.endless))
        var request = HTTPRequest(url: server.url())
        request.maximumResponseBytes = 200_000
        let response = try await client().stream(request, deadline: soon())
        let (bytes, failure) = await rest(of: response.body)
        #expect(bytes.count <= 200_000)
        #expect(failure == .responseTooLarge)
    }

    @Test func releasedBodyFreesItsRequestSlot() async throws {
        let server = try await ScriptedServer(.act(.endless), ScriptedAnswer(200))
        let client = try client(concurrent: 1)
        var response: HTTPStreamedResponse? = try await client.stream(
            HTTPRequest(url: server.url()), deadline: soon())
        #expect(response?.status == 200)
        response = nil
        #expect(try await client.execute(HTTPRequest(url: server.url()), deadline: soon()).status == 200)
    }

    @Test func cancellingTheReaderAbortsTheTransfer() async throws {
        let server = try await ScriptedServer(.act(.drip), ScriptedAnswer(200))
        let client = try client(concurrent: 1)
        let response = try await client.stream(HTTPRequest(url: server.url()), deadline: soon())
        let reader = Task { await rest(of: response.body) }
        reader.cancel()
        #expect(await reader.value.failure == .cancelled)
        #expect(try await client.execute(HTTPRequest(url: server.url()), deadline: soon()).status == 200)
    }

    @Test func shutdownEndsAStream() async throws {
        let server = try await ScriptedServer(.act(.drip))
        let client = try client()
        let response = try await client.stream(HTTPRequest(url: server.url()), deadline: soon())
        await client.shutdown()
        #expect(await rest(of: response.body).failure == .shutDown)
    }

    @Test func concurrentStreamsAreNotMixed() async throws {
        let bodies = (0..<8).map { index in (0..<50_000).map { _ in UInt8(index) } }
        let servers = try await withThrowingTaskGroup(of: (Int, ScriptedServer).self) { group in
            for index in bodies.indices {
                group.addTask { (index, try await ScriptedServer(ScriptedAnswer(200, bytes: bodies[index]))) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let client = try client(buffered: 10_000)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in bodies.indices {
                let url = try #require(servers[index]).url()
                group.addTask {
                    let response = try await client.stream(HTTPRequest(url: url), deadline: soon())
                    return await rest(of: response.body).bytes == bodies[index]
                }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
    }
}
