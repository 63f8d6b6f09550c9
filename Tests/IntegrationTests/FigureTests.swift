import Coordinator
import Foundation
import Testing

/// Figures of programs and services end neither the process nor what runs beside them.
@Suite(.timeLimit(.minutes(3))) struct ForeignFigures {
    /// Each figure is one that 64 bits hold, or does not fit in a double; two agents state it.
    static let figures = [
        #"{"usage": {"input_tokens": 6000000000000000000}}"#, #"{"usage": {"output_tokens": 9223372036854775807}}"#,
        #"{"usage": {"cost_usd": 1e308}}"#, #"{"usage": {"cost_usd": 1e400}}"#,
        #"{"usage": {"input_tokens": 18446744073709551616}}"#, #"{"set": {"artifacts.n": 1e999999999}}"#,
    ]

    private static func job(_ output: String) -> String {
        let agent = "uses: command, max_retries: 0, command: [echo, '\(output)']"
        return """
            workflow: figures
            task: {description: x}
            agents:
              - {name: first, \(agent)}
              - {name: second, \(agent)}
              - {name: innocent, uses: command, command: [echo, '{"set": {"artifacts.innocent": 9007199254740993}}']}
            """
    }

    private func expect(_ result: JobResult) {
        for name in ["first", "second"] {
            #expect(result[name]?.outcome == .failed && result[name]?.errorType == "invalid_output")
            #expect(result[name]?.error?.contains(/usage\.(input_tokens|output_tokens|cost_usd)|byte \d+/) == true)
        }
        #expect(result["innocent"]?.outcome == .succeeded)
        #expect(result.artifacts["innocent"] == 9_007_199_254_740_993)
    }

    @Test(arguments: figures) func runEndsWithAResult(output: String) async throws {
        let files = try JobFiles(Self.job(output))
        let run = try await CoordinatorProgram.run("run", files.job, "--out", files.out)
        #expect(run.status == 3, "\(run.standardError)")
        let bytes = try Data(contentsOf: URL(filePath: files.out + "/result.json"))
        expect(try JSONDecoder().decode(JobResult.self, from: bytes))
        #expect(FileManager.default.fileExists(atPath: files.out + "/report.html"))
    }

    /// The largest figures that are allowed, by more agents than there are bits.
    @Test func largestFiguresAreSummed() async throws {
        let output = #"{"usage": {"input_tokens": 1000000000000, "output_tokens": 1000000000000, "cost_usd": 1e9}}"#
        let agents = (0..<70).map { "  - {name: a\($0), uses: command, command: [echo, '\(output)']}" }
        let files = try JobFiles("workflow: sums\nagents:\n" + agents.joined(separator: "\n"))
        let run = try await CoordinatorProgram.run("run", files.job, "--out", files.out, "--output", "json")
        #expect(run.status == 0, "\(run.standardError)")
        let result = try JSONDecoder().decode(JobResult.self, from: Data(run.standardOutput.utf8))
        #expect(
            result.metrics.job.usage
                == Contribution.Usage(inputTokens: 70_000_000_000_000, outputTokens: 70_000_000_000_000, costUSD: 7e10))
    }

    #if Server
        /// The jobs of others go on, those that were there before and those that come after.
        @Test func serverOutlivesFigures() async throws {
            let server = try await ServerProcess(["serve", "--port", "0"])
            func start(_ text: String) async throws -> String {
                let accepted = try await server.ask("POST", "/v1/jobs", text)
                #expect(accepted.status == 202, "\(accepted.text)")
                return try #require(accepted.header("location"))
            }
            let other = try await start(
                "workflow: other\nagents: [{name: waits, uses: command, command: [sh, -c, 'sleep 2; echo {}']}]\n")
            for output in Self.figures {
                let job = try await start(Self.job(output))
                expect(try JSONDecoder().decode(JobResult.self, from: Data(try await server.ended(job).body)))
            }
            let ended = try JSONDecoder().decode(JobResult.self, from: Data(try await server.ended(other).body))
            #expect(ended.status == .succeeded)
            #expect(try await server.ask("GET", "/v1/jobs?limit=9223372036854775807").status == 400)
            #expect(try await server.ask("GET", "/v1/jobs?limit=99999999999999999999").status == 400)
            #expect(try await server.ask("GET", "/metrics").status == 200)
            #expect(try await server.end().status == 0)
        }
    #endif

    /// Sizes and times for which there is neither memory nor calendar; those that are refused are named.
    @Test func variablesOfAnySizeAreReadOrRefused() async throws {
        let files = try JobFiles("workflow: w\nagents: [{name: a, uses: command, command: [echo, '{}']}]\n")
        let port = try FreePort.find()
        for number in ["2147483647", "9223372036854775807", "99999999999999999999", "-1", "1e400", "NaN"] {
            let names = [
                "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
                "OTEL_BLRP_MAX_QUEUE_SIZE", "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "OTEL_BLRP_SCHEDULE_DELAY",
                "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_ATTRIBUTE_COUNT_LIMIT",
                "OTEL_SPAN_EVENT_COUNT_LIMIT", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_TRACES_SAMPLER_ARG",
                "COORDINATOR_MODEL_CONTEXT_TOKENS",
            ]
            var environment = Dictionary(names.map { ($0, number) }, uniquingKeysWith: { first, _ in first })
            environment["OTEL_TRACES_SAMPLER"] = "traceidratio"
            environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:\(port)"
            environment["OTEL_BSP_EXPORT_TIMEOUT"] = "100"
            environment["OTEL_BLRP_EXPORT_TIMEOUT"] = "100"
            environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "100"
            environment["TRACEPARENT"] = "00-\(number)-1-1"
            let run = try await CoordinatorProgram.run(
                "run", files.job, "--out", files.out, environment: environment)
            #expect(run.status == 0, "\(number): \(run.standardError)")
        }
    }
}
