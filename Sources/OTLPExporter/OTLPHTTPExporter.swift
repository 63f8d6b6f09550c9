import CurlClient
import Telemetry

/// Sends telemetry to a collector: OTLP as protobuf over HTTP.
///
/// Requests are bounded in size, retried as the OTLP specification says until the batch's deadline, and never traced.
public struct OTLPHTTPExporter: SignalExporter {
    /// The `User-Agent` header of the exporter's requests.
    public static let userAgent = OTLPTransport.userAgent

    private let configuration: OTLPConfiguration
    private let encoder: RequestEncoder
    private let transport: OTLPTransport

    /// Makes an exporter with an HTTP client of its own.
    ///
    /// - Throws: ``CurlClient/HTTPClientError`` when the client's thread cannot be started.
    public init(configuration: OTLPConfiguration) throws(HTTPClientError) {
        self.init(configuration: configuration, client: try HTTPClient())
    }

    /// Makes an exporter that shares an HTTP client; the caller shuts the client down.
    public init(configuration: OTLPConfiguration, client: HTTPClient) {
        self.configuration = configuration
        encoder = RequestEncoder(maximumRequestBytes: configuration.maximumRequestBytes)
        transport = OTLPTransport(client: client, retry: configuration.retry)
    }

    /// `otlp_http_span_exporter`, `otlp_http_metric_exporter` or `otlp_http_log_exporter`.
    public func componentType(for batch: SignalBatch) -> String {
        switch batch {
        case .spans: "otlp_http_span_exporter"
        case .metrics: "otlp_http_metric_exporter"
        case .logs: "otlp_http_log_exporter"
        }
    }

    /// The host and port of the signal's endpoint.
    public func destination(of batch: SignalBatch) -> ExportDestination? {
        configuration[batch.signal]?.destination
    }

    /// The signal's endpoint without what may be secret in it.
    public func address(of batch: SignalBatch) -> String? { configuration[batch.signal]?.address }

    /// Sends one batch, in several requests when it is large, and returns when all of them are delivered or given up.
    ///
    /// An empty batch counts as delivered, without a request. When some requests of a batch fail, their records are
    /// reported as rejected, with each reason; when all fail, the batch has failed.
    public func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant
    ) async -> ExportResult { await export(batch, resource: resource, deadline: deadline) { _ in } }

    /// Sends one batch, and tells of each attempt that is followed by another.
    public func export(
        _ batch: SignalBatch, resource: TelemetryResource, deadline: ContinuousClock.Instant,
        attemptFailed: @escaping @Sendable (AttemptFailure) -> Void
    ) async -> ExportResult {
        guard let endpoint = configuration[batch.signal] else { return Self.missingEndpoint(batch.signal) }
        let encoded = encoder.encode(batch, resource: resource)
        let deadline = min(deadline, .now + endpoint.timeout)
        var sum = DeliverySum(refused: encoded.refused, reason: encoded.refusal)
        for request in encoded.requests {
            let result = await transport.send(
                request.compressed(for: endpoint), to: endpoint, deadline: deadline, attemptFailed: attemptFailed)
            sum.add(result, of: request.recordCount)
        }
        return sum.result
    }

    /// Sends an empty export request of one signal, once, as the signal's own requests are sent: it is valid and leaves
    /// nothing behind. Only an answer of OTLP counts as delivered.
    package func check(_ signal: OTLPSignal, deadline: ContinuousClock.Instant) async -> ExportResult {
        guard let endpoint = configuration[signal] else { return Self.missingEndpoint(signal) }
        let request = EncodedRequest(signal: signal, body: [], recordCount: 0).compressed(for: endpoint)
        switch await transport.attempt(request, to: endpoint, attempt: 1, deadline: deadline) {
        case .finished(let result): return result
        case .postponed(let errorType, let message, _, _, _): return .failed(errorType: errorType, message: message)
        }
    }

    private static func missingEndpoint(_ signal: OTLPSignal) -> ExportResult {
        .failed(
            errorType: HTTPClientError.Code.invalidRequest.rawValue,
            message: "no endpoint for \(signal): set OTEL_EXPORTER_OTLP_ENDPOINT, or "
                + OTLPSignal.variable("\(signal.variablePart)_ENDPOINT"))
    }
}

extension OTLPHTTPExporter: SpoolingExporter {
    /// The spool of ``OTLPConfiguration/spool``.
    public func makeSpanSpool(
        resource: TelemetryResource, batchSize: Int, warn: @escaping @Sendable (String) -> Void
    ) -> (any SpanSpool)? {
        guard let endpoint = configuration.traces else { return nil }
        let (transport, mostBytes) = (transport, configuration.maximumRequestBytes)
        return OTLPSpanSpool(
            configuration: configuration.spool, resource: resource, batchSize: batchSize,
            maximumRequestBytes: mostBytes, warn: warn, prepare: { $0.compressed(for: endpoint) }
        ) { request, attempt, deadline in
            await transport.attempt(
                request, to: endpoint, attempt: attempt, deadline: min(deadline, .now + endpoint.timeout))
        }
    }
}

/// Combines the results of a batch's requests into one.
private struct DeliverySum {
    /// How many reasons are said of one batch.
    private static let mostReasons = 3

    private var rejected: Int
    private var reasons: [String] = []
    private var warnings: [String] = []
    private var deliveredAny = false
    private var failure: ExportResult?
    private var doubt: ExportResult?
    private var httpStatus: Int?

    init(refused: Int, reason: String) {
        rejected = refused
        if !reason.isEmpty { reasons = [reason] }
    }

    mutating func add(_ result: ExportResult, of records: Int) {
        switch result {
        case .delivered(let count, let text, let status):
            deliveredAny = true
            httpStatus = status
            rejected += count
            if count > 0 { Self.add(text, to: &reasons) } else { Self.add(text, to: &warnings) }
        case .unacknowledged(let text, let status):
            doubt = doubt ?? result
            httpStatus = status
            Self.add(text, to: &warnings)
        case .failed(_, let text):
            failure = failure ?? result
            rejected += records
            Self.add(text, to: &reasons)
        }
    }

    private static func add(_ text: String, to texts: inout [String]) {
        if !text.isEmpty, texts.count < mostReasons, !texts.contains(text) { texts.append(text) }
    }

    var result: ExportResult {
        if !deliveredAny, doubt == nil, let failure { return failure }
        if !deliveredAny, rejected == 0, let doubt { return doubt }
        return .delivered(
            rejected: rejected, message: (reasons + warnings).joined(separator: "; "), httpStatus: httpStatus)
    }
}
