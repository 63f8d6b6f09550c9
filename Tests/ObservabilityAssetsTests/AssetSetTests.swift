import Foundation
import ObservabilityAssets
import TelemetryCatalog
import Testing

@Suite struct AssetSetTests {
    @Test func equalInputsGiveEqualFiles() throws {
        #expect(AssetSet.all() == AssetSet.all())
        let paths = AssetSet.all().map(\.path)
        #expect(paths == paths.sorted() && Set(paths).count == paths.count)
        // Neither order nor repetition of what is declared matters.
        let lint = AgentExpectation(name: "lint", success: 0.999)
        let draft = AgentExpectation(name: "draft", latencyP95: 12.8, attemptTimeout: 30)
        let sets = try (ObjectiveSet(agents: [lint, draft]), ObjectiveSet(agents: [draft, lint, draft]))
        #expect(AssetSet.all(objectives: sets.0) == AssetSet.all(objectives: sets.1))
    }

    private struct Panel: Decodable {
        let id: Int
        let type: String
    }

    private struct Dashboard: Decodable {
        let uid: String
        let schemaVersion: Int
        let panels: [Panel]
    }

    @Test func dashboardsAreJSONWithStableIds() throws {
        let dashboards = try AssetSet.all().filter { $0.path.hasSuffix(".json") }.map {
            try JSONDecoder().decode(Dashboard.self, from: Data($0.text.utf8))
        }
        #expect(
            Set(dashboards.map(\.uid))
                == ["coordinator-overview", "coordinator-agents", "coordinator-job", "coordinator-telemetry"])
        for dashboard in dashboards {
            #expect(dashboard.schemaVersion == 41)
            #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count, "\(dashboard.uid)")
        }
    }

    @Test func linksKeepTheQueryOfAnAddress() {
        let assets = AssetSet.all(
            links: AssetLinks(runbooks: "https://wiki.example/r?raw=1", grafana: "https://grafana.example/?orgId=2"))
        let text = assets.map(\.text).joined()
        #expect(text.contains("https://grafana.example/d/coordinator-overview?orgId=2&var-"))
        #expect(text.contains("https://wiki.example/r/README.md?raw=1"))
        #expect(!text.contains("orgId=2/") && !text.contains("raw=1/"))
    }

    /// A path of the server that shows the link is an address too.
    @Test(arguments: [
        ("/runbooks?orgId=1", "/runbooks/README.md?orgId=1"), ("/runbooks/", "/runbooks/README.md"),
        ("/runbooks/?orgId=1#top", "/runbooks/README.md?orgId=1"), ("/", "/README.md"),
        ("https://wiki.example/r/", "https://wiki.example/r/README.md"),
    ])
    func linksBelowAPathKeepItsQuery(base: String, runbook: String) {
        let text = AssetSet.all(links: AssetLinks(runbooks: base, grafana: "/grafana/?orgId=2")).map(\.text).joined()
        #expect(text.contains("\"\(runbook)\"") || text.contains("(\(runbook))"), "\(runbook)")
        #expect(text.contains("/grafana/d/coordinator-overview?orgId=2&var-"))
        #expect(!text.contains("//d/") && !text.contains("orgId=2/") && !text.contains("orgId=1/"))
    }

    @Test func configuredLinkTargetsAreUsed() throws {
        let assets = AssetSet.all(
            links: AssetLinks(runbooks: "https://wiki.example/runbooks", grafana: "https://grafana.example"))
        for asset in assets { #expect(!asset.text.contains("127.0.0.1:3000"), "\(asset.path)") }
        let rules = try #require(assets.first { $0.path == "dashboards/rules/operation.yml" }).text
        #expect(rules.contains("runbook_url: \"https://wiki.example/runbooks/CoordinatorStalled.md\""))
        #expect(rules.contains("dashboard_url: \"https://grafana.example/d/coordinator-overview?var-job="))
    }

    /// Names that PromQL would read as something else.
    @Test func agentNamesAreEscapedInPromQL() throws {
        let set = try ObjectiveSet(agents: [AgentExpectation(name: "a.b|c\"\\", success: 0.999)])
        let rules = try #require(
            AssetSet.all(objectives: set).first { $0.path == "dashboards/rules/burn-rate.yml" }
        ).text
        #expect(rules.contains(#"gen_ai_agent_name="a.b|c\"\\""#))
        #expect(rules.contains(#"gen_ai_agent_name!~"a\\.b\\|c\"\\\\""#))
    }

    @Test func declaredTimeoutGetsAnAlertRule() throws {
        let set = try ObjectiveSet(agents: [AgentExpectation(name: "lint", attemptTimeout: 30)])
        let rules = try #require(AssetSet.all(objectives: set).first { $0.path == "dashboards/rules/operation.yml" })
            .text
        #expect(rules.contains("coordinator_attempt_oldest_age_seconds{gen_ai_agent_name=\"lint\"}) > 30"))
    }

    @Test func referencePageListsEveryNameOfTheCatalog() throws {
        let page = try #require(AssetSet.all().first { $0.path == "docs/telemetry.md" }).text
        let instruments = Instruments.all + SDKInstruments.all
        let names =
            instruments.map(\.name) + instruments.map(PrometheusNames.metric) + AttributeKey.all
            + LogEvents.all.map(\.name) + Objectives.standard.map(\.name)
        for name in names { #expect(page.contains("| `\(name)` |"), "\(name)") }
        for span in Spans.all { #expect(page.contains("| `\(span.name)"), "\(span.name)") }
    }
}
