import Coordinator
import Logging
import Metrics
import Telemetry
import Tracing

/// An agent's attempt with all that is kept of it: 100 agents that do nothing, in jobs one after the other.
enum Attempts {
    private static let agents = 100

    /// - Parameters:
    ///   - records: whether spans and metrics are recorded with the SDK of `Telemetry`, behind an exporter that discards
    ///     them.
    ///   - writes: whether each agent writes an artifact.
    static func run(rounds: Int, records: Bool, writes: Bool) async throws {
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        var telemetry: TelemetrySystem?
        if records {
            let system = TelemetrySystem(
                resource: TelemetryResource([]), configuration: .untimed, exporters: [DiscardingExporter()],
                warn: { _ in })
            InstrumentationSystem.bootstrap(system.tracer)
            MetricsSystem.bootstrap(system.metricsFactory)
            telemetry = system
        }
        // One thread, so that the order of the agents is always the same.
        let runtime = CoordinatorRuntime(.init(minThreads: 1, maxThreads: 1, seed: 1))
        for round in 0..<rounds { try await job(round, writes: writes, runtime: runtime) }
        withExtendedLifetime(telemetry) {}
    }

    private static func job(_ round: Int, writes: Bool, runtime: CoordinatorRuntime) async throws {
        let coordinator = JobCoordinator(
            JobContext(id: "job-\(round)"), runtime: runtime, limits: JobLimits(concurrency: agents))
        for index in 0..<agents {
            let name = "agent-\(index)"
            let path = ContextPath(segments: ["artifacts", name])
            let role = Role(name: "role", reads: [], writes: writes ? [ContextPattern(path)] : [])
            try coordinator.register(
                AgentTask(name, role: role, timeout: .seconds(600), maxRetries: 2) { _, _ in
                    writes ? Contribution(set: [path: 1]) : Contribution()
                })
        }
        let result = try await coordinator.executeParallel()
        guard result.status == .succeeded else { throw Unexpected(description: "the job ended as \(result.status)") }
    }
}

extension TelemetryConfiguration {
    /// The default, but for batches that are not sent before they are full, and metrics that are not pushed.
    static var untimed: TelemetryConfiguration {
        var configuration = TelemetryConfiguration()
        configuration.spanBatch.delay = .seconds(86_400)
        configuration.logBatch.delay = .seconds(86_400)
        configuration.metricInterval = .seconds(86_400)
        return configuration
    }
}

private struct DiscardingExporter: SignalExporter {
    func componentType(for batch: SignalBatch) -> String { "discarding_exporter" }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult { .delivered() }
}
