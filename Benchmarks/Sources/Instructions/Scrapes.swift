import Metrics
import PrometheusExporter
import Telemetry

/// A scrape: collecting a thousand series and writing them as OpenMetrics.
enum Scrapes {
    /// Agents with five counters and a histogram of thirteen bounds each: 21 series, as Prometheus counts.
    private static let agents = 48

    static func run(rounds: Int) throws {
        let system = TelemetrySystem(resource: TelemetryResource([]), exporters: [], warn: { _ in })
        for agent in 0..<agents {
            let name = ("gen_ai.agent.name", "agent-\(agent)")
            for outcome in ["succeeded", "failed", "timeout", "cancelled", "rejected"] {
                Counter(
                    label: "coordinator.agent.runs", dimensions: [name, ("coordinator.outcome", outcome)],
                    factory: system.metricsFactory
                ).increment()
            }
            Recorder(
                label: "gen_ai.invoke_agent.duration", dimensions: [name], aggregate: true,
                factory: system.metricsFactory
            ).record(0.3)
        }
        for _ in 0..<rounds {
            let text = PrometheusText.render(
                system.collectMetrics(), resource: system.resource, format: .openMetrics)
            guard text.utf8.count > agents * 21 * 50 else {
                throw Unexpected(description: "the scrape has \(text.utf8.count) bytes")
            }
        }
    }
}
