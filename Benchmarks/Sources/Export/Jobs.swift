import Coordinator
import Logging
import Metrics
import Telemetry
import Tracing

/// Measures a job whose agents do nothing, while its telemetry goes to a server or is not exported.
enum Jobs {
    static func measure(_ system: TelemetrySystem?, jobs: Int, agents: Int) async throws {
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        if let system {
            InstrumentationSystem.bootstrap(system.tracer)
            MetricsSystem.bootstrap(system.metricsFactory)
        }
        let runtime = CoordinatorRuntime()
        var times: [Double] = []
        for number in 0..<(jobs + jobs / 10) {
            let start = ContinuousClock.now
            try await job(number, agents: agents, runtime)
            // The first tenth is warm-up.
            if number >= jobs / 10 { times.append((ContinuousClock.now - start).seconds * 1e6) }
        }
        times.sort()
        _ = await system?.shutdown(within: .zero)
        print(
            """
            {"jobs": \(jobs), "agents": \(agents), "median_us": \(times[times.count / 2]), \
            "p99_us": \(times[times.count * 99 / 100]), "worst_us": \(times[times.count - 1])}
            """)
    }

    private static func job(_ number: Int, agents: Int, _ runtime: CoordinatorRuntime) async throws {
        let coordinator = JobCoordinator(
            JobContext(id: "job-\(number)"), runtime: runtime, limits: JobLimits(concurrency: agents))
        for index in 0..<agents {
            try coordinator.register(
                AgentTask("agent-\(index)", role: Role(name: "role", reads: [], writes: []), timeout: .seconds(30)) {
                    _, _ in Contribution()
                })
        }
        let result = try await coordinator.executeParallel()
        guard result.status == .succeeded else { throw Failed(status: "\(result.status)") }
    }

    private struct Failed: Error { let status: String }
}
