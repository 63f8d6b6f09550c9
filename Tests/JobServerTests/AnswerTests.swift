#if Server
    import Coordinator
    import CoordinatorTestKit
    import JobServer
    import TestSupport
    import Testing

    /// What people tell jobs by HTTP.
    @Suite(.timeLimit(.minutes(2))) struct Answers {
        private static let token = "0123456789abcdef"
        private static let bearer = [("Authorization", "Bearer \(token)")]

        private static func withApproval(
            store: (any JobStore)? = MemoryStore(), _ body: (RunningServer, String) async throws -> Void
        ) async throws {
            let configuration = JobServer.Configuration(port: 0, token: BearerToken(token, name: "ann"))
            try await RunningServer.with(
                configuration, store: store,
                agent: { name in
                    if name == "release" { return ApprovalAgent("May it go?", show: ["task.description"]) }
                    return ScriptedAgent(.succeed(Contribution()))
                }
            ) { server in
                let answer = try await server.ask(
                    "POST", "/v1/jobs", RunningServer.file(["release", "other"]), headers: bearer)
                try #require(answer.status == 202, "\(answer.text)")
                let id = try #require(try answer.json()["job_id"]?.stringValue)
                try await eventually {
                    try await server.ask("GET", "/v1/approvals", headers: bearer).json()["total"] == 1
                }
                try await body(server, id)
            }
        }

        @Test func anApprovalIsAnsweredOnceUnderTheNameOfTheToken() async throws {
            try await Self.withApproval { server, id in
                let list = try await server.ask("GET", "/v1/approvals", headers: Self.bearer).json()
                let waiting = try #require(list["approvals"]?.arrayValue?.first)
                #expect(waiting["job_id"] == .string(id))
                #expect(waiting["kind"] == "approval")
                #expect(waiting["question"] == "May it go?")
                #expect(waiting["choices"] == ["approve", "reject"])
                let path = try #require(waiting["answer"]?.stringValue)
                #expect(path == "/v1/jobs/\(id)/approvals/release")
                let digest = try #require(waiting["digest"]?.stringValue)
                let answer = try await server.ask(
                    "POST", path, "{\"choice\": \"approve\", \"remark\": \"it is fine\", \"digest\": \"\(digest)\"}",
                    headers: Self.bearer)
                #expect(answer.status == 202, "\(answer.text)")
                let again = try await server.ask("POST", path, "{\"choice\": \"reject\"}", headers: Self.bearer)
                #expect(again.status == 409)
                #expect(try again.json()["detail"]?.stringValue?.contains("ann") == true, "\(again.text)")
                try await eventually {
                    try await server.ask("GET", "/v1/jobs/\(id)", headers: Self.bearer).json()["status"] == "succeeded"
                }
                let decisions = try await server.ask(
                    "GET", "/v1/jobs/\(id)/context?path=decisions", headers: Self.bearer
                ).json()["context"]?.arrayValue
                #expect(decisions?.count == 1)
                #expect(decisions?.first?["by"] == "ann")
                #expect(decisions?.first?["choice"] == "approve")
                #expect(decisions?.first?["remark"] == "it is fine")
            }
        }

        @Test(arguments: [
            ("{\"choice\": \"aprove\"}", 422, "did you mean 'approve'"),
            ("{\"choice\": \"approve\", \"digest\": \"sha256:00\"}", 409, "shown"),
            ("{\"chioce\": \"approve\"}", 422, "did you mean 'choice'"),
            ("{\"choice\": 3}", 422, "text"), ("{}", 422, "choice"), ("", 422, "choice"), ("[]", 400, "object"),
            ("{\"choice\"", 400, "line 1"), ("{\"choice\": \"approve\", \"item\": -1}", 422, "from 0"),
            ("{\"choice\": \"approve\", \"by\": \"the boss\"}", 422, "unknown member 'by'"),
        ])
        func anAnswerThatIsNoneIsRefusedAndTheApprovalWaitsOn(
            body: String, status: Int, word: String
        ) async throws {
            try await Self.withApproval { server, id in
                let answer = try await server.ask(
                    "POST", "/v1/jobs/\(id)/approvals/release", body, headers: Self.bearer)
                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.text.contains(word), "\(answer.text)")
                #expect(answer.response.header("content-type") == "application/problem+json")
                #expect(try await server.ask("GET", "/v1/approvals", headers: Self.bearer).json()["total"] == 1)
            }
        }

        @Test func answersToNobodyAreRefusedWithWhatThereIs() async throws {
            try await Self.withApproval { server, id in
                func answer(_ path: String) async throws -> RunningServer.Answer {
                    try await server.ask("POST", "/v1/jobs/\(path)", "{\"choice\": \"approve\"}", headers: Self.bearer)
                }
                let misspelt = try await answer("\(id)/approvals/relaese")
                #expect(misspelt.status == 404)
                #expect(misspelt.text.contains("did you mean 'release'"))
                #expect(try await answer("\(id)/approvals/other").status == 409)
                #expect(try await answer("none/approvals/release").status == 404)
                #expect(try await answer("\(id)/approvals/rel%zz").status == 400)
                #expect(try await answer("\(id)/approvals/rele%61se").status == 202)
            }
        }

        @Test func aSignalIsKeptAndAnswersTheApprovalOfItsName() async throws {
            try await Self.withApproval { server, id in
                func signal(_ name: String, _ value: String) async throws -> RunningServer.Answer {
                    try await server.ask("POST", "/v1/jobs/\(id)/signals/\(name)", value, headers: Self.bearer)
                }
                #expect(try await signal("freeze", "{\"until\": \"tomorrow\"}").status == 202)
                let kept = try await server.ask(
                    "GET", "/v1/jobs/\(id)/context?path=signals.freeze", headers: Self.bearer)
                #expect(try kept.json()["context"] == ["until": "tomorrow"])
                #expect(try await signal("no%20name", "1").status == 422)
                #expect(try await signal("freeze", "{").status == 400)
                #expect(try await signal("release", "\"approve\"").status == 202)
                try await eventually {
                    try await server.ask("GET", "/v1/jobs/\(id)", headers: Self.bearer).json()["status"] == "succeeded"
                }
                #expect(try await signal("freeze", "1").status == 409)
            }
        }

        @Test func nobodyWithoutANameDecidesAnything() async throws {
            try await RunningServer.with(agent: { _ in ApprovalAgent("May it go?") }) { server in
                let id = try await server.submit("release")
                try await eventually { try await server.ask("GET", "/v1/approvals").json()["total"] == 1 }
                for (path, body) in [
                    ("approvals/release", "{\"choice\": \"approve\"}"), ("signals/release", "\"approve\""),
                    ("resolve/release", "{\"resolution\": \"failed\"}"),
                ] {
                    let answer = try await server.ask("POST", "/v1/jobs/\(id)/\(path)", body)
                    #expect(answer.status == 403)
                    #expect(answer.text.contains("--token-file"))
                }
                #expect(try await server.ask("GET", "/v1/approvals").json()["total"] == 1)
                #expect(try await server.ask("POST", "/v1/jobs/\(id)/cancel").status == 202)
            }
        }

        @Test func everyRouteButThoseOfProbesWantsTheToken() async throws {
            try await Self.withApproval { server, id in
                let routes: [(String, String)] = [
                    ("GET", "/v1/jobs"), ("POST", "/v1/jobs"), ("GET", "/v1/jobs/\(id)"),
                    ("GET", "/v1/jobs/\(id)/result"), ("GET", "/v1/jobs/\(id)/context"),
                    ("POST", "/v1/jobs/\(id)/cancel"), ("POST", "/v1/jobs/\(id)/resume"),
                    ("POST", "/v1/jobs/\(id)/signals/x"), ("POST", "/v1/jobs/\(id)/approvals/release"),
                    ("POST", "/v1/jobs/\(id)/resolve/release"), ("GET", "/v1/approvals"), ("GET", "/v1/agents"),
                    ("GET", "/metrics"), ("GET", "/nothing"),
                ]
                let wrong = [("Authorization", "Bearer 0123456789abcdeF")]
                for (method, path) in routes {
                    let without = try await server.ask(method, path, "{}")
                    #expect(without.status == 401, "\(method) \(path)")
                    let answer = try await server.ask(method, path, "{}", headers: wrong)
                    #expect(answer.status == 401, "\(method) \(path)")
                }
                #expect(try await server.ask("GET", "/healthz").status == 200)
            }
        }

        @Test func aListOfWhatWaitsIsBoundedOldestFirstAndSaysHowManyThereAre() async throws {
            try await RunningServer.with(
                limits: .init(drainTime: .zero), agent: { _ in ApprovalAgent("May it go?") }
            ) { server in
                let ids = [try await server.submit("a"), try await server.submit("b"), try await server.submit("c")]
                try await eventually { try await server.ask("GET", "/v1/approvals").json()["total"] == 3 }
                let list = try await server.ask("GET", "/v1/approvals?limit=2").json()
                #expect(list["total"] == 3)
                let shown = list["approvals"]?.arrayValue ?? []
                #expect(shown.count == 2)
                let since = shown.compactMap { $0["since"]?.stringValue }
                #expect(since == since.sorted())
                #expect(shown.allSatisfy { ids.contains($0["job_id"]?.stringValue ?? "") })
                #expect(try await server.ask("GET", "/v1/approvals?limit=0").status == 400)
            }
        }

        @Test func jobsThatOnlyWaitTakeNoSlotOfThoseThatRun() async throws {
            try await RunningServer.with(
                limits: .init(activeJobs: 1, waitingJobs: 1, drainTime: .zero),
                agent: { _ in ApprovalAgent("May it go?") }
            ) { server in
                _ = try await server.submit("a")
                try await eventually { try await server.ask("GET", "/v1/approvals").json()["total"] == 1 }
                _ = try await server.submit("b")
                try await eventually { try await server.ask("GET", "/v1/approvals").json()["total"] == 2 }
                #expect(try await server.ask("POST", "/v1/jobs", RunningServer.file(["c"])).status == 503)
            }
        }
    }
#endif
