import Coordinator
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// A service that runs jobs, one for each order.
///
/// After SIGTERM it takes no order any more, and the job that runs may end. What takes longer than the group waits is
/// cancelled: the job then ends as `cancelled`, and keeps what its agents have written.
struct JobWorker: Service {
    let runtime: CoordinatorRuntime
    let orders: AsyncStream<Int>
    let duration: Duration
    let logger: Logger

    func run() async throws {
        while let order = await next() {
            let result = try await job(for: order).run()
            logger.info("order \(order) \(result.status.rawValue), kept: \(result.artifacts.keys.sorted())")
        }
    }

    /// The next order, waited for until the shutdown begins: one that has been taken is run, and the others stay in the queue.
    private func next() async -> Int? {
        guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return nil }
        return await cancelWhenGracefulShutdown { await orders.first { _ in true } }
    }

    private func job(for order: Int) -> Job {
        Job("order-\(order)", workflow: "order", runtime: runtime, logger: logger) {
            AgentTask("plan", writes: ContextKey<String>("artifacts.plan")) { _, _ in "Do it." }
            AgentTask("work", writes: ContextKey<String>("artifacts.work"), needs: ["plan"]) { _, attempt in
                attempt.logger.info("order \(order) is at work")
                try await Task.sleep(for: duration)
                return "Done."
            }
        }
    }
}

@main struct Main {
    static func main() async throws {
        let logger = Logger(label: "worker")
        let setting = { (name: String, value: Int) in
            Duration.seconds(ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? value)
        }
        // In a program of your own they come from a queue of messages, as long as it runs.
        let (orders, queue) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingOldest(100))
        for order in 1...3 { queue.yield(order) }
        let worker = JobWorker(
            runtime: CoordinatorRuntime(), orders: orders, duration: setting("JOB_SECONDS", 1), logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [worker], gracefulShutdownSignals: [.sigterm], cancellationSignals: [.sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = setting("DRAIN_SECONDS", 30)
        try await ServiceGroup(configuration: configuration).run()
    }
}
