import Support

#if Server
    import JobServer
    import Support
    import Testing

    /// What bounds the connections of a server.
    @Suite(.timeLimit(.minutes(2))) struct Connections {
        /// Connections beyond the limit wait until another one ends.
        @Test func connectionsBeyondTheLimitWait() async throws {
            var configuration = JobServer.Configuration(port: 0)
            configuration.connections = 1
            try await RunningServer.with(configuration) { server in
                let first = try RawConnection(port: server.port)
                #expect(try await first.ask("/healthz").hasPrefix("HTTP/1.1 200"))
                let isServed = Locked(false)
                let second = Task.detached {  // must run beside this test, which blocks its thread in `ask`
                    let answer = try await server.ask("GET", "/healthz")
                    isServed.withLock { $0 = true }
                    return answer.status
                }
                for _ in 0..<500 { _ = try await first.ask("/healthz") }
                #expect(!isServed.withLock { $0 })
                first.end()
                #expect(try await second.value == 200)
            }
        }

        /// Who says nothing is not waited for: the server closes, which the client reads as the end.
        @Test func idleConnectionIsClosed() async throws {
            var configuration = JobServer.Configuration(port: 0)
            configuration.limits.idleTime = .milliseconds(50)
            try await RunningServer.with(configuration) { server in
                let silent = try RawConnection(port: server.port)
                #expect(try await silent.readToEnd().isEmpty)
            }
        }
    }
#endif
