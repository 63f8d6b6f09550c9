#if Server
    import Coordinator
    import CoordinatorTestKit
    import JobServer
    import TestSupport
    import Testing

    /// `/v1/jobs` from a client's side.
    @Suite(.timeLimit(.minutes(2))) struct JobRoutes {
        @Test func submittedJobRunsAndReturnsItsResult() async throws {
            try await RunningServer.with(agent: { name in
                ScriptedAgent(.succeed(Contribution(set: [ContextPath(segments: ["artifacts", name]): "done"])))
            }) { server in
                let answer = try await server.ask(
                    "POST", "/v1/jobs", RunningServer.file(["a", "b"], workflow: "review"))
                #expect(answer.status == 202)
                #expect(answer.response.header("content-type") == "application/json")
                let submitted = try answer.json()
                let id = try #require(submitted["job_id"]?.stringValue)
                #expect(answer.response.header("location") == "/v1/jobs/\(id)")
                #expect(submitted["schema_version"] == 1)
                #expect(submitted["workflow"] == "review")
                #expect(submitted["agents"] == ["a", "b"])
                let result = try await server.ended(id)
                #expect(result["status"] == "succeeded")
                #expect(result["job_id"] == .string(id))
                #expect(result["artifacts"] == ["a": "done", "b": "done"])
                // The document is the one that `coordinator run` writes.
                let decoded: JobResult = try result.decoded()
                #expect(decoded.agents.map(\.outcome) == [.succeeded, .succeeded])
            }
        }

        @Test func runningJobShowsThePhasesOfItsAgents() async throws {
            let gate = AsyncGate()
            try await RunningServer.with(agent: { name in
                ScriptedAgent(
                    .run { _, attempt in
                        attempt.heartbeat()
                        if name == "slow" { await gate.wait() }
                        return Contribution()
                    })
            }) { server in
                let id = try await server.submit("slow")
                try await gate.waitForArrival()
                let running = try await server.ask("GET", "/v1/jobs/\(id)").json()
                #expect(running["status"] == "running")
                #expect(running["schema_version"] == 1)
                guard case .array(let agents)? = running["agents"] else {
                    Issue.record("no agents in \(running)")
                    return
                }
                #expect(agents.map { $0["name"] } == ["slow"])
                #expect(agents.map { $0["phase"] } == ["running"])
                #expect(running["metrics"]?["job"]?["max_parallel"] == 1)
                gate.open()
                #expect(try await server.ended(id)["status"] == "succeeded")
            }
        }

        @Test func everyMistakeOfAJobFileIsReturnedWithItsLocation() async throws {
            try await RunningServer.with { server in
                let answer = try await server.ask(
                    "POST", "/v1/jobs", "workflow: x\nagents:\n  - name: a\n    uses: collectr\n    timout: 3s\n")
                #expect(answer.status == 422)
                #expect(answer.response.header("content-type") == "application/problem+json")
                let problem = try answer.json()
                #expect(problem["status"] == 422)
                guard case .array(let errors)? = problem["errors"] else {
                    Issue.record("no errors in \(problem)")
                    return
                }
                #expect(errors.map { $0["line"] } == [4, 5])
                #expect(errors.map { $0["suggestion"] } == ["collector", "timeout"])
                #expect(try await server.ask("GET", "/v1/jobs").json()["jobs"] == [])
            }
        }

        @Test(arguments: ["", "[1, 2]", "\u{0}", "workflow: [", "{\"workflow\": \"x\"}"])
        func invalidJobFileIsAProblemDocument(body: String) async throws {
            try await RunningServer.with { server in
                let answer = try await server.ask("POST", "/v1/jobs", body)
                #expect(answer.status == 422)
                #expect(try answer.json()["errors"] != nil)
            }
        }

        @Test func bodyBeyondTheLimitIsRefused() async throws {
            var configuration = JobServer.Configuration(port: 0)
            configuration.jobFiles.bytes = 1000
            try await RunningServer.with(configuration) { server in
                let file = RunningServer.file(["a"])
                let fits = file + "#" + String(repeating: "x", count: 999 - file.utf8.count)
                #expect(try await server.ask("POST", "/v1/jobs", fits).status == 202)
                let answer = try await server.ask("POST", "/v1/jobs", fits + "xx")
                #expect(answer.status == 413)
                #expect(try answer.json()["detail"]?.stringValue?.contains("1000 bytes") == true)
            }
        }

        @Test func jobsBeyondTheActiveLimitAreRefused() async throws {
            let gate = AsyncGate()
            try await RunningServer.with(
                limits: .init(activeJobs: 2),
                agent: { _ in
                    ScriptedAgent(
                        .run { _, _ in
                            await gate.wait()
                            return Contribution()
                        })
                }
            ) { server in
                let ids = [try await server.submit("a"), try await server.submit("b")]
                let refused = try await server.ask("POST", "/v1/jobs", RunningServer.file(["c"]))
                #expect(refused.status == 503)
                #expect(refused.response.header("retry-after") == "5")
                gate.open()
                for id in ids { _ = try await server.ended(id) }
                #expect(try await server.ask("POST", "/v1/jobs", RunningServer.file(["c"])).status == 202)
            }
        }

        @Test func listsAreFilteredAndNewestFirst() async throws {
            try await RunningServer.with(agent: { name in
                name == "bad"
                    ? ScriptedAgent(.fail(AgentError(.permanent, "no"))) : ScriptedAgent(.succeed(Contribution()))
            }) { server in
                let good = try await server.submit("good")
                _ = try await server.ended(good)
                let mixed = try await server.submit("good", "bad")
                _ = try await server.ended(mixed)
                func ids(_ query: String) async throws -> [String] {
                    guard case .array(let jobs)? = try await server.ask("GET", "/v1/jobs\(query)").json()["jobs"] else {
                        return ["none"]
                    }
                    return jobs.compactMap { $0["job_id"]?.stringValue }
                }
                #expect(try await ids("") == [mixed, good])
                #expect(try await ids("?agent=bad") == [mixed])
                #expect(try await ids("?status=partial") == [mixed])
                #expect(try await ids("?status=succeeded&agent=good") == [good])
                #expect(try await ids("?status=failed") == [])
                #expect(try await ids("?limit=1") == [mixed])
                for query in ["?status=done", "?limit=0", "?limit=x", "?state=failed"] {
                    let answer = try await server.ask("GET", "/v1/jobs\(query)")
                    #expect(answer.status == 400, "\(query)")
                }
            }
        }

        @Test func jobListHasAHundredEntriesByDefault() async throws {
            try await RunningServer.with { server in
                for _ in 0..<101 { _ = try await server.ended(try await server.submit("a")) }
                func count(_ query: String) async throws -> Int {
                    guard case .array(let jobs)? = try await server.ask("GET", "/v1/jobs\(query)").json()["jobs"] else {
                        return -1
                    }
                    return jobs.count
                }
                #expect(try await count("") == 100)
                #expect(try await count("?limit=200") == 101)
            }
        }

        @Test func onlyARunningJobCanBeCancelled() async throws {
            try await RunningServer.with(agent: { _ in ScriptedAgent(.hang) }) { server in
                let id = try await server.submit("a")
                let answer = try await server.ask("POST", "/v1/jobs/\(id)/cancel")
                #expect(answer.status == 202)
                #expect(try await server.ended(id)["status"] == "cancelled")
                let again = try await server.ask("POST", "/v1/jobs/\(id)/cancel")
                #expect(again.status == 409)
                #expect(try again.json()["detail"]?.stringValue?.contains("cancelled") == true)
                #expect(try await server.ask("POST", "/v1/jobs/none/cancel").status == 404)
            }
        }

        @Test func oldestFinishedJobsAreEvicted() async throws {
            try await RunningServer.with(limits: .init(keptJobs: 2)) { server in
                var ids: [String] = []
                for _ in 0..<3 {
                    ids.append(try await server.submit("a"))
                    _ = try await server.ended(ids[ids.count - 1])
                }
                #expect(try await server.ask("GET", "/v1/jobs/\(ids[0])").status == 404)
                #expect(try await server.ask("GET", "/v1/jobs/\(ids[1])").status == 200)
                #expect(try await server.ask("GET", "/v1/jobs/\(ids[2])").status == 200)
            }
        }

        /// Jobs of different files keep to one limit, and may not disagree on it.
        @Test func resourcesAreSharedByName() async throws {
            func file(_ concurrency: Int) -> String {
                """
                workflow: w
                resources: {model: {concurrency: \(concurrency)}}
                agents: [{name: a, uses: collector, resource: model}]
                """
            }
            try await RunningServer.with { server in
                #expect(try await server.ask("POST", "/v1/jobs", file(2)).status == 202)
                #expect(try await server.ask("POST", "/v1/jobs", file(2)).status == 202)
                let refused = try await server.ask("POST", "/v1/jobs", file(3))
                #expect(refused.status == 422)
                let mistake = try refused.json()["errors"]?.arrayValue?.first
                #expect(mistake?["path"] == "resources.model" && mistake?["line"] == 2)
                #expect(mistake?["message"]?.stringValue?.contains("{concurrency: 2}") == true)
            }
        }
    }
#endif
