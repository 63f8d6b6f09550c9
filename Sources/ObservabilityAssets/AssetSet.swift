import TelemetryCatalog

/// All files generated from the catalog and the objectives: dashboards, rules, configuration, the reference page.
public enum AssetSet {
    /// All files, sorted by path; equal arguments give equal files.
    ///
    /// - Parameters:
    ///   - objectives: the objectives that the alerts watch.
    ///   - links: the addresses to which alerts and dashboards link.
    public static func all(objectives: ObjectiveSet = .standard, links: AssetLinks = .local) -> [Asset] {
        let dashboards = [
            OverviewDashboard.make(links), AgentsDashboard.make(links), JobDashboard.make(links),
            TelemetryDashboard.make(links),
        ].map { Asset(path: "dashboards/\($0.uid).json", text: $0.json.text) }
        let rules = [
            ("recording", RecordingRules.file(objectives)), ("burn-rate", BurnRateAlerts.file(objectives, links)),
            ("operation", OperationalAlerts.file(objectives, links)), ("durable", DurableAlerts.file(links)),
            ("telemetry", TelemetryAlerts.file(links)),
            ("availability", TelemetryAlerts.availabilityFile(links)),
        ].map { Asset(path: "dashboards/rules/\($0.0).yml", text: $0.1.text) }
        let others = [
            Asset(path: "dashboards/prometheus.yml", text: PrometheusConfiguration.text),
            Asset(path: "dashboards/alertmanager.yml", text: AlertmanagerConfiguration.text),
            Asset(path: "docs/telemetry.md", text: TelemetryPage.text(objectives)),
        ]
        return (dashboards + rules + others).sorted { $0.path < $1.path }
    }
}
