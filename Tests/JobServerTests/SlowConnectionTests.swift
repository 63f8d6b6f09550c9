#if Server
    import Coordinator
    import CoordinatorTestKit
    import JobServer
    import TestSupport
    import Testing

    /// Clients that take their time, with words or with reading: each is cut, and the others are unharmed.
    @Suite(.timeLimit(.minutes(2))) struct SlowConnections {
        private static let post = "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\n"
        /// The beginnings of requests that go on byte by byte.
        private static let beginnings = [
            "GET /heal", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ", post + "Content-Length: 100000\r\n\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n3e8;", post + "Transfer-Encoding: chunked\r\n\r\nfffff\r\n",
            post + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: ",
        ]

        @Test func whatTricklesInIsCutInTimeAndOthersAreAnswered() async throws {
            var configuration = JobServer.Configuration(port: 0)
            configuration.limits.headTime = .milliseconds(300)
            configuration.limits.bodyTime = .milliseconds(500)
            try await RunningServer.with(configuration) { server in
                var slow: [RawConnection] = []
                for number in 0..<150 {
                    let connection = try RawConnection(port: server.port)
                    await connection.send(Self.beginnings[number % Self.beginnings.count])
                    slow.append(connection)
                }
                try await eventually(within: .seconds(50)) {
                    #expect(try await server.ask("GET", "/healthz").status == 200)
                    for connection in slow where !connection.isReadable { connection.trickle() }
                    for connection in slow.filter(\.isReadable) {
                        let answer = RawAnswer(text: try await connection.readToEnd())
                        #expect(answer.statuses == [408])
                        #expect(answer.has("Content-Type: application/problem+json"))
                        slow.removeAll { $0 === connection }
                    }
                    return slow.isEmpty
                }
            }
        }

        /// What has been written goes nowhere: the server does not hold it for ever.
        @Test func readerWithoutProgressIsCut() async throws {
            var configuration = JobServer.Configuration(port: 0)
            configuration.limits.writeTime = .milliseconds(200)
            configuration.connections = 2
            let large = String(repeating: "z", count: 12 << 20)
            try await RunningServer.with(
                configuration,
                agent: { _ in ScriptedAgent(.succeed(Contribution(set: ["artifacts.a": .string(large)]))) }
            ) { server in
                let id = try await server.submit("a")
                _ = try await server.ended(id)
                let reader = try RawConnection(port: server.port, window: 4096)
                await reader.send("GET /v1/jobs/\(id) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                try await eventually { reader.isReadable }
                // The two connections there may be are taken until the reader's ends.
                let third = try RawConnection(port: server.port)
                #expect(try await third.ask("/healthz").hasPrefix("HTTP/1.1 200"))
            }
        }

        @Test func requestsThatFollowEachOtherAreAnsweredInOrder() async throws {
            try await RunningServer.with { server in
                let connection = try RawConnection(port: server.port)
                let paths = ["/healthz", "/v1/jobs", "/nothing", "/readyz"]
                await connection.send(
                    paths.map { "GET \($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined() + "BAD\r\n\r\n")
                #expect(RawAnswer(text: try await connection.readToEnd()).statuses == [200, 200, 404, 200, 400])
            }
        }

        @Test func requestBehindOneThatIsLastIsNotAnswered() async throws {
            for last in [
                "Connection: Close", "Connection: Upgrade\r\nUpgrade: h2c", "Connection: upgrade\r\nUpgrade: websocket",
            ] {
                try await RunningServer.with { server in
                    let connection = try RawConnection(port: server.port)
                    await connection.send(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(last)\r\n\r\n"
                            + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    let answer = RawAnswer(text: try await connection.readToEnd())
                    #expect(answer.statuses == [200], "\(last)")
                    #expect(answer.has("Connection: close"), "\(last)")
                }
            }
        }

        /// A client of HTTP/1.0 reads until the end.
        @Test func oldClientSeesTheEnd() async throws {
            try await RunningServer.with { server in
                let connection = try RawConnection(port: server.port)
                await connection.send("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                #expect(RawAnswer(text: try await connection.readToEnd()).body == "ok\n")
            }
        }

        @Test(arguments: [
            ("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", [200]), ("GET /heal", [400]),
            (post + "Content-Length: 10\r\n\r\nabc", [400]),
            (post + "Transfer-Encoding: chunked\r\n\r\n3\r\nab", [400]),
            ("", []),
        ]) func clientThatEndsItsHalfGetsItsAnswer(request: String, statuses: [Int]) async throws {
            try await RunningServer.with { server in
                let connection = try RawConnection(port: server.port)
                await connection.send(request)
                connection.endSending()
                #expect(RawAnswer(text: try await connection.readToEnd()).statuses == statuses)
            }
        }

        @Test func requestThatIsNotCompleteDoesNotHoldUpTheShutdown() async throws {
            try await RunningServer.with { server in
                let connection = try RawConnection(port: server.port)
                await connection.send(Self.post + "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n")
                #expect(RawAnswer(text: try await connection.readOnce()).status == 100)
                await server.group.triggerGracefulShutdown()
                #expect(RawAnswer(text: try await connection.readToEnd()).statuses == [503])
            }
        }

        /// The answer of a handler that did not read the body is the only one.
        @Test func bodyThatNobodyReadsIsStillBounded() async throws {
            try await RunningServer.with { server in
                let connection = try RawConnection(port: server.port)
                await connection.send("POST /nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
                #expect(RawAnswer(text: try await connection.readOnce()).status == 404)
                await connection.send(
                    String(repeating: "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n", count: 64))
                #expect(try await connection.readToEnd().isEmpty)
            }
        }
    }
#endif
