#if Server
    import JobServer
    import Testing

    /// Who is answered, and what is at the other paths.
    @Suite(.timeLimit(.minutes(2))) struct Access {
        private static let secret = "0123456789abcdef0123456789abcdef"

        @Test func everyPathButHealthRequiresTheToken() async throws {
            let token = try #require(BearerToken(Self.secret))
            try await RunningServer.with(.init(port: 0, token: token)) { server in
                for path in ["/v1/jobs", "/v1/agents", "/metrics", "/nothing"] {
                    let none = try await server.ask("GET", path)
                    #expect(none.status == 401, "\(path)")
                    #expect(none.response.header("www-authenticate") == "Bearer")
                    for header in ["Bearer \(Self.secret)x", "Bearer 0", "Basic \(Self.secret)", Self.secret] {
                        let wrong = try await server.ask("GET", path, headers: [("Authorization", header)])
                        #expect(wrong.status == 401)
                        #expect(wrong.response.header("www-authenticate") == "Bearer error=\"invalid_token\"")
                    }
                }
                for header in ["Bearer \(Self.secret)", "bearer \(Self.secret)"] {
                    #expect(try await server.ask("GET", "/v1/jobs", headers: [("Authorization", header)]).status == 200)
                }
                #expect(try await server.ask("GET", "/healthz").status == 200)
                #expect(try await server.ask("GET", "/readyz").status == 200)
            }
        }

        @Test func tokenHasAMinimumLengthAndIsNeverPrinted() {
            #expect(BearerToken("short") == nil)
            #expect(BearerToken(String(repeating: "x", count: BearerToken.minimumLength - 1)) == nil)
            #expect(BearerToken("0123456789abcdef 0123") == nil)
            #expect(BearerToken(String(repeating: "x", count: BearerToken.maximumLength)) != nil)
            #expect(BearerToken(String(repeating: "x", count: BearerToken.maximumLength + 1)) == nil)
            let token = BearerToken(Self.secret)
            #expect(token != nil)
            for text in ["\(token as Any)", String(reflecting: token), "\(JobServer.Configuration(token: token))"] {
                #expect(!text.contains("0123"), "\(text)")
            }
        }

        /// A page in the reader's browser must not run jobs on the reader's machine.
        @Test func requestsFromOtherOriginsAndHostsAreRefused() async throws {
            try await RunningServer.with { server in
                let own = "http://127.0.0.1:\(server.port)"
                for (header, value, status) in [
                    ("Origin", "http://evil.example", 403), ("Origin", "null", 403), ("Origin", own, 200),
                    ("Host", "evil.example", 421), ("Host", "127.0.0.1.evil.example", 421), ("Host", "localhost", 200),
                    ("Host", "[::1]:80", 200),
                ] {
                    let answer = try await server.ask("GET", "/v1/jobs", headers: [(header, value)])
                    #expect(answer.status == status, "\(header): \(value)")
                }
            }
        }

        @Test func unknownPathsAndMethodsAreProblemDocuments() async throws {
            try await RunningServer.with { server in
                let unknown = try await server.ask("GET", "/v2/jobs")
                #expect(unknown.status == 404)
                #expect(unknown.response.header("content-type") == "application/problem+json")
                let wrong = try await server.ask("DELETE", "/v1/jobs")
                #expect(wrong.status == 405)
                #expect(wrong.response.header("allow") == "GET, POST")
                #expect(try await server.ask("PUT", "/v1/jobs/x/cancel").response.header("allow") == "POST")
            }
        }

        @Test func metricsFollowTheAcceptHeader() async throws {
            try await RunningServer.with { server in
                let text = try await server.ask("GET", "/metrics")
                #expect(text.response.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
                let open = try await server.ask(
                    "GET", "/metrics", headers: [("Accept", "application/openmetrics-text; version=1.0.0")])
                #expect(
                    open.response.header("content-type") == "application/openmetrics-text; version=1.0.0; charset=utf-8"
                )
                #expect(open.text == "# EOF\n")
            }
        }

        @Test func agentsAreListed() async throws {
            try await RunningServer.with { server in
                let agents = try await server.ask("GET", "/v1/agents").json()
                #expect(agents["schema_version"] == 1)
                #expect(
                    agents["agents"] == [
                        [
                            "name": "collector", "version": "1", "description": "d", "capabilities": [],
                            "source": "shipped",
                        ]
                    ])
            }
        }
    }
#endif
