#if Server
    import Coordinator
    import JobServer
    import TestSupport
    import Testing

    /// What people say by HTTP of calls of tools.
    @Suite(.timeLimit(.minutes(2))) struct CallAnswers {
        private static let token = "0123456789abcdef"
        private static let bearer = [("Authorization", "Bearer \(token)")]

        /// A server with a job whose one agent asks about a call.
        private static func withQuestion(_ body: (RunningServer, String) async throws -> Void) async throws {
            let configuration = JobServer.Configuration(port: 0, token: BearerToken(token, name: "ann"))
            try await RunningServer.with(
                configuration, store: MemoryStore(),
                agent: { _ in
                    ClosureAgent { _, attempt in
                        if let decision = attempt.resumption?.decision {
                            guard decision.choice == "approve", decision.call == "1.1" else {
                                throw CancellationError()
                            }
                            return Contribution()
                        }
                        let request = ApprovalRequest(
                            question: "May tickets.close be called?",
                            shown: ["tool": "tickets.close", "arguments": ["title": "one"]], call: "1.1")
                        throw try Suspension(asking: request)
                    }
                }
            ) { server in
                let answer = try await server.ask("POST", "/v1/jobs", RunningServer.file(["clerk"]), headers: bearer)
                try #require(answer.status == 202, "\(answer.text)")
                let id = try #require(try answer.json()["job_id"]?.stringValue)
                try await eventually {
                    try await server.ask("GET", "/v1/approvals", headers: bearer).json()["total"] == 1
                }
                try await body(server, id)
            }
        }

        @Test func questionAboutACallIsListedAndAnsweredByItsName() async throws {
            try await Self.withQuestion { server, id in
                let list = try await server.ask("GET", "/v1/approvals", headers: Self.bearer).json()
                let waiting = try #require(list["approvals"]?.arrayValue?.first)
                #expect(waiting["kind"] == "approval" && waiting["call"] == "1.1")
                #expect(waiting["shown"]?["arguments"]?["title"] == "one")
                let path = try #require(waiting["answer"]?.stringValue)
                let other = try await server.ask(
                    "POST", path, "{\"choice\": \"approve\", \"call\": \"2.1\"}", headers: Self.bearer)
                #expect(other.status == 409 && other.text.contains("call '1.1' is asked about"), "\(other.text)")
                let answer = try await server.ask(
                    "POST", path, "{\"choice\": \"approve\", \"call\": \"1.1\"}", headers: Self.bearer)
                #expect(answer.status == 202, "\(answer.text)")
                try await eventually {
                    try await server.ask("GET", "/v1/jobs/\(id)", headers: Self.bearer).json()["status"] == "succeeded"
                }
            }
        }

        @Test(arguments: [
            ("{\"resolution\": \"retry\", \"call\": \"9.9\"}", 409, "call '9.9'"),
            ("{\"resolution\": \"failed\", \"call\": \"1.1\", \"result\": 1}", 422, "member 'result'"),
            ("{\"resolution\": \"succeeded\", \"call\": \"1.1\", \"contribution\": {}}", 422, "member 'result'"),
            ("{\"resolution\": \"succeeded\", \"result\": 1}", 422, "name the call"),
            ("{\"resolution\": \"retry\", \"call\": 1}", 422, "text"),
        ])
        func whatIsSaidOfNoCallInDoubtIsRefused(body: String, status: Int, words: String) async throws {
            try await Self.withQuestion { server, id in
                let answer = try await server.ask("POST", "/v1/jobs/\(id)/resolve/clerk", body, headers: Self.bearer)
                #expect(answer.status == status && answer.text.contains(words), "\(answer.text)")
                #expect(try await server.ask("POST", "/v1/jobs/\(id)/cancel", headers: Self.bearer).status == 202)
            }
        }
    }
#endif
