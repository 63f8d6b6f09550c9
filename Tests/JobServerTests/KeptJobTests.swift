#if Server
    import Coordinator
    import CoordinatorTestKit
    import TestSupport
    import Testing

    private struct DiskFull: Error {}

    /// What is asked of a server whose jobs a store keeps.
    @Suite(.timeLimit(.minutes(2))) struct KeptJobs {
        private static let writer: @Sendable (String) -> any Agent = { name in
            ScriptedAgent(.succeed(Contribution(set: [ContextPath(segments: ["artifacts", name]): "done"])))
        }

        @Test func aJobIsAcceptedOnceItsSubmissionIsKeptAndRefusedWhenItCannotBe() async throws {
            let store = MemoryStore()
            try await RunningServer.with(store: store) { server in
                let id = try await server.submit("a")
                #expect(try await store.job(id) != nil)
                store.answer { throw DiskFull() }
                let refused = try await server.ask("POST", "/v1/jobs", RunningServer.file(["a"]))
                #expect(refused.status == 503)
                #expect(refused.response.header("retry-after") == "30")
            }
        }

        @Test func theResultOfAKeptJobIsWhatItsProcessHadAndHasANameForThoseWhoHaveIt() async throws {
            try await RunningServer.with(store: MemoryStore(), agent: Self.writer) { server in
                let id = try await server.submit("a", "b")
                let shown = try await server.ended(id)
                let answer = try await server.ask("GET", "/v1/jobs/\(id)/result")
                #expect(answer.status == 200, "\(answer.text)")
                let result: JobResult = try answer.json().decoded()
                #expect(result.status == .succeeded)
                #expect(result.agents.map(\.name) == ["a", "b"])
                #expect(result.agents.allSatisfy { $0.attempts.count == 1 && $0.startedAt != nil })
                #expect(result.metrics.job.attempts == 2)
                #expect(result.metrics.job.commits == 2)
                #expect(result.artifacts == ["a": "done", "b": "done"])
                #expect(try answer.json() == shown)
                let tag = try #require(answer.response.header("etag"))
                let again = try await server.ask("GET", "/v1/jobs/\(id)/result", headers: [("If-None-Match", tag)])
                #expect(again.status == 304)
                #expect(again.response.body.isEmpty)
                let other = try await server.ask(
                    "GET", "/v1/jobs/\(id)/result", headers: [("If-None-Match", "\"1\"")])
                #expect(other.status == 200)
            }
        }

        @Test func aJobThatRunsHasNoResultYet() async throws {
            let gate = AsyncGate()
            try await RunningServer.with(store: MemoryStore(), agent: { _ in Self.waiting(gate) }) { server in
                let id = try await server.submit("a")
                try await gate.waitForArrival()
                let answer = try await server.ask("GET", "/v1/jobs/\(id)/result")
                #expect(answer.status == 409)
                #expect(try answer.json()["detail"]?.stringValue?.contains("is running") == true)
                #expect(try await server.ask("GET", "/v1/jobs/none/result").status == 404)
                gate.open()
                _ = try await server.ended(id)
            }
        }

        @Test func theBlackboardIsShownAtEachVersionWholeAndInParts() async throws {
            try await RunningServer.with(store: MemoryStore(), agent: Self.writer) { server in
                let id = try await server.submit("a", "b")
                _ = try await server.ended(id)
                func context(_ query: String) async throws -> RunningServer.Answer {
                    try await server.ask("GET", "/v1/jobs/\(id)/context\(query)")
                }
                let last = try await context("")
                #expect(try last.json()["version"] == 2)
                #expect(try last.json()["context"]?["artifacts"] == ["a": "done", "b": "done"])
                #expect(try await context("?at=0").json()["context"]?["artifacts"] == [:])
                let first = try await context("?at=1&path=artifacts").json()
                #expect(first["context"]?.objectValue?.count == 1)
                #expect(try await context("?path=artifacts.b").json()["context"] == "done")
                #expect(try await context("?path=artifacts.c").status == 404)
                #expect(try await context("?path=artifacts..c").status == 400)
                #expect(try await context("?at=3").status == 404)
                #expect(try await context("?at=-1").status == 400)
                #expect(try await context("?version=1").status == 400)
                let tag = try #require(last.response.header("etag"))
                let again = try await server.ask(
                    "GET", "/v1/jobs/\(id)/context", headers: [("If-None-Match", "\"x\", W/\(tag)")])
                #expect(again.status == 304)
            }
        }

        @Test func aBlackboardBeyondTheLimitIsShownInPartsAlone() async throws {
            try await RunningServer.with(
                limits: .init(contextBytes: 200), store: MemoryStore(),
                agent: { name in
                    ScriptedAgent(
                        .succeed(
                            Contribution(
                                set: [
                                    ContextPath(segments: ["artifacts", name]): .string(
                                        String(repeating: "x", count: name == "large" ? 300 : 3))
                                ])))
                }
            ) { server in
                let id = try await server.submit("large", "small")
                _ = try await server.ended(id)
                let whole = try await server.ask("GET", "/v1/jobs/\(id)/context")
                #expect(whole.status == 422)
                #expect(try whole.json()["detail"]?.stringValue?.contains("path=") == true)
                #expect(try await server.ask("GET", "/v1/jobs/\(id)/context?path=artifacts.small").status == 200)
            }
        }

        @Test func noRowOfTheListIsSkippedOrDoubledWhileJobsArrive() async throws {
            for store in [MemoryStore(), nil] {
                try await RunningServer.with(store: store) { server in
                    var ids: [String] = []
                    for _ in 0..<7 { ids.append(try await server.submit("a")) }
                    for id in ids { _ = try await server.ended(id) }
                    var found: [String] = []
                    var query = "?limit=2&status=succeeded"
                    for _ in 0..<10 {
                        let page = try await server.ask("GET", "/v1/jobs\(query)").json()
                        found += page["jobs"]?.arrayValue?.compactMap { $0["job_id"]?.stringValue } ?? []
                        _ = try await server.ended(try await server.submit("late"))
                        guard let next = page["next"]?.stringValue else { break }
                        query = "?limit=2&status=succeeded&cursor=\(next)"
                    }
                    #expect(found == ids.reversed(), "store: \(store != nil)")
                }
            }
        }

        @Test func theListIsLimitedByWorkflowAndTimeAndACursorOfNobodyIsRefused() async throws {
            for store in [MemoryStore(), nil] {
                try await RunningServer.with(store: store) { server in
                    let first = try await server.submit("a", workflow: "one")
                    _ = try await server.ended(first)
                    let second = try await server.submit("a", workflow: "two")
                    _ = try await server.ended(second)
                    func rows(_ query: String) async throws -> [JSONValue] {
                        try await server.ask("GET", "/v1/jobs\(query)").json()["jobs"]?.arrayValue ?? []
                    }
                    #expect(try await rows("?workflow=one").map { $0["job_id"] } == [.string(first)])
                    let row = try #require(try await rows("?workflow=two").first)
                    #expect(row["started_at"]?.stringValue != nil && row["ended_at"]?.stringValue != nil)
                    #expect(row["resumptions"] == 0)
                    let since = try #require(row["submitted_at"]?.stringValue)
                    #expect(try await rows("?since=\(since)").map { $0["job_id"] } == [.string(second)])
                    for query in ["?since=yesterday", "?limit=1001", "?limit=1&limit=2", "?statuss=failed"] {
                        #expect(try await server.ask("GET", "/v1/jobs\(query)").status == 400, "\(query)")
                    }
                    #expect(try await server.ask("GET", "/v1/jobs?cursor=x").status == 400, "\(store != nil)")
                }
            }
        }

        @Test func aServerIsReadyWhileItsStoreAnswers() async throws {
            let store = MemoryStore()
            let clock = ManualClock()
            try await RunningServer.with(clock: clock, store: store) { (server: RunningServer) async throws -> Void in
                #expect(try await server.ask("GET", "/readyz").status == 200)
                store.answer { throw DiskFull() }
                #expect(try await server.ask("GET", "/readyz").status == 503)
                #expect(try await server.ask("GET", "/healthz").status == 200)
                let gate = AsyncGate()
                store.answer { await gate.wait() }
                async let silent = server.ask("GET", "/readyz")
                await clock.waitForSleeper(until: .seconds(2))
                clock.advance(by: .seconds(2))
                #expect(try await silent.status == 503)
                gate.open()
                store.answer(after: nil)
                #expect(try await server.ask("GET", "/readyz").status == 200)
            }
        }

        @Test func asManyJournalsAreReadAtOnceAsMayBeAndFurtherRequestsAreToldToComeAgain() async throws {
            let store = MemoryStore()
            try await RunningServer.with(limits: .init(journalReaders: 1), store: store, agent: Self.writer) { server in
                let id = try await server.submit("a")
                _ = try await server.ended(id)
                let gate = AsyncGate()
                store.answer { await gate.wait() }
                async let first = server.ask("GET", "/v1/jobs/\(id)")
                try await gate.waitForArrival()
                store.answer(after: nil)
                let second = try await server.ask("GET", "/v1/jobs/\(id)")
                #expect(second.status == 503)
                #expect(second.response.header("retry-after") == "1")
                gate.open()
                #expect(try await first.status == 200)
            }
        }

        @Test func aServerWithoutAStoreSaysHowToGetOne() async throws {
            try await RunningServer.with { server in
                let id = try await server.submit("a")
                _ = try await server.ended(id)
                for (method, path) in [("GET", "context"), ("POST", "resume")] {
                    let answer = try await server.ask(method, "/v1/jobs/\(id)/\(path)")
                    #expect(answer.status == 501)
                    #expect(try answer.json()["detail"]?.stringValue?.contains("--store FILE") == true)
                }
                #expect(try await server.ask("GET", "/v1/jobs/\(id)/result").status == 200)
            }
        }

        static func waiting(_ gate: AsyncGate) -> ScriptedAgent {
            ScriptedAgent(
                .run { _, _ in
                    await gate.wait()
                    return Contribution()
                })
        }
    }
#endif
