import Foundation
import TestSupport
import Testing

/// What a run does with addresses, variables, context and metrics files that others make, seen from outside.
@Suite("Telemetry's edges", .timeLimit(.minutes(10)))
struct TelemetryEdges {
    private static let job = """
        workflow: context
        task: {description: x}
        agents:
          - name: teller
            uses: command
            command: [sh, -c, 'env | grep -E "^(TRACEPARENT|TRACESTATE|BAGGAGE)=" >OUT/context; echo "{}"']
        """

    private func run(_ environment: [String: String], _ options: String...) async throws -> (
        run: Program, context: String
    ) {
        let told = try TemporaryFolder()
        let files = try JobFiles(Self.job.replacing("OUT", with: told.path))
        let program = try await Program.run(
            CoordinatorProgram.url, ["run", files.job, "--out", files.out, "--no-progress"] + options,
            environment: environment)
        #expect(program.status == 0, "\(program.standardError)")
        return (program, (try? told.read("context")) ?? "")
    }

    private func warnings(_ run: Program) -> [Substring] {
        run.standardError.split(separator: "\n").filter { $0.hasPrefix("warning: ") }
    }

    @Test(arguments: [
        ("/otlp?token=abc", "/otlp/v1/traces?token=abc"), ("/otlp/?token=abc#top", "/otlp/v1/traces?token=abc"),
        ("?k", "/v1/traces?k"), ("/a%2Fb/", "/a%2Fb/v1/traces"),
    ])
    func collectorsAddressKeepsItsQueryBehindThePath(end: String, path: String) async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let (run, _) = try await run([
            "OTEL_EXPORTER_OTLP_ENDPOINT": server.url(end), "OTEL_METRICS_EXPORTER": "none",
            "OTEL_LOGS_EXPORTER": "none",
        ])
        #expect(Set(try server.requests().map(\.path)) == [path])
        #expect(warnings(run).filter { !$0.contains("behind its #") } == [])
    }

    @Test func compressionIsReadInCapitals() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let (run, _) = try await run([
            "OTEL_EXPORTER_OTLP_ENDPOINT": server.url(""), "OTEL_EXPORTER_OTLP_COMPRESSION": "GZIP",
        ])
        #expect(try server.requests().allSatisfy { $0.values(of: "Content-Encoding") == ["gzip"] })
        #expect(try !server.requests().isEmpty)
        #expect(warnings(run) == [])
    }

    @Test func commonTimeoutHoldsWhereTheSignalsOwnCannotBeUsed() async throws {
        let server = try await ScriptedServer(.act(.hang))
        let (run, _) = try await run([
            "OTEL_EXPORTER_OTLP_ENDPOINT": server.url(""), "OTEL_EXPORTER_OTLP_TIMEOUT": "300",
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "abc", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none",
        ])
        let named = warnings(run).filter { $0.contains("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT") }
        #expect(named.count == 1 && named[0].contains("\"abc\""))
        #expect(try server.requests().count > 1, "the first attempt ended before the flush did")
    }

    @Test(arguments: [
        "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_METRIC_EXPORT_TIMEOUT",
        "OTEL_BLRP_EXPORT_TIMEOUT",
    ])
    func timeoutOfZeroIsNoLimit(variable: String) async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let (run, _) = try await run(["OTEL_EXPORTER_OTLP_ENDPOINT": server.url(""), variable: "0"])
        #expect(Set(try server.requests().map(\.path)).isSuperset(of: ["/v1/traces", "/v1/metrics"]))
        #expect(warnings(run) == [])
    }

    @Test func everyTokenIsANameOfAHeaderField() async throws {
        let server = try await ScriptedServer(ScriptedAnswer(200))
        let (run, _) = try await run([
            "OTEL_EXPORTER_OTLP_ENDPOINT": server.url(""), "OTEL_EXPORTER_OTLP_HEADERS": "x~a=1,y=a%20b",
        ])
        let requests = try server.requests()
        #expect(!requests.isEmpty)
        #expect(requests.allSatisfy { $0.values(of: "x~a") == ["1"] && $0.values(of: "y") == ["a b"] })
        #expect(warnings(run) == [])
    }

    @Test func foreignContextIsPassedOnAsTheRecommendationsSay() async throws {
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let (_, random) = try await run([
            "TRACEPARENT": "00-\(trace)-b7ad6b7169203331-03", "TRACESTATE": "a=1, b=2", "BAGGAGE": "k=aa%ffcc,z=1;p",
        ])
        #expect(random.contains(/TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-03\n/), "\(random)")
        #expect(random.contains("BAGGAGE=k=aa%EF%BF%BDcc,z=1;p\n"), "\(random)")
        #expect(random.contains("TRACESTATE=a=1,b=2\n"), "\(random)")
        let (_, later) = try await run(["TRACEPARENT": "01-\(trace)-b7ad6b7169203331-01-extra"])
        #expect(later.contains(/TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01\n/), "\(later)")
        let (_, broken) = try await run(["TRACEPARENT": "00-\(trace)-b7ad6b7169203331-01-extra", "TRACESTATE": "a=1"])
        #expect(!broken.contains(trace) && broken.contains("TRACEPARENT=00-") && !broken.contains("TRACESTATE"))
    }

    @Test func proxyThatRefusesIsNamedAtTheEndOfARun() async throws {
        let port = try SilentPort(.refusing)
        let (run, _) = try await run([
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://nowhere.invalid:4318",
            "http_proxy": "http://user:s3cr3t@127.0.0.1:\(port.port)",
        ])
        #expect(
            warnings(run).contains {
                $0.contains("refused by the proxy http://127.0.0.1:\(port.port), which http_proxy names")
            })
        #expect(!run.standardError.contains("s3cr3t"))
        withExtendedLifetime(port) {}
    }

    /// node_exporter reads the folder as another user where the test may become one.
    @Test func metricsFileThatIsSharedIsReadWholeByNodeExporter() async throws {
        let folder = try TemporaryFolder()
        let probe = TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/metrics_file_probe.py")
        try folder.write(Self.job.replacing("OUT", with: folder.path), to: "job.yaml")
        let run = try await Program.run(
            TestPython.fromPath, [probe.path, CoordinatorProgram.url.path, folder.file("job.yaml").path])
        try #require(run.status == 0, "\(run.output)")
        let seen = try JSONDecoder().decode(SharedFile.self, from: Data(run.standardOutput.utf8))
        #expect(seen.modes == ["new": "0644", "kept": "0664"])
        #expect(seen.scrapeErrors == "0")
        #expect(seen.foreign == "5")
        #expect(seen.runs == ["3"], "one series of the agent, with the runs of both workflows")
        #expect(seen.secondFile.count == 1 && seen.secondFile.allSatisfy { $0.contains("--metrics-file") })
    }

    private struct SharedFile: Decodable {
        let modes: [String: String]
        let scrapeErrors: String
        let foreign: String
        let runs: [String]
        let secondFile: [String]
    }
}
