#if Server
    import Coordinator
    import CoordinatorTestKit
    import JobServer
    import TestSupport
    import Testing

    /// What happens between SIGTERM and the end.
    @Suite(.timeLimit(.minutes(2))) struct Drain {
        @Test func runningJobsEndAndNewOnesAreRefused() async throws {
            let gate = AsyncGate()
            try await RunningServer.with(agent: { _ in
                ScriptedAgent(
                    .run { _, _ in
                        await gate.wait()
                        return Contribution()
                    })
            }) { server in
                let id = try await server.submit("a")
                try await gate.waitForArrival()
                await server.group.triggerGracefulShutdown()
                try await eventually { !server.jobs.isReady }
                let ready = try await server.ask("GET", "/readyz")
                #expect(ready.status == 503)
                #expect(try await server.ask("GET", "/healthz").status == 200)
                let refused = try await server.ask("POST", "/v1/jobs", RunningServer.file(["b"]))
                #expect(refused.status == 503)
                #expect(refused.response.header("retry-after") == "30")
                #expect(try await server.ask("GET", "/v1/jobs/\(id)").json()["status"] == "running")
                gate.open()
                try await eventually { server.jobs.record(id)?.status != .running }
                #expect(server.jobs.record(id)?.status == .succeeded)
            }
        }

        @Test func jobsRunningAtTheDrainDeadlineAreCancelled() async throws {
            let clock = ManualClock()
            let arrived = AsyncGate()
            try await RunningServer.with(
                limits: .init(drainTime: .seconds(20)), clock: clock,
                agent: { _ in
                    ScriptedAgent(
                        .run { _, _ in
                            arrived.arrive()
                            let forever = AsyncStream<Never> { _ in }
                            for await _ in forever {}
                            throw CancellationError()
                        })
                }
            ) { server in
                let id = try await server.submit("a")
                try await arrived.waitForArrival()
                await server.group.triggerGracefulShutdown()
                await clock.waitForSleeper(until: .seconds(20))
                #expect(server.jobs.record(id)?.status == .running)
                clock.advance(by: .seconds(20))
                try await eventually { server.jobs.record(id)?.status != .running }
                guard case .ended(let result)? = server.jobs.record(id)?.state else {
                    Issue.record("the job has not ended")
                    return
                }
                #expect(result.status == .cancelled)
                #expect(result["a"]?.error?.contains("shutting down") == true)
            }
        }
    }
#endif
