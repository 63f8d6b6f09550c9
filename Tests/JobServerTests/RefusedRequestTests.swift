#if Server
    import Coordinator
    import Foundation
    import JobServer
    import Testing

    /// What is no request, or one that is not taken: each gets its answer, and the server goes on.
    @Suite(.timeLimit(.minutes(2))) struct RefusedRequests {
        private static let host = "Host: localhost\r\n"
        private static let get = "GET /healthz HTTP/1.1\r\n"
        private static let post = "POST /v1/jobs HTTP/1.1\r\n" + host
        private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

        /// Sends requests on connections of their own, and expects a problem document with the status, and the end.
        private func expect(
            _ cases: [(request: String, status: Int)], _ configuration: JobServer.Configuration = .init(port: 0)
        ) async throws {
            try await RunningServer.with(configuration) { server in
                for (request, status) in cases {
                    let name = request.prefix(120)
                    let connection = try RawConnection(port: server.port)
                    await connection.send(request)
                    let answer = RawAnswer(text: try await connection.readToEnd())
                    #expect(answer.statuses == [status], "\(name)")
                    #expect(answer.has("Content-Type: application/problem+json"), "\(name)")
                    #expect(answer.has("Connection: close"), "\(name)")
                    let problem = try JSONValue(json: Data(answer.body.utf8))
                    #expect(problem["status"] == .number(Double(status)), "\(name)")
                    #expect(problem["detail"]?.stringValue?.isEmpty == false, "\(name)")
                    #expect(try await server.ask("GET", "/healthz").status == 200)
                }
            }
        }

        @Test func malformedChunksAreBadRequests() async throws {
            try await expect(
                [
                    "zz\r\nabc\r\n0\r\n\r\n", "-5\r\nabc\r\n0\r\n\r\n", "ffffffffffffffffff\r\nabc\r\n",
                    "3\r\nabcX0\r\n\r\n", "\r\n", "3 3\r\nabc\r\n0\r\n\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "3\nabc\n0\n\n",
                ].map { (Self.chunked + $0, 400) })
        }

        @Test func framingOfABodyIsBoundedToo() async throws {
            try await expect([
                (Self.chunked + "3;" + String(repeating: "a", count: 500_000) + "\r\nabc\r\n0\r\n\r\n", 400),
                (Self.chunked + "3\r\nabc\r\n0\r\n" + String(repeating: "X: y\r\n", count: 200) + "\r\n", 431),
                (Self.chunked + "3\r\nabc\r\n0\r\nX: " + String(repeating: "y", count: 70_000) + "\r\n\r\n", 431),
            ])
        }

        /// Chunks of one byte are six times as long as what they carry, and may be.
        @Test func smallestChunksAreTaken() async throws {
            try await RunningServer.with { server in
                let connection = try RawConnection(port: server.port)
                let body = RunningServer.file(["a"]) + "#" + String(repeating: "x", count: 100_000)
                await connection.send(Self.chunked + body.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n")
                #expect(RawAnswer(text: try await connection.readOnce()).status == 202)
            }
        }

        /// Two readers of one request must not differ in where it ends.
        @Test func ambiguousLengthsAreRefused() async throws {
            let chunks = "3\r\nabc\r\n0\r\n\r\n"
            try await expect([
                (Self.post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, 400),
                (Self.post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" + chunks, 400),
                (Self.post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, 400),
                (Self.post + "Transfer-Encoding: chunked, chunked\r\n\r\n" + chunks, 400),
                (Self.post + "Transfer-Encoding : chunked\r\n\r\n" + chunks, 400),
                (Self.post + "Transfer-Encoding: gzip\r\n\r\nabc", 501),
                (Self.post + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks, 501),
                ("POST /v1/jobs HTTP/1.0\r\n" + Self.host + "Transfer-Encoding: chunked\r\n\r\n" + chunks, 400),
                (Self.post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
                (Self.post + "Content-Length: 3, 4\r\n\r\nabcd", 400), (Self.post + "Content-Length: x\r\n\r\n", 400),
                (Self.post + "Content-Length: -1\r\n\r\n", 400), (Self.post + "Content-Length: +1\r\n\r\na", 400),
                (Self.post + "Content-Length: 0x1\r\n\r\na", 400),
                (Self.post + "Content-Length: 99999999999999999999999\r\n\r\n", 400),
            ])
        }

        /// The client may wait for the answer before it sends anything.
        @Test func announcedLengthBeyondTheLimitIsRefusedBeforeItIsSent() async throws {
            try await expect([
                (Self.post + "Content-Length: 1073741824\r\n\r\n", 413),
                (Self.post + "Content-Length: 1048577\r\n\r\n", 413),
                (Self.post + "Content-Length: 18446744073709551615\r\n\r\n", 413),
                (Self.post + "Content-Length: 1073741824\r\nExpect: 100-continue\r\n\r\n", 413),
                (Self.get + Self.host + "Content-Length: 1073741824\r\n\r\n", 413),
            ])
        }

        /// A client that sends everything first gets its answer too, and no reset connection.
        @Test func bodyBeyondTheLimitIsRefusedWhileItIsSent() async throws {
            let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            let text = String(repeating: "x", count: 4 << 20)
            try await expect([
                (Self.chunked + String(repeating: chunk, count: 64) + "0\r\n\r\n", 413),
                (Self.post + "Content-Length: \(text.utf8.count)\r\n\r\n" + text, 413),
            ])
        }

        @Test func expectedContinueIsAnsweredBeforeTheBody() async throws {
            try await RunningServer.with { server in
                let connection = try RawConnection(port: server.port)
                let body = RunningServer.file(["a"])
                await connection.send(
                    Self.post + "Expect: 100-Continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
                #expect(try await connection.readOnce().hasPrefix("HTTP/1.1 100 Continue\r\n\r\n"))
                await connection.send(body)
                #expect(RawAnswer(text: try await connection.readOnce()).status == 202)
            }
            try await expect([(Self.post + "Expect: 200-ok\r\nContent-Length: 3\r\n\r\nabc", 417)])
        }

        @Test func headersBeyondTheLimitsAreRefused() async throws {
            let long = String(repeating: "a", count: 300_000)
            try await expect([
                ("GET /" + long.prefix(9_000) + " HTTP/1.1\r\n" + Self.host + "\r\n", 414),
                ("GET /" + long + " HTTP/1.1\r\n" + Self.host + "\r\n", 414),
                (Self.get + Self.host + "X: " + long + "\r\n\r\n", 431),
                (Self.get + Self.host + String(repeating: "X: y\r\n", count: 200) + "\r\n", 431),
                (Self.get + Self.host + String(repeating: "X: \(long.prefix(1000))\r\n", count: 100) + "\r\n", 431),
            ])
        }

        @Test func bytesThatAreNoRequestAreRefused() async throws {
            try await expect([
                ("\u{0}\u{1}\u{2}\n\n", 400), ("\u{16}\u{3}\u{1}\u{0}\u{A5}\u{1}\u{0}", 400), ("BAD\r\n\r\n", 400),
                (Self.get + Self.host + "X: a\u{0}b\r\n\r\n", 400), (Self.get + Self.host + "X: a\rb\r\n\r\n", 400),
                (Self.get + Self.host + "X: a\nY: b\r\n\r\n", 400), (Self.get + Self.host + "X: a\r\n b\r\n\r\n", 400),
                (Self.get + Self.host + "X(y: a\r\n\r\n", 400), (Self.get + Self.host + ": a\r\n\r\n", 400),
                ("GET /v1/jobs/a\u{0}b HTTP/1.1\r\n" + Self.host + "\r\n", 400),
                ("GET /v1/jobs/\u{1} HTTP/1.1\r\n" + Self.host + "\r\n", 400),
                ("GET /v1/jobs/ä HTTP/1.1\r\n" + Self.host + "\r\n", 400),
                ("GET /healthz#x HTTP/1.1\r\n" + Self.host + "\r\n", 400),
                ("GET healthz HTTP/1.1\r\n" + Self.host + "\r\n", 400),
                ("GET * HTTP/1.1\r\n" + Self.host + "\r\n", 400),
                ("CONNECT localhost:80 HTTP/1.1\r\n" + Self.host + "\r\n", 405),
                ("FOO /healthz HTTP/1.1\r\n" + Self.host + "\r\n", 405),
                ("GET /healthz HTTP/2.0\r\n" + Self.host + "\r\n", 505), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
            ])
        }

        @Test func missingDoubledAndUnreadableHostsAreRefused() async throws {
            try await expect(
                [
                    "", Self.host + Self.host, Self.host + "Host: evil.example\r\n",
                    "Host: localhost:80.evil.example\r\n",
                    "Host: [::1]evil.example\r\n", "Host: evil@localhost\r\n", "Host: localhost, evil.example\r\n",
                    "Host: localhost/x\r\n", "Host: localhost:99999\r\n", "Host: local host\r\n", "Host: [::1\r\n",
                    "Host:\r\n",
                ].map { (Self.get + $0 + "\r\n", 400) })
        }

        /// A target in absolute form has the name that counts.
        @Test func absoluteTargetsAreOfThisServer() async throws {
            try await expect([
                ("GET http://evil.example/healthz HTTP/1.1\r\n" + Self.host + "\r\n", 400),
                ("GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
                ("GET ftp://localhost/healthz HTTP/1.1\r\n" + Self.host + "\r\n", 400),
            ])
            try await RunningServer.with { server in
                let connection = try RawConnection(port: server.port)
                await connection.send("GET http://localhost/healthz HTTP/1.1\r\n" + Self.host + "\r\n")
                #expect(RawAnswer(text: try await connection.readOnce()).status == 200)
            }
        }

        @Test func codedBodiesAreRefused() async throws {
            try await RunningServer.with { server in
                let answer = try await server.ask("POST", "/v1/jobs", "x", headers: [("Content-Encoding", "gzip")])
                #expect(answer.status == 415)
                #expect(answer.response.header("accept-encoding") == "identity")
            }
        }
    }
#endif
