import Coordinator
import Logging
import Metrics
import Telemetry
import Tracing

/// An attempt with all that is kept of it: 100 agents that do nothing, or one agent for 100 elements, in jobs one after the
/// other.
enum Attempts {
    private static let count = 100

    /// Whose attempts they are.
    enum Work {
        case agents
        /// Of agents each of which writes an artifact.
        case writers
        case elements
    }

    /// - Parameter records: whether spans and metrics are recorded with the SDK of `Telemetry`, behind an exporter that
    ///   discards them.
    static func run(_ work: Work, rounds: Int, records: Bool) async throws {
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
        for round in 0..<rounds { try await job(round, work, runtime) }
        withExtendedLifetime(telemetry) {}
    }

    private static func job(_ round: Int, _ work: Work, _ runtime: CoordinatorRuntime) async throws {
        let list: JSONObject =
            work == .elements ? ["list": .array((0..<count).map { .integer(Int64($0)) })] : [:]
        let coordinator = JobCoordinator(
            JobContext(id: "job-\(round)", artifacts: list), runtime: runtime, limits: JobLimits(concurrency: count))
        switch work {
        case .agents, .writers:
            for index in 0..<count { try coordinator.register(agent(index, writes: work == .writers)) }
        case .elements:
            try coordinator.register(
                AgentTask(
                    "agent", role: Role(name: "role"), timeouts: TimeoutPolicy(attempt: .seconds(600)),
                    retry: RetryPolicy(maxRetries: 2), forEach: ForEach("artifacts.list"),
                    agent: ClosureAgent { _, _ in Contribution() }))
        }
        let result = try await coordinator.executeParallel()
        guard result.status == .succeeded else { throw Unexpected(description: "the job ended as \(result.status)") }
    }

    private static func agent(_ index: Int, writes: Bool) -> AgentTask {
        let name = "agent-\(index)"
        let path = ContextPath(segments: ["artifacts", name])
        let role = Role(name: "role", reads: [], writes: writes ? [ContextPattern(path)] : [])
        return AgentTask(name, role: role, timeout: .seconds(600), maxRetries: 2) { _, _ in
            writes ? Contribution(set: [path: 1]) : Contribution()
        }
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
