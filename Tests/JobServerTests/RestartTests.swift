#if Server
    import Coordinator
    import CoordinatorTestKit
    import Support
    import TestSupport
    import Testing

    /// What becomes of kept jobs when their server ends and is started again.
    @Suite(.timeLimit(.minutes(2))) struct Restarts {
        /// A job that was given up by a server that ended.
        private static func interrupted(in store: MemoryStore) async throws -> String {
            let gate = AsyncGate()
            let job = Locked("")
            try await RunningServer.with(
                limits: .init(drainTime: .zero), store: store, agent: { _ in KeptJobs.waiting(gate) }
            ) { server in
                let id = try await server.submit("a")
                try await gate.waitForArrival()
                job.withLock { $0 = id }
            }
            gate.open()
            return job.withLock { $0 }
        }

        @Test func jobsThatHadNotEndedGoOnWhenTheServerIsStartedAgain() async throws {
            let store = MemoryStore()
            let id = try await Self.interrupted(in: store)
            #expect(try await store.summary(of: id)?.status(isOwned: false) == .interrupted)
            try await RunningServer.with(store: store) { server in
                try await eventually {
                    try await server.ask("GET", "/v1/jobs/\(id)").json()["status"] == "succeeded"
                }
                let row = try await server.ask("GET", "/v1/jobs").json()["jobs"]?.arrayValue?.first
                #expect(row?["resumptions"] == 1)
            }
        }

        @Test func aDrainInterruptsWhatAStoreKeepsAtOnceWhereItOnlyWaits() async throws {
            let store = MemoryStore()
            let clock = ManualClock()
            let arrived = AsyncGate()
            let ids = Locked<[String]>([])
            try await RunningServer.with(
                limits: .init(drainTime: .seconds(20)), clock: clock, store: store,
                agent: { name in
                    if name == "release" { return ApprovalAgent("May it go?") }
                    return KeptJobs.waiting(arrived)
                }
            ) { server in
                let waiting = try await server.submit("release")
                let running = try await server.submit("slow")
                try await arrived.waitForArrival()
                try await eventually { try await server.ask("GET", "/v1/approvals").json()["total"] == 1 }
                await server.group.triggerGracefulShutdown()
                try await eventually { server.jobs.record(waiting) == nil }
                #expect(server.jobs.record(running) != nil)
                await clock.waitForSleeper(until: .seconds(20))
                clock.advance(by: .seconds(20))
                try await eventually { server.jobs.record(running) == nil }
                ids.withLock { $0 = [waiting, running] }
            }
            arrived.open()
            let statuses = try await store.jobs(JobQuery()).jobs.map { $0.status(isOwned: false) }
            #expect(statuses == [.interrupted, .waiting])
        }

        @Test func aJobThatIsMadeOfOtherThingsStaysUntilSomebodyAcceptsThat() async throws {
            let store = MemoryStore()
            let id = try await Self.interrupted(in: store)
            try await RunningServer.with(store: store, changes: ["the model is another one"]) { server in
                func resume(_ body: String = "") async throws -> RunningServer.Answer {
                    try await server.ask("POST", "/v1/jobs/\(id)/resume", body)
                }
                #expect(try await server.ask("GET", "/v1/jobs/\(id)").json()["status"] == "interrupted")
                try await eventually {
                    let refused = try await resume()
                    return refused.status == 409 && refused.text.contains("the model is another one")
                }
                #expect(try await resume("{\"accept_change\": true}").status == 422)
                #expect(try await resume("{\"accept_changes\": 1}").status == 422)
                let accepted = try await resume("{\"accept_changes\": true}")
                #expect(accepted.status == 202, "\(accepted.text)")
                try await eventually {
                    try await server.ask("GET", "/v1/jobs/\(id)").json()["status"] == "succeeded"
                }
                let again = try await resume("{\"accept_changes\": true}")
                #expect(again.status == 409)
                #expect(again.text.contains("has ended"))
                #expect(try await server.ask("POST", "/v1/jobs/none/resume").status == 404)
            }
        }

        @Test func aJobThatNobodyRunsCanBeCancelled() async throws {
            let store = MemoryStore()
            let id = try await Self.interrupted(in: store)
            try await RunningServer.with(store: store, changes: ["the model is another one"]) { server in
                let answer = try await server.ask("POST", "/v1/jobs/\(id)/cancel", "{\"reason\": \"not needed\"}")
                #expect(answer.status == 202, "\(answer.text)")
                try await eventually {
                    try await server.ask("GET", "/v1/jobs/\(id)").json()["status"] == "cancelled"
                }
                #expect(try await server.ask("POST", "/v1/jobs/\(id)/cancel").status == 409)
            }
        }
    }
#endif
