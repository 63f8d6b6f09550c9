import Foundation
import TestSupport
import Testing

/// `coordinator assets` as it is used in CI, and what it makes in a real Prometheus.
@Suite(.timeLimit(.minutes(10))) struct GeneratedAssets {
    private let repository = TestPython.packageRoot

    @Test func assetsAreWrittenAndDriftIsDetected() async throws {
        let folder = try TemporaryFolder()
        let out = folder.url.path
        let missing = try await CoordinatorProgram.run("assets", "--check", "--out", out)
        #expect(missing.status == 1)
        #expect(missing.standardError.contains("dashboards/rules/burn-rate.yml: is missing"))
        let written = try await CoordinatorProgram.run("assets", "--out", out)
        #expect(written.status == 0)
        #expect(written.standardOutput.contains("docs/telemetry.md\n"))
        #expect(try await CoordinatorProgram.run("assets", "--check", "--out", out).status == 0)
        let file = folder.file("dashboards/alertmanager.yml")
        try (String(contentsOf: file, encoding: .utf8) + "# mine\n").write(to: file, atomically: true, encoding: .utf8)
        let drift = try await CoordinatorProgram.run("assets", "--check", "--out", out)
        #expect(drift.status == 1)
        #expect(drift.standardError.contains("dashboards/alertmanager.yml:"))
        #expect(drift.standardError.contains("run: coordinator assets --out \(out)"))
    }

    @Test func objectivesBecomeRulesOrAllMistakesAreReported() async throws {
        let folder = try TemporaryFolder()
        let job = repository.appending(path: "Examples/parallel.yaml").path
        let written = try await CoordinatorProgram.run("assets", "--objectives", job, "--out", folder.url.path)
        #expect(written.status == 0, "\(written.standardError)")
        let rules = try String(contentsOf: folder.file("dashboards/rules/recording.yml"), encoding: .utf8)
        #expect(rules.contains("gen_ai_agent_name=\"collector\", le=\"25.6\""))

        let wrong = folder.file("wrong.yaml")
        try Data("objectives:\n  - {agent: a, success: 90%}\n  - {agent: b, latency: {p95: 30s}}\n".utf8).write(
            to: wrong)
        let refused = try await CoordinatorProgram.run(
            "assets", "--objectives", job, "--objectives", wrong.path, "--out", folder.url.path)
        #expect(refused.status == 2)
        #expect(refused.standardError.contains("93.06 % is the least"))
        #expect(refused.standardError.contains("write 25.6s or 51.2s"))

        try Data("objectives:\n  - {agent: a, sucess: 99%}\n".utf8).write(to: wrong)
        let misread = try await CoordinatorProgram.run("assets", "--objectives", wrong.path, "--out", folder.url.path)
        #expect(misread.status == 2)
        #expect(misread.standardError.contains("wrong.yaml:2:"))
        #expect(misread.standardError.contains("did you mean 'success'?"))
        #expect(try await CoordinatorProgram.run("assets", "--objectives", "/nowhere.yaml").status == 2)
    }

    private struct Probe: Decodable {
        let statuses: [Int]
        let alerts: [[String: String]]
        let queries: [PanelQuery]

        func expectData(in panels: [String]) {
            for query in queries { #expect(query.error == nil, "\(query.panel): \(query.query)") }
            for panel in panels {
                let own = queries.filter { $0.panel == panel }
                #expect(own.contains { $0.series > 0 }, "\(panel) is empty: \(own.map(\.query))")
            }
        }
    }

    private func ask(_ arguments: [String]) async throws -> Probe {
        let script = repository.appending(path: "Tests/IntegrationTests/Support/alerting_probe.py")
        let run = try await Program.run(TestPython.withOfficialMessages, [script.path] + arguments)
        try #require(run.status == 0, "\(run.standardError)")
        return try JSONDecoder().decode(Probe.self, from: Data(run.standardOutput.utf8))
    }

    /// Four processes, one after the other, each with one failed run: three are seen to fail, and somebody is told.
    @Test func singleFailuresOfSeveralProcessesRaiseAnAlert() async throws {
        let files = try JobFiles(
            """
            workflow: test
            task: {description: answer the question, requirements: [the answer is 42]}
            artifacts: {code: {include: ["**"]}}
            agents:
              - {name: collector, uses: collector}
              - {name: validator, uses: validator, timeout: 1ms, max_retries: 1}
            """)
        let workspace = try await Repository()
        let probe = try await ask([
            CoordinatorProgram.url.path, repository.appending(path: "dashboards").path, workspace.path,
            files.job, "4",
        ])
        #expect(probe.statuses == [3, 3, 3, 3])
        let burning = probe.alerts.filter { $0["alertname"] == "CoordinatorAgentErrorBudgetBurn" }
        #expect(
            burning.contains { $0["gen_ai_agent_name"] == "validator" && $0["severity"] == "critical" },
            "\(probe.alerts)")
        #expect(!burning.contains { $0["gen_ai_agent_name"] == "collector" })
        // What one-shot runs without a model, a breaker or a collector cannot have is not asked for.
        probe.expectData(in: [
            "coordinator-overview: Agents", "coordinator-overview: Failed attempts by error",
            "coordinator-overview: Firing alerts", "coordinator-overview: Error budget left",
            "coordinator-overview: Burn rate of agents", "coordinator-overview: Burn rate of workflows",
            "coordinator-overview: Jobs by status", "coordinator-overview: Duration of jobs",
            "coordinator-overview: Running now", "coordinator-agents: Runs by outcome",
            "coordinator-agents: Failed attempts by error", "coordinator-agents: Duration of runs",
            "coordinator-agents: Success and objective", "coordinator-agents: In time, and objective",
            "coordinator-agents: Attempts a run", "coordinator-agents: Retries by error",
            "coordinator-agents: Failed on the last retry", "coordinator-agents: Duration of attempts (p95)",
            "coordinator-agents: Waiting for a slot (p95)", "coordinator-agents: Contributions by result",
            "coordinator-telemetry: Spans started", "coordinator-telemetry: Log lines recorded",
        ])
    }

    private struct Delivery: Decodable, Equatable {
        let receivers: [String]
        let inhibited: Bool
    }

    @Test func pageInhibitsTicketsForTheSameObjective() async throws {
        func alert(_ name: String, _ severity: String, slo: String? = nil, agent: String? = nil) -> [String: String] {
            var labels = ["alertname": name, "severity": severity, "job": "coordinator"]
            labels["slo"] = slo
            labels["gen_ai_agent_name"] = agent
            return labels
        }
        let burn = "CoordinatorAgentErrorBudgetBurn"
        let cases: [(alert: [String: String], delivery: Delivery)] = [
            (
                alert(burn, "critical", slo: "agent-success", agent: "lint"),
                .init(receivers: ["pager"], inhibited: false)
            ),
            (
                alert(burn, "warning", slo: "agent-success", agent: "lint"),
                .init(receivers: ["tickets"], inhibited: true)
            ),
            (
                alert(burn, "warning", slo: "agent-success", agent: "draft"),
                .init(receivers: ["tickets"], inhibited: false)
            ),
            // A failed run is late too; a failed attempt is another matter.
            (
                alert("CoordinatorAgentLatencyBudgetBurn", "critical", slo: "agent-latency", agent: "lint"),
                .init(receivers: ["pager"], inhibited: true)
            ),
            (
                alert("CoordinatorAttemptErrorBudgetBurn", "warning", slo: "attempt-success", agent: "lint"),
                .init(receivers: ["tickets"], inhibited: false)
            ),
            // What is about no objective is not hidden by one that is.
            (alert("CoordinatorAgentHung", "warning", agent: "lint"), .init(receivers: ["tickets"], inhibited: false)),
            (alert("CoordinatorCostHigh", "warning"), .init(receivers: ["tickets"], inhibited: false)),
            (alert("CoordinatorDown", "critical"), .init(receivers: ["pager"], inhibited: false)),
            (alert("CoordinatorStalled", "critical"), .init(receivers: ["pager"], inhibited: true)),
        ]
        let alerts = String(decoding: try JSONEncoder().encode(cases.map(\.alert)), as: UTF8.self)
        let script = repository.appending(path: "Tests/IntegrationTests/Support/alertmanager_probe.py")
        let run = try await Program.run(
            TestPython.withOfficialMessages,
            [script.path, repository.appending(path: "dashboards/alertmanager.yml").path, alerts])
        try #require(run.status == 0, "\(run.standardError)")
        let deliveries = try JSONDecoder().decode([Delivery].self, from: Data(run.standardOutput.utf8))
        for (delivery, expected) in zip(deliveries, cases) {
            #expect(delivery == expected.delivery, "\(expected.alert)")
        }
        #expect(deliveries.count == cases.count)
    }
}
