import Foundation
import Glibc
import TestSupport
import Testing

/// The packages in `Examples` that embed Coordinator do what they show.
@Suite(.timeLimit(.minutes(3))) struct Embedding {
    #if Server
        private func reviewServer() async throws -> ServerProcess {
            try await ServerProcess(
                [], environment: ["PORT": "0"], program: ExampleProgram("ReviewServer").url,
                listening: /listening on 127\.0\.0\.1:(\d+)/)
        }

        @Test func aRouteOfAHummingbirdApplicationRunsAJobWithinItsOwnTrace() async throws {
            let server = try await reviewServer()
            let answer = try await server.ask("POST", "/reviews", "three short words")
            #expect(answer.status == 200)
            let review = try JSONDecoder().decode(Review.self, from: Data(answer.body))
            #expect(
                review
                    == Review(
                        status: "succeeded", words: 3, opinion: "Well said.",
                        agents: ["counter": "succeeded", "critic": "succeeded"]))

            let end = try await server.end()
            #expect(end.status == 0)
            let spans = Span.all(in: end.said)
            let job = try #require(spans.first { $0.name == "invoke_workflow review" })
            #expect(spans.contains { $0.id == job.parent && $0.trace == job.trace && $0.name.hasSuffix("/reviews") })
            let agents = spans.filter { $0.parent == job.id }.map(\.name)
            #expect(agents.sorted() == ["invoke_agent counter", "invoke_agent critic"])
        }

        @Test func aClientThatLeavesCancelsItsJobAndNoOther() async throws {
            let server = try await reviewServer()
            let client = Task { try await server.ask("POST", "/reviews?pause=100", "a b") }
            #expect(try await server.said(/(review begins)/) != nil)
            client.cancel()
            #expect(try await server.said(/review (\w+) after/) == "cancelled")
            let other = try await server.ask("POST", "/reviews", "c")
            #expect(other.text.contains("\"succeeded\""))
        }

        @Test func whatARequestSaysIsBounded() async throws {
            let server = try await reviewServer()
            for pause in ["nan", "-1", "99999999999999999999", ""] {
                let answer = try await server.ask("POST", "/reviews?pause=\(pause)", "a b")
                #expect(answer.status == 200, "\(pause)")
            }
            let answer = try await server.ask("POST", "/reviews", String(repeating: "a ", count: 1 << 20))
            #expect(answer.status == 413)
        }
    #endif

    @Test func aServiceGroupThatIsShutDownLetsItsJobEnd() async throws {
        // Long enough for the signal to come while the first order is at work, however busy the machine is.
        let (status, said) = try await worker(["JOB_SECONDS": "30", "DRAIN_SECONDS": "120"])
        #expect(status == 0)
        #expect(said.contains("order 1 succeeded, kept: [plan, work]"))
        #expect(!said.contains("order 2"))
    }

    @Test func aJobThatOutlastsTheShutdownIsCancelledAndKeepsItsResults() async throws {
        let (status, said) = try await worker(["JOB_SECONDS": "600", "DRAIN_SECONDS": "1"])
        #expect(status == 0)
        #expect(said.contains("order 1 cancelled, kept: [plan]"))
        #expect(!said.contains("order 2"))
    }

    @Test func aServiceGroupThatIsCancelledCancelsItsJobAtOnceAndBeginsNoOther() async throws {
        let (_, said) = try await worker(["JOB_SECONDS": "600"], endedBy: SIGINT)
        #expect(said.contains("order 1 cancelled, kept: [plan]"))
        #expect(!said.contains("order 2"))
    }

    /// Runs the worker, sends it a signal while its first job runs, and waits for its end.
    private func worker(
        _ environment: [String: String], endedBy signal: Int32 = SIGTERM
    ) async throws -> (status: Int32, said: String) {
        let pipe = try #require(ClosedOnExecPipe())
        var launch = ChildProcess.Launch(try ExampleProgram("JobWorker").url.path)
        launch.environment = environment
        launch.errors = pipe.writing
        let process = try ChildProcess(launch)
        defer { process.signal(SIGKILL) }
        close(pipe.writing)
        let errors = LineReader(pipe.reading)
        #expect(try await errors.first(matching: /(order 1 is at work)/) != nil)
        process.signal(signal)
        let status = try await process.wait()
        try await errors.end()
        return (status, errors.text)
    }

    @Test func otherBackendsReceiveSpansMetricsAndLogLines() async throws {
        let run = try await Program.run(ExampleProgram("OwnBackends").url, [])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.standardOutput.contains("span coordinator.attempt reader below invoke_agent reader"))
        #expect(run.standardOutput.contains("counter coordinator.job.runs"))
        #expect(!run.standardOutput.contains("✗"))
    }

    private struct Review: Decodable, Equatable {
        let status: String
        let words: Int?
        let opinion: String?
        let agents: [String: String]
    }

    /// A span as the application's own backend prints it.
    private struct Span {
        let name, id, parent, trace: String

        static func all(in text: String) -> [Span] {
            text.matches(of: /span (.+) id=(\S+) parent=(\S+) trace=(\S+)/).map {
                Span(
                    name: String($0.output.1), id: String($0.output.2), parent: String($0.output.3),
                    trace: String($0.output.4))
            }
        }
    }
}
