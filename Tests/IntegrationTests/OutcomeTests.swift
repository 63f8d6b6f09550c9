import Coordinator
import Foundation
import Glibc
import TestSupport
import Testing

/// How a run ends, seen by its caller.
@Suite(.timeLimit(.minutes(10))) struct Outcomes {
    @Test func failureTimeoutAndSuccessArePartial() async throws {
        let files = try JobFiles(
            """
            workflow: test
            task: {description: answer, requirements: [the answer is 42]}
            artifacts: {code: {include: ["**"]}}
            agents:
              - {name: succeeds, uses: collector}
              - {name: fails, uses: drafter, role: {reads: [task, artifacts.code], writes: []}}
              - {name: hangs, uses: validator, timeout: 5ms, max_retries: 0}
            """)
        let repository = try await Repository()
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", repository.path, "--out", files.out, "--output", "json")
        #expect(run.status == 3, "\(run.standardError)")
        let result = try JSONDecoder().decode(JobResult.self, from: Data(run.standardOutput.utf8))
        #expect(result.status == .partial)
        #expect(result.agents.map(\.outcome) == [.succeeded, .failed, .timeout])
        #expect(result["fails"]?.errorType == "access_denied")
        #expect(result.artifacts.keys.sorted() == ["context"])
        let report = try String(contentsOf: URL(filePath: files.out).appending(path: "report.html"), encoding: .utf8)
        for attempt in result.agents.flatMap(\.attempts) { #expect(report.contains(try #require(attempt.spanID))) }
        #expect(run.standardError.contains("fails: "))
    }

    @Test func interruptKeepsFinishedResultsAndLeavesNoProcess() async throws {
        let (run, files) = try await ValidatingRun.start(#"[sleep, "1234"]"#, in: try await Repository())
        #expect(try await run.end(with: SIGINT) == 130)
        let result = try JSONDecoder().decode(
            JobResult.self, from: Data(contentsOf: URL(filePath: files.out).appending(path: "result.json")))
        #expect(result.status == .cancelled)
        #expect(result.agents.map(\.outcome) == [.succeeded, .cancelled])
        #expect(result["validator"]?.error == "interrupted by SIGINT")
        #expect(result.artifacts["context"] != nil)
        let left = try await Program.run(command: "pgrep", ["-f", "sleep 1234"])
        #expect(left.standardOutput == "")
    }

    @Test func metricsFileAccumulatesOverRuns() async throws {
        let files = try JobFiles(JobFiles.threeAgents)
        let repository = try await Repository()
        let metrics = files.folder.file("runs.prom")
        for _ in 1...3 {
            let run = try await CoordinatorProgram.run(
                "run", files.job, "--workspace", repository.path, "--out", files.out, "--no-progress",
                "--metrics-file", metrics.path, "--set", "agents.drafter.timeout=1ms", "--set",
                "agents.drafter.max_retries=0")
            #expect(run.status == 3, "\(run.output)")
        }
        let series = PrometheusSeries(try String(contentsOf: metrics, encoding: .utf8))
        let drafter = "gen_ai_agent_name=\"drafter\""
        #expect(series.sum("coordinator_agent_runs_total", drafter, "coordinator_outcome=\"timeout\"") == 3)
        #expect(series.sum("coordinator_attempt_duration_seconds_count", drafter) == 3)
        #expect(series.sum("coordinator_job_runs_total", "\"partial\"") == 3)
    }

    @Test func callersTraceIsContinued() async throws {
        let files = try JobFiles(JobFiles.threeAgents)
        let repository = try await Repository()
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", repository.path, "--out", files.out, "--output", "json",
            environment: ["TRACEPARENT": "00-\(trace)-00f067aa0ba902b7-01"])
        let result = try JSONDecoder().decode(JobResult.self, from: Data(run.standardOutput.utf8))
        #expect(result.traceID == trace)
    }

    /// A collector that is not there costs a line of warning, not the job.
    @Test func unreachableCollectorOnlyWarns() async throws {
        let files = try JobFiles(JobFiles.threeAgents)
        let repository = try await Repository()
        let run = try await CoordinatorProgram.run(
            "run", files.job, "--workspace", repository.path, "--out", files.out, "--no-progress",
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(try FreePort.find())"])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.standardError.contains("telemetry"), "\(run.standardError)")
    }
}
