/// An HTTP client on one libcurl multi handle and one thread, which any number of tasks share.
///
/// Connections are kept and reused. Redirects are not followed: their 3xx responses are returned. Proxies are taken
/// from the environment as curl does (`http_proxy`, `https_proxy`, `no_proxy`). A client that is no longer referenced
/// ends its thread; ``shutdown()`` also waits for the thread's end.
public final class HTTPClient: Sendable {
    private let loop: TransferLoop

    /// Starts the client's thread.
    ///
    /// - Throws: ``HTTPClientError`` with code `system_error` when libcurl or the thread cannot be started.
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
                        ticket: ticket, request: valid, deadline: deadline, delivery: .whole(continuation)))
            }
        } onCancel: {
            cancel(ticket)
        }
        return try result.get()
    }

    /// Sends a request and waits for the response's status and header fields; its body is read as it comes in.
    ///
    /// The response takes one of ``HTTPClientConfiguration/maximumConcurrentRequests`` until its body is complete or
    /// released. The client's limit for bodies does not apply, only the request's own.
    ///
    /// - Parameters:
    ///   - request: What to send.
    ///   - deadline: When to give up, reading the body included.
    /// - Throws: ``HTTPClientError`` when there is no response. Reading the body throws when it cannot be completed.
    public func stream(
        _ request: HTTPRequest, deadline: ContinuousClock.Instant
    ) async throws(HTTPClientError) -> HTTPStreamedResponse {
        try await stream(
            ValidatedRequest(request), ticket: TransferTicket(loop.nextIdentifier()), deadline: deadline, upload: nil)
    }

    /// As ``stream(_:deadline:)``, with a body that is sent in pieces as they are made, in HTTP/1.1's chunked encoding.
    ///
    /// Pieces that cannot be sent yet fill a buffer of ``HTTPClientConfiguration/maximumBufferedBytes``; when it is full,
    /// the sequence has to wait. The server may answer before it has read the whole body. Releasing the response cancels
    /// the task that reads the sequence.
    ///
    /// - Parameters:
    ///   - request: What to send; its own body must be empty, its method one that has a body.
    ///   - deadline: When to give up, sending and reading the bodies included.
    ///   - body: The pieces.
    /// - Throws: ``HTTPClientError``, with code `body_failed` when the sequence throws.
    public func stream<Body: AsyncSequence & Sendable>(
        _ request: HTTPRequest, deadline: ContinuousClock.Instant, uploading body: Body
    ) async throws(HTTPClientError) -> HTTPStreamedResponse where Body.Element == [UInt8] {
        let valid = try ValidatedRequest(request)
        guard request.body.isEmpty, !["GET", "HEAD"].contains(request.method) else {
            throw HTTPClientError(
                .invalidRequest, "the request to \(valid.address) has a body of its own, or a method without one")
        }
        let ticket = TransferTicket(loop.nextIdentifier())
        let upload = UploadStream(limit: max(1, loop.configuration.maximumBufferedBytes))
        let loop = loop
        let task = Task {
            let resume = { loop.resume(ticket.identifier) }
            do {
                for try await piece in body where !piece.isEmpty {
                    guard await upload.write(piece, resume: resume) else { return }
                }
                upload.finish(.end, resume: resume)
            } catch {
                upload.finish(.failed, resume: resume)
            }
        }
        return try await stream(valid, ticket: ticket, deadline: deadline, upload: (upload, task))
    }

    private func stream(
        _ valid: ValidatedRequest, ticket: TransferTicket, deadline: ContinuousClock.Instant,
        upload: (stream: UploadStream, task: Task<Void, Never>)?
    ) async throws(HTTPClientError) -> HTTPStreamedResponse {
        let stream = BodyStream(limit: max(1, loop.configuration.maximumBufferedBytes))
        let source = BodySource(client: self, ticket: ticket, stream: stream, upload: upload?.task)
        let head = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                stream.keep(head: continuation)
                loop.submit(
                    PendingTransfer(
                        ticket: ticket, request: valid, deadline: deadline, delivery: .streamed(stream),
                        upload: upload?.stream))
            }
        } onCancel: {
            cancel(ticket)
        }
        let response = try head.get()
        return HTTPStreamedResponse(
            status: response.status, headers: response.headers, body: HTTPBody(source: source))
    }

    func cancel(_ ticket: TransferTicket) {
        ticket.markCancelled()
        loop.cancel(ticket.identifier)
    }

    func resume(_ ticket: TransferTicket) { loop.resume(ticket.identifier) }

    /// Ends the client: requests still under way fail with code `shut_down`, connections are closed, and the thread has
    /// ended when this returns. Later requests fail with the same code.
    public func shutdown() async {
        await loop.stopAndWait()
    }
}
