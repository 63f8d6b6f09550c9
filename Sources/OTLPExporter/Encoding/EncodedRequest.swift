import CurlClient

/// One request's body, and how many records it holds.
struct EncodedRequest: Sendable {
    let signal: OTLPSignal
    /// The serialised `Export…ServiceRequest`, compressed if ``isCompressed``.
    let body: [UInt8]
    /// How many spans, points or lines are in it.
    let recordCount: Int
    /// Whether the body is in gzip's format.
    private(set) var isCompressed = false

    init(signal: OTLPSignal, body: [UInt8], recordCount: Int) {
        self.signal = signal
        self.body = body
        self.recordCount = recordCount
    }

    /// The request as an endpoint is configured to get it. It is made once, however often the request is sent.
    func compressed(for endpoint: OTLPEndpoint) -> EncodedRequest {
        // A body that cannot be compressed is sent uncompressed.
        guard endpoint.compression == .gzip, !isCompressed, let compressed = try? gzipped(body) else { return self }
        var request = EncodedRequest(signal: signal, body: compressed, recordCount: recordCount)
        request.isCompressed = true
        return request
    }
}
