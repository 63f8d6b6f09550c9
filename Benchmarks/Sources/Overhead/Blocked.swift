import Coordinator
import Glibc

/// Four agents per core block their threads for five seconds, with a timeout of 200 ms: when does the job return?
enum Blocked {
    static func measure() async throws {
        let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let coordinator = JobCoordinator(JobContext(id: "blocked"))
        for index in 0..<(4 * cores) {
            try coordinator.register(
                AgentTask("blocked-\(index)", role: Role(name: "r", reads: [], writes: []), timeout: .milliseconds(200))
                { _, _ in
                    usleep(5_000_000)
                    return Contribution()
                })
        }
        try coordinator.register(
            AgentTask("healthy", role: Role(name: "r", reads: [], writes: []), timeout: .milliseconds(200)) { _, _ in
                Contribution()
            })
        let start = ContinuousClock.now
        let result = try await coordinator.executeParallel()
        let elapsed = ContinuousClock.now - start
        let timeouts = result.agents.count { $0.outcome == .timeout }
        print(
            """
            {"blocked": \(4 * cores), "timeouts": \(timeouts), \
            "healthy": "\(result["healthy"]?.outcome.rawValue ?? "")", \
            "returned_ms": \(elapsed.microseconds / 1000), "abandoned": \(coordinator.metrics().job.abandoned)}
            """)
    }
}
