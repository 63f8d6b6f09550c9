import Coordinator
import Dispatch
import Glibc
import Logging
import Metrics
import Synchronization
import Telemetry
import Tracing

/// Measures agents that do nothing: `Overhead AGENTS ROUNDS on|off|write` prints one line of JSON; run one process per
/// size. `Overhead blocked` measures a job whose agents block their threads.
@main
struct Main {
    /// Waits on the main thread: an asynchronous `main` ends that thread in a way that crashes valgrind, whose
    /// instruction counts can be compared even on a busy machine.
    static func main() {
        let ended = DispatchSemaphore(value: 0)
        Task.detached {
            do { try await run() } catch {
                print("error: \(error)")
                exit(1)
            }
            ended.signal()
        }
        ended.wait()
    }

    static func run() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "blocked" { return try await Blocked.measure() }
        guard arguments.count == 3, let agents = Int(arguments[1]), agents > 0,
            let rounds = Int(arguments[2]), let mode = Mode(rawValue: arguments[3])
        else {
            print("usage: Overhead AGENTS ROUNDS on|off|write   |   Overhead blocked")
            exit(2)
        }
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        let exporter = CountingExporter()
        var telemetry: TelemetrySystem?
        if mode != .off {
            let system = TelemetrySystem(
                resource: TelemetryResource([]), exporters: [exporter], warn: { _ in })
            InstrumentationSystem.bootstrap(system.tracer)
            MetricsSystem.bootstrap(system.metricsFactory)
            telemetry = system
        }
        let (times, processorTime) = try await measure(agents: agents, rounds: rounds, writes: mode == .write)
        _ = await telemetry?.shutdown(within: .seconds(10))
        print(
            """
            {"agents": \(agents), "mode": "\(mode.rawValue)", "median_us": \(times[times.count / 2]), \
            "best_us": \(times[0]), "cpu_us": \(processorTime), "peak_mb": \(peakMegabytes()), "spans": \(exporter.spans)}
            """)
    }

    enum Mode: String { case on, off, write }

    /// The times of the rounds, ascending, and the mean processor time of a round; both in microseconds per agent.
    static func measure(agents: Int, rounds: Int, writes: Bool) async throws -> (times: [Double], processor: Double) {
        let runtime = CoordinatorRuntime()
        var times: [Double] = []
        var processorTime = 0.0
        for round in 0...rounds {
            let used = processorMicroseconds()
            let start = ContinuousClock.now
            try await job(round, agents: agents, writes: writes, runtime: runtime)
            let elapsed = ContinuousClock.now - start
            // The first round is warm-up.
            guard round > 0 || rounds == 0 else { continue }
            times.append(elapsed.microseconds / Double(agents))
            processorTime += (processorMicroseconds() - used) / Double(agents)
        }
        return (times.sorted(), processorTime / Double(times.count))
    }

    /// Runs a job from an empty coordinator to the result; the time includes registering the agents.
    static func job(_ round: Int, agents: Int, writes: Bool, runtime: CoordinatorRuntime) async throws {
        let context = JobContext(id: "overhead-\(round)")
        let coordinator = JobCoordinator(context, runtime: runtime, limits: JobLimits(concurrency: agents))
        for index in 0..<agents {
            let name = "agent-\(index)"
            let path = ContextPath(segments: ["artifacts", name])
            let role = Role(name: "role", reads: [], writes: writes ? [ContextPattern(path)] : [])
            try coordinator.register(
                AgentTask(name, role: role, timeout: .seconds(30), maxRetries: 2) { _, _ in
                    writes ? Contribution(set: [path: 1]) : Contribution()
                })
        }
        let result = try await coordinator.executeParallel()
        guard result.status == .succeeded else { throw Failed(status: "\(result.status)") }
    }

    struct Failed: Error { let status: String }
}
