#if Server
    import Foundation
    import Glibc
    import TestSupport
    import Testing

    /// How `coordinator serve` and `demo` end.
    @Suite(.serialized, .timeLimit(.minutes(3))) struct ServerEndings {
        /// A server with one job whose program has left its session and its environment.
        private func busyServer(_ programs: MarkedPrograms) async throws -> ServerProcess {
            let server = try await ServerProcess(
                ["serve", "--port", "0", "--drain-timeout", "0s"], environment: ["SWIFT_BACKTRACE": "enable=no"])
            let accepted = try await server.ask(
                "POST", "/v1/jobs",
                """
                workflow: w
                agents:
                  - name: a
                    uses: command
                    command: [sh, -c, "setsid env -i sleep \(programs.token) & sleep \(programs.token)"]
                """)
            #expect(accepted.status == 202, "\(accepted.text)")
            try await eventually { programs.living.count >= 2 }
            return server
        }

        @Test(arguments: [SIGHUP, SIGTERM, SIGINT, SIGUSR2]) func signalDrainsTheServer(number: Int32) async throws {
            let programs = MarkedPrograms()
            let server = try await busyServer(programs)
            let (status, said) = try await server.end(with: number)
            #expect(status == 0 && said.contains("drained"), "\(said)")
            #expect(programs.living == [])
        }

        @Test func killedServerLeavesNoProgram() async throws {
            let programs = MarkedPrograms()
            let server = try await busyServer(programs)
            #expect(try await server.end(with: SIGKILL).status == 128 + SIGKILL)
            try await programs.end()
        }

        @Test func hangupDrainsTheDemo() async throws {
            let server = try await ServerProcess(["demo", "--port", "0", "--drain-timeout", "0s"])
            let (status, said) = try await server.end(with: SIGHUP)
            #expect(status == 0 && said.contains("drained"), "\(said)")
        }
    }
#endif
