import Coordinator
import Foundation
import TestSupport
import Testing

/// The shipped example on this repository, watched from outside.
@Suite(.timeLimit(.minutes(10))) struct ExampleJob {
    /// Once as shipped, and once with a validator that has too little time and a retry.
    @Test(
        arguments: [
            ([], 0),
            (
                [
                    "--set", "agents.validator.timeouts={attempt: 20ms}", "--set",
                    "agents.validator.retry={max_retries: 1, initial: 10ms}",
                ], 3
            ),
        ] as [([String], Int32)])
    func tracesMetricsAndResultAgree(overrides: [String], status: Int32) async throws {
        let collector = try await CollectorWithSink()
        let folder = try TemporaryFolder()
        let run = try await Program.run(
            CoordinatorProgram.url,
            ["run", "Examples/parallel.yaml", "--out", folder.url.path, "--output", "json", "--no-progress"]
                + overrides,
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint], in: TestPython.packageRoot)
        #expect(run.status == status, "\(run.standardError)")
        let result = try JSONDecoder().decode(JobResult.self, from: Data(run.standardOutput.utf8))
        let written = try JSONDecoder().decode(
            JobResult.self, from: Data(contentsOf: folder.file("result.json")))
        #expect(written == result)
        let received = try await collector.finish()
        try expectOneTrace(received.spans, of: result)
        try expectAttempts(received.spans, of: result)
        let prometheus = PrometheusSeries(try String(contentsOf: folder.file("metrics.prom"), encoding: .utf8))
        for agent in result.agents { try expectFigures(of: agent, in: result, received, prometheus) }
        for file in ["context.json", "events.jsonl", "report.html", "artifacts"] {
            #expect(FileManager.default.fileExists(atPath: folder.file(file).path), "\(file)")
        }
        let promtool = try await Program.run(
            URL(filePath: "/usr/bin/promtool"), ["check", "metrics"],
            input: String(contentsOf: folder.file("metrics.prom"), encoding: .utf8))
        #expect(promtool.status == 0, "\(promtool.standardError)")
    }

    private func expectOneTrace(_ spans: [ReceivedSpan], of result: JobResult) throws {
        #expect(Set(spans.map(\.traceID)) == [try #require(result.traceID)])
        let ids = Set(spans.map(\.spanID))
        #expect(ids.count == spans.count)
        #expect(spans.filter { $0.parentSpanID == nil }.map(\.name) == ["invoke_workflow \(result.workflow)"])
        for span in spans { #expect(span.parentSpanID.map(ids.contains) ?? true, "\(span.name) has no parent") }
    }

    private func expectAttempts(_ spans: [ReceivedSpan], of result: JobResult) throws {
        let attempts = spans.filter { $0.name.hasPrefix("coordinator.attempt ") }
        #expect(attempts.count == result.agents.reduce(0) { $0 + $1.attempts.count })
        for agent in result.agents {
            for attempt in agent.attempts {
                let span = try #require(attempts.first { $0.spanID == attempt.spanID })
                #expect(span.name == "coordinator.attempt \(agent.name)")
                #expect(span["coordinator.attempt.number"] == .integer(Int64(attempt.number)))
                #expect(span["coordinator.outcome"] == .string(attempt.outcome.rawValue))
                #expect(span["error.type"] == attempt.errorType.map { .string($0) })
                #expect(Double(span.durationNanoseconds) / 1e6 == attempt.durationMS)
            }
            let run = try #require(spans.first { $0.spanID == agent.spanID })
            #expect(Double(run.durationNanoseconds) / 1e6 == agent.durationMS)
        }
    }

    private func expectFigures(
        of agent: AgentResult, in result: JobResult, _ received: [ReceivedRequest], _ prometheus: PrometheusSeries
    ) throws {
        let figures = try #require(result.metrics.agents[agent.name])
        #expect(figures.attempts == agent.attempts.count)
        let label = "gen_ai_agent_name=\"\(agent.name)\""
        for outcome in AgentOutcome.allCases {
            let expected = agent.attempts.count { $0.outcome == outcome }
            #expect(figures.outcomes[outcome.rawValue] ?? 0 == expected)
            let points = received.points(of: "coordinator.agent.attempts").filter {
                $0["attributes"]?.attribute("gen_ai.agent.name") == .string(agent.name)
                    && $0["attributes"]?.attribute("coordinator.outcome") == .string(outcome.rawValue)
            }
            #expect(points.reduce(0) { $0 + (Int($1["as_int"]?.stringValue ?? "") ?? 0) } == expected)
            #expect(
                prometheus.sum(
                    "coordinator_agent_attempts_total", label, "coordinator_outcome=\"\(outcome.rawValue)\"")
                    == Double(expected))
        }
        try expectCount("coordinator.attempt.duration", of: agent, agent.attempts.count, received, prometheus)
        try expectCount("gen_ai.invoke_agent.duration", of: agent, 1, received, prometheus)
        try expectCount("coordinator.queue.duration", of: agent, 1, received, prometheus)
        let totals = [
            ("coordinator.agent.runs", 1), ("coordinator.retries", figures.retries),
            ("coordinator.context.commits", agent.outcome == .succeeded ? 1 : 0),
        ]
        for (name, expected) in totals {
            let points = received.points(of: name).filter {
                $0["attributes"]?.attribute("gen_ai.agent.name") == .string(agent.name)
            }
            #expect(points.reduce(0) { $0 + (Int($1["as_int"]?.stringValue ?? "") ?? 0) } == expected, "\(name)")
            let series = name.replacing(".", with: "_") + "_total"
            #expect(prometheus.sum(series, label) == Double(expected), "\(series)")
        }
        #expect(prometheus.sum("coordinator_agent_runs_total", label, "\"\(agent.outcome.rawValue)\"") == 1)
    }

    /// A histogram has counted as many as expected, in OTLP and in Prometheus text.
    private func expectCount(
        _ name: String, of agent: AgentResult, _ expected: Int, _ received: [ReceivedRequest],
        _ prometheus: PrometheusSeries
    ) throws {
        let points = received.points(of: name).filter {
            $0["attributes"]?.attribute("gen_ai.agent.name") == .string(agent.name)
        }
        #expect(points.reduce(0) { $0 + (Int($1["count"]?.stringValue ?? "") ?? 0) } == expected, "\(name)")
        let series = name.replacing(".", with: "_") + "_seconds_count"
        #expect(prometheus.sum(series, "gen_ai_agent_name=\"\(agent.name)\"") == Double(expected), "\(series)")
    }
}
