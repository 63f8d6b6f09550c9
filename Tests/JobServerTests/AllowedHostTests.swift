#if Server
    import JobServer
    import Testing

    /// The names by which a server is asked.
    @Suite(.timeLimit(.minutes(2))) struct AllowedHostNames {
        private static let token = BearerToken("0123456789abcdef0123456789abcdef")

        private func expect(_ configuration: JobServer.Configuration, _ hosts: [(name: String, status: Int)])
            async throws
        {
            try await RunningServer.with(configuration) { server in
                for (name, status) in hosts {
                    let connection = try RawConnection(port: server.port)
                    await connection.send("GET /healthz HTTP/1.1\r\nHost: \(name)\r\n\r\n")
                    #expect(RawAnswer(text: try await connection.readOnce()).status == status, "\(name)")
                }
            }
        }

        /// A token does not make a foreign name ours.
        @Test func loopbackServerAnswersToThisMachinesNamesOnly() async throws {
            for token in [nil, Self.token] {
                try await expect(
                    .init(port: 0, token: token),
                    [
                        ("localhost", 200), ("LOCALHOST:1", 200), ("localhost:", 200), ("127.0.0.1:8080", 200),
                        ("127.1.2.3", 200), ("[::1]", 200), ("[::1]:8080", 200), ("evil.example", 421),
                        ("localhost.evil.example", 421), ("10.0.0.1", 421), ("[::2]", 421), ("127.0.0.1.example", 421),
                    ])
            }
        }

        @Test func operatorAddsNames() async throws {
            try await expect(
                .init(port: 0, allowedHosts: ["Jobs.example"]),
                [("jobs.example", 200), ("JOBS.EXAMPLE:443", 200), ("localhost", 200), ("evil.example", 421)])
        }

        /// Off loopback a token is required; probes ask by address.
        @Test func serverForOtherMachinesAnswersToGivenNamesAndToAddresses() async throws {
            try await expect(
                .init(host: "0.0.0.0", port: 0, token: Self.token), [("jobs.example", 200), ("10.0.0.1:80", 200)])
            try await expect(
                .init(host: "0.0.0.0", port: 0, token: Self.token, allowedHosts: ["jobs.example"]),
                [("jobs.example", 200), ("10.0.0.1:80", 200), ("[fe80::1]", 200), ("evil.example", 421)])
        }
    }
#endif
