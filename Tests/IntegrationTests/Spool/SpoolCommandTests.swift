import Foundation
import Glibc
import TestSupport
import Testing

/// The spool of `coordinator run`, switched on by COORDINATOR_SPOOL_DIR.
@Suite(.timeLimit(.minutes(5))) struct SpoolCommand {
    @Test func unsentSpansArriveWithTheNextRun() async throws {
        let files = try JobFiles(JobFiles.threeAgents)
        let repository = try await Repository()
        let spool = files.folder.file("spool/of/jobs").path
        func run(_ endpoint: String) async throws -> Program {
            try await CoordinatorProgram.run(
                "run", files.job, "--workspace", repository.path, "--out", files.out, "--no-progress",
                environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "COORDINATOR_SPOOL_DIR": spool])
        }
        let dead = try await run("http://127.0.0.1:\(try FreePort.find())")
        #expect(dead.status == 0, "\(dead.output)")
        let words = dead.standardError.split(separator: "\n").filter { $0.contains("are kept in \(spool)/") }
        #expect(words.count == 1, "\(dead.standardError)")
        // Not waited for: what would be said after five seconds is not.
        #expect(words.first?.contains("is a collector listening there?") == true, "\(dead.standardError)")
        #expect(!dead.standardError.contains("did not take everything within"), "\(dead.standardError)")

        let collector = try await CollectorWithSink()
        let alive = try await run(collector.endpoint)
        #expect(alive.status == 0, "\(alive.output)")
        #expect(!alive.standardError.contains("telemetry"), "\(alive.standardError)")
        let spans = try await collector.finish().spans
        #expect(spans.count { $0.name == "invoke_workflow test" } == 2)
        #expect(Set(spans.map(\.traceID)).count == 2)
        #expect(Set(spans.map(\.spanID)).count == spans.count)
        #expect(spans.allSatisfy { $0["error.type"] == nil })
        #expect(try FileManager.default.contentsOfDirectory(atPath: spool).isEmpty)
    }

    /// The job, its agent and the attempt were open when the program was killed.
    @Test func openSpansOfAKilledRunArriveWithTheNextRun() async throws {
        let folder = try TemporaryFolder()
        let gate = folder.file("gate").path
        #expect(mkfifo(gate, 0o600) == 0)
        // What the validator starts outlives the killed program, until this is closed.
        let held = open(gate, O_RDWR | O_CLOEXEC)
        defer { close(held) }
        let repository = try await Repository()
        let spool = folder.file("spool").path
        let (killed, _) = try await ValidatingRun.start(
            "[cat, \"\(gate)\"]", in: repository,
            environment: [
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(try FreePort.find())",
                "COORDINATOR_SPOOL_DIR": spool,
            ])
        _ = try await killed.end(with: SIGKILL)

        let collector = try await CollectorWithSink()
        let next = try JobFiles(JobFiles.threeAgents)
        let run = try await CoordinatorProgram.run(
            "run", next.job, "--workspace", repository.path, "--out", next.out, "--no-progress",
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "COORDINATOR_SPOOL_DIR": spool])
        #expect(run.status == 0, "\(run.output)")
        let spans = try await collector.finish().spans
        let crashed = spans.filter { $0["error.type"] == .string("process_crash") }.map(\.name)
        #expect(
            Set(crashed) == ["invoke_workflow test", "invoke_agent validator", "coordinator.attempt validator"],
            "\(crashed)")
        #expect(spans.contains { $0.name == "invoke_agent collector" && $0["error.type"] == nil })
        #expect(run.standardError.contains("process_crash"), "\(run.standardError)")
    }
}
