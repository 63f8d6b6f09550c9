/// The body of a response, in pieces as they come in.
///
/// Read it once, from one task. Unread pieces fill a buffer of ``HTTPClientConfiguration/maximumBufferedBytes``; when
/// it is full, the server has to wait. Releasing the last reference to the body, or cancelling the task that reads,
/// aborts the transfer.
public struct HTTPBody: AsyncSequence, Sendable {
    /// One or more bytes.
    public typealias Element = [UInt8]
    /// Why the body is not complete.
    public typealias Failure = HTTPClientError

    let source: BodySource

    /// Starts reading.
    public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    /// Reads piece by piece.
    public struct Iterator: AsyncIteratorProtocol {
        let source: BodySource

        /// The next piece; `nil` when the body is complete.
        ///
        /// - Throws: ``HTTPClientError`` when the transfer fails, its deadline passes or its task is cancelled.
        public mutating func next() async throws(HTTPClientError) -> [UInt8]? { try await source.next().get() }

        /// As ``next()``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPClientError) -> [UInt8]? { try await source.next().get() }
    }
}

/// A response whose body is still coming in.
public struct HTTPStreamedResponse: Sendable {
    /// The status code.
    public let status: Int
    /// Header fields, in the order received.
    public let headers: [HTTPHeader]
    /// The body.
    public let body: HTTPBody

    /// The value of the first header field with this name, compared without regard to ASCII case.
    public func header(_ name: String) -> String? {
        HTTPResponse(status: status, headers: headers).header(name)
    }
}

/// The reader's end of a stream. It keeps the client alive, and its deinitialiser aborts the transfer.
final class BodySource: Sendable {
    private let client: HTTPClient
    private let ticket: TransferTicket
    private let stream: BodyStream
    /// The task that produces the request's body, if that is sent in pieces.
    private let upload: Task<Void, Never>?

    init(client: HTTPClient, ticket: TransferTicket, stream: BodyStream, upload: Task<Void, Never>?) {
        self.client = client
        self.ticket = ticket
        self.stream = stream
        self.upload = upload
    }

    deinit {
        upload?.cancel()
        client.cancel(ticket)
    }

    func next() async -> BodyStream.Piece {
        await withTaskCancellationHandler {
            await stream.next { client.resume(ticket) }
        } onCancel: {
            client.cancel(ticket)
        }
    }
}
