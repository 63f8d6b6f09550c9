import Foundation
import ObservabilityAssets
import TelemetryCatalog
import Testing

/// Queries that a series without labels cannot mislead, and alerts that do not end and begin anew with each run.
@Suite struct MissingLabelTests {
    private let own: ObjectiveSet

    init() throws {
        own = try ObjectiveSet(agents: [AgentExpectation(name: "lint", success: 0.999, latencyP95: 6.4)])
    }

    private func text(_ path: String, _ set: ObjectiveSet = .standard) throws -> String {
        try #require(AssetSet.all(objectives: set).first { $0.path == "dashboards/rules/\(path)" }).text
    }

    /// The selectors of metrics that the coordinator records, such as `name{a="b"}`.
    private func selectors(_ text: String) -> [(name: String, matchers: String)] {
        text.matches(of: #/\b((?:coordinator|gen_ai)_[a-z_]+)\{([^}]*)\}/#).map { (String($0.1), String($0.2)) }
    }

    @Test func objectivesLeaveOutWhatIsBeyondTheLimit() throws {
        for set in [.standard, own] {
            let selectors = selectors(try text("recording.yml", set))
            #expect(selectors.count > 100)
            for (name, matchers) in selectors {
                #expect(matchers.contains(#"otel_metric_overflow="""#), "\(name){\(matchers)}")
            }
        }
    }

    /// Jobs are measured with the instrument of agents' runs, and their workflow's name stands where an agent's does.
    @Test func objectivesOfAgentsLeaveOutJobs() throws {
        for set in [.standard, own] {
            let runs = selectors(try text("recording.yml", set)).filter {
                $0.name.hasPrefix("gen_ai_invoke_agent_duration_seconds")
            }
            #expect(!runs.isEmpty)
            for (name, matchers) in runs {
                #expect(matchers.contains(#"coordinator_workflow_name="""#), "\(name){\(matchers)}")
            }
        }
    }

    @Test func negativeConditionAsksThatTheLabelIsThere() throws {
        let texts = AssetSet.all(objectives: own).map { $0.text.replacing(#"\""#, with: #"""#) }
        var seen = 0
        for (name, matchers) in texts.flatMap(selectors) {
            for label in ["coordinator_outcome", "coordinator_job_status"] where matchers.contains("\(label)!~") {
                #expect(matchers.contains(#"\#(label)!="""#), "\(name){\(matchers)}")
                seen += 1
            }
        }
        #expect(seen > 20)
    }

    @Test func retryStormAndHungAgentsLeaveOutWhatIsBeyondTheLimit() throws {
        let rules = try text("operation.yml")
        for name in [
            "coordinator_retries_total", "coordinator_agent_abandoned", "coordinator_context_commits_total",
        ] {
            #expect(rules.contains("\(name){otel_metric_overflow=\"\"}"), "\(name)")
        }
        // What needs no label counts all: what calls cost, and whether anything gets on.
        #expect(rules.contains("increase(coordinator_cost_USD_total[1h])"))
        #expect(rules.contains("increase(coordinator_agent_attempts_total[15m])"))
    }

    @Test func everyAlertGoesOnForAWhile() throws {
        for file in ["burn-rate.yml", "operation.yml", "telemetry.yml", "availability.yml"] {
            let alerts = try text(file).components(separatedBy: "- alert: ").dropFirst()
            #expect(!alerts.isEmpty)
            for alert in alerts {
                #expect(alert.contains("keep_firing_for: "), "\(file): \(alert.prefix(40))")
            }
        }
    }

    @Test func burnRateAlertsRememberTheLastThatWasKnown() throws {
        let alerts = try text("burn-rate.yml").components(separatedBy: "- alert: ").dropFirst()
        for window in BurnRateWindow.all {
            let short = PrometheusNames.duration(window.short)
            let long = PrometheusNames.duration(window.long)
            let own = alerts.filter { $0.contains("long_window: \"\(long)\"") }
            #expect(!own.isEmpty)
            for alert in own {
                #expect(alert.contains("last_over_time(slo:sli_error:ratio_recent\(short){"))
                #expect(alert.contains("}[\(long)]) > "))
            }
            let wider = PrometheusNames.duration(window.wider)
            let recording = try text("recording.yml")
            #expect(
                recording.contains(
                    "(slo:sli_error:ratio_rate\(short) and slo:sli_total:increase\(short) >= "
                        + "\(Objective.minimumEvents))\n          or\n          slo:sli_error:ratio_rate\(wider)\n"))
        }
    }
}
