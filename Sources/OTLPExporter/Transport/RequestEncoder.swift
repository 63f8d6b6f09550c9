import Telemetry

/// Turns batches into requests of bounded size.
struct RequestEncoder: Sendable {
    /// The most bytes a request may have, before compression.
    let maximumRequestBytes: Int
    private let writers = WriterPool()

    /// The requests for a batch; none for an empty batch.
    struct Output: Sendable {
        var requests: [EncodedRequest] = []
        /// Records that cannot be sent, and why.
        var refused = 0
        var refusal = ""
    }

    /// Encodes a batch, splitting it where a request would be too large.
    func encode(_ batch: SignalBatch, resource: TelemetryResource) -> Output {
        let suitable = batch.suitable
        var output = Output()
        let unsuitable = batch.count - suitable.count
        if unsuitable > 0 {
            output.refused = unsuitable
            output.refusal = "\(unsuitable) data points do not suit the kind of their metric"
        }
        encode(suitable, resource, into: &output)
        return output
    }

    private func encode(_ batch: SignalBatch, _ resource: TelemetryResource, into output: inout Output) {
        guard batch.count > 0 else { return }
        let body = body(of: batch, resource)
        if body.count <= maximumRequestBytes {
            output.requests.append(EncodedRequest(signal: batch.signal, body: body, recordCount: batch.count))
        } else if let (first, second) = batch.halves {
            encode(first, resource, into: &output)
            encode(second, resource, into: &output)
        } else {
            output.refused += batch.count
            output.refusal =
                "a \(batch.signal.recordName) of \(body.count) bytes is larger than a request may be "
                + "(\(maximumRequestBytes) bytes): limit its attributes, or raise maximumRequestBytes"
        }
    }

    private func body(of batch: SignalBatch, _ resource: TelemetryResource) -> [UInt8] {
        switch batch {
        case .spans(let spans, let scope): body(of: spans, scope, resource)
        case .metrics(let metrics): MessageArena().request(metrics: metrics, resource: resource)
        case .logs(let logs): MessageArena().request(logs: logs, resource: resource)
        }
    }

    /// The body of a request. Spans are encoded as they are for the spool.
    private func body(
        of spans: [SpanRecord], _ scope: InstrumentationScope, _ resource: TelemetryResource
    ) -> [UInt8] {
        let origin = SpoolOrigin(
            resource: MessageArena().packed(resource).array, scope: MessageArena().packed(scope).array)
        var assembly = TraceRequestAssembly()
        for span in spans { assembly.add(writers.withBytes(of: span) { $0.copy }, origin) }
        return assembly.body
    }
}
