/// One batch of records of one signal, with their instrumentation scope.
public enum SignalBatch: Sendable {
    /// Ended spans of one scope.
    case spans([SpanRecord], scope: InstrumentationScope)
    /// Instruments with their series.
    case metrics([MetricRecord])
    /// Log lines.
    case logs([LogRecord])

    /// How many spans, points or lines the batch holds.
    public var count: Int {
        switch self {
        case .spans(let spans, _): spans.count
        case .metrics(let metrics): metrics.reduce(0) { $0 + $1.points.count }
        case .logs(let logs): logs.count
        }
    }
}

/// How an export ended.
public enum ExportResult: Sendable, Hashable {
    /// The receiver took everything but `rejected` records, which it refused for good; `httpStatus` is the status of
    /// its answer.
    ///
    /// `message` says in a whole sentence why, and at which address; without rejected records it is a warning.
    case delivered(rejected: Int = 0, message: String = "", httpStatus: Int? = nil)
    /// The server answered with success, but not as a receiver of telemetry does: what it did with the batch is unknown.
    /// `message` says so, and at which address. It counts as delivered, since it must not be sent again.
    case unacknowledged(message: String, httpStatus: Int? = nil)
    /// The batch is lost; `errorType` goes to the `error.type` attribute and is the status of an HTTP answer, if there
    /// was one; `message` says what happened, at which address, and what to do.
    case failed(errorType: String, message: String)
}

/// Why one attempt to export a batch failed, when there may be another.
public struct AttemptFailure: Sendable, Hashable {
    /// The value of the `error.type` attribute; the status of an HTTP answer, if there was one.
    public var errorType: String
    /// What happened, at which address, and what to do.
    public var message: String

    /// Describes a failure.
    public init(errorType: String, message: String) {
        self.errorType = errorType
        self.message = message
    }
}

/// Sends batches out of the process. It knows nothing of agents.
public protocol SignalExporter: Sendable {
    /// The name that the standard variables have for this exporter; it gets the signals whose exporters include the
    /// name.
    var name: ExporterName { get }

    /// The component type for self-metrics, such as `otlp_http_span_exporter`; the signal is the batch's.
    func componentType(for batch: SignalBatch) -> String

    /// The server that batches of this signal go to, for self-metrics; `nil` when there is none.
    func destination(of batch: SignalBatch) -> ExportDestination?

    /// The address that batches of this signal go to, with everything secret left out, for messages; `nil` when there is
    /// none.
    func address(of batch: SignalBatch) -> String?

    /// Sends one batch and answers when it is delivered or given up; retries are the exporter's own business.
    ///
    /// - Parameter deadline: after this instant the batch must have failed.
    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult

    /// Sends one batch as ``export(_:resource:deadline:)`` does, and tells of each attempt that failed. When the batch
    /// is given up before the exporter answers, that is what is said of it.
    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant,
        attemptFailed: @escaping @Sendable (AttemptFailure) -> Void
    ) async -> ExportResult
}

extension SignalExporter {
    /// `otlp`, the default of every signal.
    public var name: ExporterName { .otlp }

    /// No server.
    public func destination(of batch: SignalBatch) -> ExportDestination? { nil }

    /// The host and port of the destination.
    public func address(of batch: SignalBatch) -> String? { destination(of: batch).map(\.description) }

    /// Tells of no attempts.
    public func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant,
        attemptFailed: @escaping @Sendable (AttemptFailure) -> Void
    ) async -> ExportResult { await export(batch, resource: resource, deadline: deadline) }
}
