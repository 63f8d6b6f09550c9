import Synchronization
import Telemetry
import TestSupport

/// Answers exports as told.
final class ScriptedExporter: SignalExporter {
    /// The answers for spans, in order, the last again and again.
    private let answers: Mutex<[ExportResult]>
    /// The answer for metrics and logs.
    private let rest: ExportResult
    private let place: @Sendable (SignalBatch) -> ExportDestination?

    /// Answers so for spans; everything else is delivered.
    init(spans answers: ExportResult...) {
        self.answers = Mutex(answers)
        rest = .delivered()
        place = { _ in nil }
    }

    /// Answers so for every signal.
    init(all answer: ExportResult, destination: @escaping @Sendable (SignalBatch) -> ExportDestination? = { _ in nil })
    {
        answers = Mutex([answer])
        rest = answer
        place = destination
    }

    /// Fails each export of spans for a cause of its own.
    init(numbered count: Int) {
        answers = Mutex((0..<count).map { .failed(errorType: "error_\($0)", message: "no \($0)") } + [.delivered()])
        rest = .delivered()
        place = { _ in nil }
    }

    func componentType(for batch: SignalBatch) -> String { "scripted_exporter" }

    func destination(of batch: SignalBatch) -> ExportDestination? { place(batch) }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult {
        guard case .spans = batch else { return rest }
        return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}

/// Tells of one failed attempt, then never ends an export until it is let go.
final class RetryingExporter: SignalExporter {
    private let failure: AttemptFailure
    private let gate = AsyncGate()
    private let state = Mutex((tried: false, ended: false))

    init(_ failure: AttemptFailure) { self.failure = failure }

    var hasTried: Bool { state.withLock { $0.tried } }
    var hasEnded: Bool { state.withLock { $0.ended } }

    func componentType(for batch: SignalBatch) -> String { "retrying_exporter" }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult { await export(batch, resource: resource, deadline: deadline) { _ in } }

    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant,
        attemptFailed: @escaping @Sendable (AttemptFailure) -> Void
    ) async -> ExportResult {
        attemptFailed(failure)
        state.withLock { $0.tried = true }
        await gate.wait()
        defer { state.withLock { $0.ended = true } }
        return .failed(errorType: failure.errorType, message: failure.message)
    }

    func release() { gate.open() }
}
