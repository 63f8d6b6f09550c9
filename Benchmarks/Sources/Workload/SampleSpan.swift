import Telemetry
import Tracing

/// The span that is measured: ten attributes, as many as the span of an agent's attempt has.
public enum SampleSpan {
    /// Starts a span and ends it.
    public static func record(_ index: Int, _ tracer: TelemetryTracer) {
        let span = tracer.startSpan("coordinator.attempt drafter", context: .topLevel)
        span.attributes = [
            "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "drafter",
            "coordinator.agent.role": "author", "coordinator.attempt.number": 1,
            "coordinator.attempt.timeout": 30.0, "coordinator.attempt.backoff": 0.0,
            "coordinator.context.version": .int64(Int64(index)), "coordinator.attempt.abandoned": false,
            "coordinator.outcome": "succeeded", "error.type": "none",
        ]
        span.end()
    }
}
