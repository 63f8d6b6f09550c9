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
    case delivered(rejected: Int = 0, message: String = "", httpStatus: Int? = nil)
    /// The batch is lost; `errorType` goes to the `error.type` attribute and is the status of an HTTP answer, if there
    /// was one; `message` says what to do.
    case failed(errorType: String, message: String)
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

    /// Sends one batch and answers when it is delivered or given up; retries are the exporter's own business.
    ///
    /// - Parameter deadline: after this instant the batch must have failed.
    func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult
}

extension SignalExporter {
    /// `otlp`, the default of every signal.
    public var name: ExporterName { .otlp }

    /// No server.
    public func destination(of batch: SignalBatch) -> ExportDestination? { nil }
}
