import CoordinatorTestKit
import InMemoryTracing
import Tracing

@testable import Coordinator

/// The in-memory tracer, with its ids in W3C headers, from which the core reads them.
struct HeaderTracer: Tracer {
    private let base = InMemoryTracer()

    /// A finished span, with its ids as they are in the headers.
    struct FinishedSpan {
        let traceID: String
        let spanID: String
        let span: FinishedInMemorySpan
    }

    /// Runs the body with this tracer as the task's.
    func use<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        try await withTracer(self) { try await body() }
    }

    /// The finished spans of a name, in the order in which they ended.
    func spans(named name: String) -> [FinishedSpan] {
        base.finishedSpans.filter { $0.operationName == name }.map {
            FinishedSpan(traceID: Self.hex($0.traceID, 32), spanID: Self.hex($0.spanID, 16), span: $0)
        }
    }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> InMemorySpan {
        base.startSpan(
            operationName, context: context(), ofKind: kind, at: instant(), function: function, file: fileID, line: line
        )
    }

    func forceFlush() {}

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.inMemorySpanContext else { return }
        let text = "00-\(Self.hex(span.traceID, 32))-\(Self.hex(span.spanID, 16))-01"
        injector.inject(text, forKey: "traceparent", into: &carrier)
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}

    /// The digits of an id, padded with zeros.
    private static func hex(_ id: String, _ count: Int) -> String {
        let digits = id.filter(\.isNumber)
        return String(repeating: "0", count: count - digits.count) + digits
    }
}

extension HeaderTracer {
    /// A job of one agent whose first attempt fails and whose second one takes this step.
    func jobOfAgentThatFailsOnce(
        _ name: String, writes path: ContextPattern, _ step: ScriptedAgent.Step
    ) async throws -> JobCoordinator {
        try await use {
            try await runJob(
                AgentTask(
                    name, role: Role(name: "r", writes: [path]), retry: RetryPolicy(maxRetries: 1, initial: .zero),
                    agent: ScriptedAgent(.fail(Flaky()), step))
            ).coordinator
        }
    }
}
