import ObservabilityAssets
import TelemetryCatalog
import Testing

/// The alert on code of a model that ran without a sandbox; `promtool` shows when it fires.
@Suite struct UnconfinedRunAlert {
    private let alert: Substring

    init() throws {
        let rules = try #require(
            AssetSet.all(objectives: .standard).first { $0.path == "dashboards/rules/operation.yml" })
        let parts = rules.text.split(separator: "- alert: ")
        alert = try #require(parts.first { $0.hasPrefix("CoordinatorUnconfinedRun") })
    }

    private let runs =
        #"coordinator_sandbox_runs_total{coordinator_sandbox_level="none", coordinator_code_origin="model"}"#

    @Test func alertIsAboutCodeOfAModelThatRanAtLevelNone() {
        let counted = alert.matches(of: #/coordinator_sandbox_runs_total\{[^}]*\}/#).map { String($0.0) }
        #expect(counted.count == 3 && counted.allSatisfy { $0 == runs })
        #expect(alert.contains("severity: \"warning\""))
    }

    @Test func alertSeesTheFirstRunWhichMakesTheSeriesAndLaterOnes() {
        #expect(alert.contains("(\(runs) unless \(runs) offset 30m) or increase(\(runs)[30m])"))
    }

    @Test func dashboardOfAgentsShowsProgramsByLevelAndByWhoWroteThem() throws {
        let dashboard = try #require(
            AssetSet.all(objectives: .standard).first { $0.path == "dashboards/coordinator-agents.json" })
        #expect(dashboard.text.contains("\"title\": \"Programs run, by level of confinement\""))
        #expect(
            dashboard.text.contains(
                "sum by (coordinator_sandbox_level, coordinator_code_origin) (rate(coordinator_sandbox_runs_total{"))
    }
}
