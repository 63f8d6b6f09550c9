import Coordinator
import Foundation
import InMemoryLogging
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import Tracing

/// A job whose spans, metrics and log lines go to the program's own backends: here to ones in memory, where any backend of
/// the three façades can stand. The program prints what reached them, and fails if something is missing.
@main struct OwnBackends {
    static func main() async throws {
        // Before anything else, once in a process. Coordinator bootstraps nothing by itself.
        let (tracer, metrics, log) = (InMemoryTracer(), TestMetrics(), InMemoryLogHandler())
        InstrumentationSystem.bootstrap(tracer)
        MetricsSystem.bootstrap(metrics)
        LoggingSystem.bootstrap { _ in log }

        // The job's spans are below the span that is current.
        let result = try await withSpan("nightly") { _ in try await review().run() }

        var received = Received(spans: tracer.finishedSpans, counters: metrics.counters)
        received.expect("invoke_workflow review", below: "nightly", "coordinator.job.status=succeeded")
        received.expect("invoke_agent reader", below: "invoke_workflow review", "coordinator.attempt.count=2")
        received.expect("coordinator.attempt reader", below: "invoke_agent reader", "error.type=busy")
        received.expect("coordinator.attempt reader", below: "invoke_agent reader", "coordinator.attempt.number=2")
        received.expect("open files", below: "coordinator.attempt reader")
        received.expect(1, of: "coordinator.job.runs", "coordinator.job.status=succeeded")
        received.expect(1, of: "coordinator.agent.attempts", "coordinator.outcome=failed", "error.type=busy")
        received.expect(1, of: "coordinator.agent.attempts", "coordinator.outcome=succeeded")
        received.expect("the log has the agent's line", log.entries.contains { $0.message == "3 files" })
        received.expect("the job succeeded", result.status == .succeeded)
        exit(received.isComplete ? EXIT_SUCCESS : EXIT_FAILURE)
    }

    /// A job with an agent that fails at first, and then opens a span and writes a log line of its own.
    static func review() -> Job {
        Job("review-1", workflow: "review") {
            AgentTask("reader", writes: ContextKey<Int>("artifacts.files"), maxRetries: 1) { _, attempt in
                guard attempt.number > 1 else { throw AgentError(.transient, errorType: "busy", "the disk is busy") }
                return withSpan("open files") { _ in
                    attempt.logger.info("3 files")
                    return 3
                }
            }
        }
    }
}
