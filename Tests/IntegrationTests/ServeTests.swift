#if Server
    import Coordinator
    import Foundation
    import Glibc
    import TestSupport
    import Testing

    /// `coordinator serve` and `demo` as processes.
    @Suite(.timeLimit(.minutes(3))) struct Serve {
        /// A job that comes by HTTP is in its sender's trace, and is finished before the process ends.
        @Test func jobContinuesItsSendersTraceAndSIGTERMDrains() async throws {
            let server = try await ServerProcess(["serve", "--port", "0", "--workspace", TestPython.packageRoot.path])
            let trace = "0af7651916cd43dd8448eb211c80319c"
            let accepted = try await server.ask(
                "POST", "/v1/jobs",
                """
                workflow: from-http
                task: {requirements: [It runs.]}
                agents: [{name: collector, uses: collector}]
                artifacts: {code: {include: ["docs/adr/**"]}}
                """,
                headers: [("traceparent", "00-\(trace)-b7ad6b7169203331-01")])
            #expect(accepted.status == 202, "\(accepted.text)")
            let place = try #require(accepted.header("location"))
            let job = try await server.ended(place)
            let result = try JSONDecoder().decode(JobResult.self, from: Data(job.body))
            #expect(result.status == .succeeded, "\(job.text)")
            #expect(result.traceID == trace)
            let (status, said) = try await server.end()
            #expect(status == 0)
            #expect(said.contains("drained"), "\(said)")
        }

        /// Whoever reaches a server can run commands on its machine.
        @Test(arguments: ["0.0.0.0", "::", "192.0.2.1", "127.example.org"])
        func nonLoopbackHostRequiresAToken(host: String) async throws {
            let run = try await CoordinatorProgram.run("serve", "--host", host)
            #expect(run.status == 2)
            #expect(run.standardError.contains("--token-file"))
        }

        @Test func tokenFromAFileIsRequired() async throws {
            let folder = try TemporaryFolder()
            try Data("0123456789abcdef0123\n".utf8).write(to: folder.file("token"))
            chmod(folder.file("token").path, 0o600)
            let server = try await ServerProcess(["serve", "--port", "0", "--token-file", folder.file("token").path])
            #expect(try await server.ask("GET", "/metrics").status == 401)
            #expect(
                try await server.ask(
                    "GET", "/metrics", headers: [("authorization", "Bearer 0123456789abcdef0123")]
                ).status == 200)
            let (_, said) = try await server.end()
            #expect(!said.contains("warning"), "\(said)")
            #expect(!said.contains("0123456789abcdef"), "\(said)")
        }

        @Test func serverAnswersToTheNamesItIsGiven() async throws {
            let server = try await ServerProcess(["serve", "--port", "0", "--allowed-host", "jobs.example"])
            for (host, status) in [("jobs.example", 200), ("localhost", 200), ("evil.example", 421)] {
                #expect(try await server.ask("GET", "/healthz", headers: [("Host", host)]).status == status, "\(host)")
            }
            _ = try await server.end()
        }

        @Test(arguments: ["http://jobs.example", "jobs.example:80", "[::1]", "a b", ""])
        func nameThatCanNeverMatchIsRefused(name: String) async throws {
            let run = try await CoordinatorProgram.run("serve", "--port", "0", "--allowed-host", name)
            #expect(run.status == 2, "\(run.output)")
            #expect(run.standardError.contains("without a port"), "\(run.output)")
        }

        @Test func occupiedPortIsReported() async throws {
            let server = try await ServerProcess(["serve", "--port", "0"])
            let second = try await CoordinatorProgram.run("serve", "--port", "\(server.port)")
            #expect(second.status == 2)
            #expect(second.standardError.contains("cannot serve at http://127.0.0.1:\(server.port)"))
            _ = try await server.end()
        }

        @Test func demoRejectsAnUnknownAgentAndListsTheKnown() async throws {
            let run = try await CoordinatorProgram.run("demo", "--fail", "drafte")
            #expect(run.status == 2)
            #expect(run.standardError.contains("collector, drafter, validator, reviewer, standby"))
        }
    }
#endif
