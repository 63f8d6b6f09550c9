import CCurl

/// One running transfer: the waiting request, the handle, and the response so far. Confined to the I/O thread.
final class Transfer {
    let pending: PendingTransfer
    let handle: EasyHandle
    var collector: ResponseCollector

    init(_ pending: PendingTransfer, handle: EasyHandle, configuration: HTTPClientConfiguration) {
        self.pending = pending
        self.handle = handle
        let isStreamed = if case .streamed = pending.delivery { true } else { false }
        collector = ResponseCollector(
            maximumHeaderBytes: configuration.maximumHeaderBytes,
            maximumBodyBytes: pending.request.request.maximumResponseBytes
                ?? (isStreamed ? .max : configuration.maximumResponseBytes))
    }

    /// Whether a part of the body was taken.
    enum Reception {
        case taken, refused
        /// Offer it again when the transfer is resumed.
        case notNow
    }

    private var stream: BodyStream? {
        if case .streamed(let stream) = pending.delivery { stream } else { nil }
    }

    func receive(body bytes: UnsafeRawBufferPointer) -> Reception {
        guard let stream else { return collector.receive(body: bytes) ? .taken : .refused }
        guard collector.admits(bytes.count) else { return .refused }
        guard !bytes.isEmpty else { return .taken }
        guard stream.offer(bytes) else { return .notNow }
        collector.pass(bytes.count)
        return .taken
    }

    func receive(headerLine bytes: UnsafeRawBufferPointer) -> Bool {
        let isEnd = collector.isEnd(bytes)
        guard collector.receive(headerLine: bytes) else { return false }
        if isEnd { stream?.deliver(HTTPResponse(status: collector.status, headers: collector.headers)) }
        return true
    }

    /// The caller's result for libcurl's result.
    func outcome(
        of result: CURLcode, configuration: HTTPClientConfiguration
    ) -> Result<HTTPResponse, HTTPClientError> {
        do throws(HTTPClientError) {
            guard result == CURLE_OK else { throw try failure(result, configuration) }
            return .success(
                HTTPResponse(status: try handle.status(), headers: collector.headers, body: collector.body))
        } catch {
            return .failure(error)
        }
    }
}
