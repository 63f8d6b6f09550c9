#if Server
    import Foundation
    import TestSupport
    import Testing

    /// What on-call sees of `coordinator demo`, through a real Prometheus and a real Alertmanager.
    @Suite(.timeLimit(.minutes(9))) struct Demo {
        private struct Report: Decodable {
            struct Alert: Decodable {
                let labels: [String: String]
                let annotations: [String: String]
            }

            struct Exemplars: Decodable {
                let traces: Int
                let of_jobs: Int
            }

            let statuses: [Int]
            let queries: [PanelQuery]
            let alert: Alert
            let burned: [String]
            let exemplars: [String: Exemplars]
        }

        /// Of what has not happened there is no data: nobody calls a model, no metric has too many series, no process ends
        /// with an attempt under way, there is no store that has a size, and no OpenTelemetry collector.
        private static let absent = [
            "gen_ai_client_", "gen_ai_invoke_agent_inference_calls", "gen_ai_invoke_agent_tool_calls",
            "gen_ai_execute_tool_", "mcp_client_", "coordinator_cost_", "coordinator_telemetry_overflow_", "otelcol_",
            "coordinator_job_in_doubt",
            "coordinator_job_suspended", "coordinator_store_size_",
        ]

        @Test func everyPanelHasDataAndAnAgentThatFailsPagesUntilItRecovers() async throws {
            let root = TestPython.packageRoot
            let run = try await Program.run(
                TestPython.fromPath,
                [
                    root.appending(path: "Tests/IntegrationTests/Support/demo_probe.py").path,
                    CoordinatorProgram.url.path, root.appending(path: "dashboards").path,
                ],
                // It waits for an alert's two windows, and for as many scrapes of what recovers.
                within: .seconds(420))
            try #require(run.status == 0, "\(run.standardError)")
            let report = try JSONDecoder().decode(Report.self, from: Data(run.standardOutput.utf8))
            #expect(report.statuses == [0, 0, 0])
            #expect(report.queries.count > 50)
            for query in report.queries {
                #expect(query.error == nil, "\(query.panel): \(query.query)")
                let isAbsent = Self.absent.contains { query.query.contains($0) }
                #expect(query.series > 0 || isAbsent, "\(query.panel) shows nothing: \(query.query)")
            }
            for (metric, exemplars) in report.exemplars {
                #expect(exemplars.of_jobs > 0, "\(metric): \(exemplars.traces) traces, none of a job")
            }
            // The drafter's outage was seen; the collector beside it gave no cause, until it failed.
            #expect(report.burned.contains("drafter"))
            #expect(!report.burned.contains("collector"))
            #expect(report.alert.labels["gen_ai_agent_name"] == "collector")
            #expect(report.alert.labels["severity"] == "critical")
            #expect(report.alert.labels["job"] == "coordinator")
            #expect(
                report.alert.annotations["runbook_url"]?.hasSuffix("runbooks/CoordinatorAgentErrorBudgetBurn.md")
                    == true)
            #expect(report.alert.annotations["dashboard_url"]?.contains("var-agent=collector") == true)
        }
    }
#endif
