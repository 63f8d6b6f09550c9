import CoreMetrics
import InMemoryTracing
import MetricsTestKit
import Tracing

/// Keeps the spans and metrics of everything that runs inside ``record(_:)``, without touching any global backend.
///
/// ```swift
/// let recorder = TelemetryRecorder()
/// let result = try await recorder.record { try await job.run() }
/// #expect(recorder.spans.map(\.operationName).contains("invoke_agent reviewer"))
/// ```
public final class TelemetryRecorder: Sendable {
    /// The tracer in use.
    public let tracer: InMemoryTracer
    /// The metrics backend in use.
    public let metrics: TestMetrics

    /// Makes an empty recorder.
    public init() {
        tracer = InMemoryTracer()
        metrics = TestMetrics()
    }

    /// Runs the body with the recorder as the task's tracing and metrics backend.
    public func record<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withMetricsFactory(metrics) {
            try await withTracer(tracer) { try await body() }
        }
    }

    /// The spans that ended, in the order in which they did.
    public var spans: [FinishedInMemorySpan] { tracer.finishedSpans }

    /// The total of a counter with exactly these dimensions; `nil` when there is no such counter.
    public func total(of label: String, _ dimensions: [(String, String)]) -> Int64? {
        (try? metrics.expectCounter(label, dimensions))?.totalValue
    }

    /// The values that a histogram with exactly these dimensions recorded; empty when there is no such histogram.
    public func values(of label: String, _ dimensions: [(String, String)]) -> [Double] {
        (try? metrics.expectRecorder(label, dimensions))?.values ?? []
    }

    /// The last value of a meter with exactly these dimensions; `nil` when there is no such meter.
    public func meter(_ label: String, _ dimensions: [(String, String)]) -> Double? {
        (try? metrics.expectMeter(label, dimensions))?.lastValue
    }
}
