/// The stable ids of the dashboards.
enum DashboardID {
    static let overview = "coordinator-overview"
    static let agents = "coordinator-agents"
    static let job = "coordinator-job"
    static let telemetry = "coordinator-telemetry"
}
