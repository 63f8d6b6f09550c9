import TelemetryCatalog

/// Makes alerts that all have a runbook, a dashboard and a text in the same places.
struct AlertFactory {
    let links: AssetLinks

    /// Where an alert's reader looks next.
    struct DashboardView {
        let dashboard: String
        /// The dashboard's variables, by the label that has the value.
        let variables: [String: String]

        static let agent = DashboardView(
            dashboard: DashboardID.agents, variables: ["job": Label.job, "agent": Label.agent])
        static let workflow = DashboardView(
            dashboard: DashboardID.overview, variables: ["job": Label.job, "workflow": Label.workflow])
        static let process = DashboardView(dashboard: DashboardID.overview, variables: ["job": Label.job])
        static let telemetry = DashboardView(dashboard: DashboardID.telemetry, variables: ["job": Label.job])
        static let collector = DashboardView(dashboard: DashboardID.telemetry, variables: [:])
    }

    /// - Parameters:
    ///   - summary: one sentence that is the same for every series.
    ///   - description: what this series does; `{{ }}` as Prometheus reads it.
    func alert(
        _ name: String, _ severity: BurnRateWindow.Severity, when expression: String, hold: Duration,
        at view: DashboardView,
        labels: [String: String] = [:], summary: String, description: String
    ) -> Rule {
        Rule(
            name: name, expression: expression,
            labels: labels.merging(["severity": severity.rawValue], uniquingKeysWith: { $1 }),
            kind: .alert(
                hold: PrometheusNames.duration(hold),
                annotations: [
                    ("summary", summary), ("description", description), ("runbook_url", links.runbook(name)),
                    ("dashboard_url", links.dashboard(view.dashboard, view.variables)),
                ]))
    }
}
