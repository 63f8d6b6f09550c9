/// An HTTP client on one libcurl multi handle and one thread, which any number of tasks share.
///
/// Connections are kept and used again. Redirects are not followed: their 3xx responses are returned. Proxies are taken
/// from the environment as curl does (`http_proxy`, `https_proxy`, `no_proxy`). A client that is no longer referenced
/// ends its thread; ``shutdown()`` also waits for that.
public final class HTTPClient: Sendable {
    private let loop: TransferLoop

    /// Starts the client's thread.
    ///
    /// - Throws: ``HTTPClientError`` with code `system_error` when libcurl or a thread cannot be had.
    public init(configuration: HTTPClientConfiguration = .init()) throws(HTTPClientError) {
        loop = try TransferLoop(configuration: configuration)
        try loop.start()
    }

    deinit {
        loop.stop()
    }

    /// Sends a request and waits for the whole response, whatever its status.
    ///
    /// Cancelling the task aborts the transfer at once.
    ///
    /// - Parameters:
    ///   - request: What to send.
    ///   - deadline: When to give up, waiting for a free slot, connecting and receiving included.
    /// - Throws: ``HTTPClientError`` when there is no complete response.
    public func execute(
        _ request: HTTPRequest, deadline: ContinuousClock.Instant
    ) async throws(HTTPClientError) -> HTTPResponse {
        let valid = try ValidatedRequest(request)
        let ticket = TransferTicket(loop.nextIdentifier())
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(
                    PendingTransfer(
                        ticket: ticket, request: valid, deadline: deadline, continuation: continuation))
            }
        } onCancel: {
            ticket.markCancelled()
            loop.cancel(ticket.identifier)
        }
        return try result.get()
    }

    /// Ends the client: requests still under way fail with code `shut_down`, connections are closed, and the thread has
    /// ended when this returns. Later requests fail with the same code.
    public func shutdown() async {
        await loop.stopAndWait()
    }
}
