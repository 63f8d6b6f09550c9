import TelemetryCatalog

/// Makes alerts that all have the same labels and annotations: severity, texts, runbook and dashboard.
struct AlertFactory {
    let links: AssetLinks

    /// The dashboard that an alert links to.
    struct DashboardView {
        let dashboard: String
        /// The dashboard's variables, each with the label that has its value.
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
    ///   - keep: how long it goes on firing after its condition has ended, so that it does not end and begin anew with
    ///     each run of an agent that seldom runs.
    ///   - description: a sentence on the series that fires, with Prometheus' template syntax.
    func alert(
        _ name: String, _ severity: BurnRateWindow.Severity, when expression: String, hold: Duration,
        keep: Duration,
        at view: DashboardView,
        labels: [String: String] = [:], summary: String, description: String
    ) -> Rule {
        Rule(
            name: name, expression: expression,
            labels: labels.merging(["severity": severity.rawValue], uniquingKeysWith: { $1 }),
            kind: .alert(
                hold: PrometheusNames.duration(hold), keep: PrometheusNames.duration(keep),
                annotations: [
                    ("summary", summary), ("description", description), ("runbook_url", links.runbook(name)),
                    ("dashboard_url", links.dashboard(view.dashboard, view.variables)),
                ]))
    }
}
