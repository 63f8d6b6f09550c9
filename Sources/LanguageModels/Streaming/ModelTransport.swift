import Coordinator
import CurlClient
import Support

/// The address of a service, and the headers of every call.
struct ModelEndpoint: Sendable {
    /// The word for any such service in the HTTP client's error texts.
    static let peerName = "model server"

    /// The address of the call, such as `https://api.openai.com/v1/chat/completions`.
    let url: String
    /// The service's name in error texts.
    let name: String
    /// The headers with the key.
    let headers: @Sendable () -> [HTTPHeader]
    /// What the user can do when the service cannot be reached.
    let remedy: String
}

/// Assembles an answer from its events. Each protocol has its own assembly.
protocol AnswerAssembly: Sendable {
    /// Takes an event.
    ///
    /// - Returns: the pieces of the answer that the event holds, for the caller's `receive` closure.
    mutating func take(_ event: ServerSentEvents.Event) throws(ModelError) -> [ModelEvent]
    /// Takes a whole answer from a service that does not stream.
    mutating func take(whole document: JSONValue) throws(ModelError) -> [ModelEvent]
    /// Whether the event that ends the answer has come.
    var isComplete: Bool { get }
    /// What the answer used, once the service has counted it.
    var usage: ModelUsage? { get }
    /// Whether the answer counts as complete when the stream ends without that event.
    var mayEndHere: Bool { get }
    /// The answer.
    ///
    /// - Throws: ``ModelError`` when there is no valid answer.
    func response() throws(ModelError) -> ModelResponse
}

/// Sends a request and reads the answer as it comes.
struct ModelTransport: Sendable {
    /// The most bytes of an answer on the wire, over all its events. 32 MiB.
    static let answerBytes = 32 << 20
    /// The most text and arguments of an answer, in bytes. 4 MiB.
    static let textBytes = 4 << 20
    /// The most bytes of an error's body that are read. 64 KiB.
    static let errorBytes = 64 << 10

    let client: HTTPClient
    let endpoint: ModelEndpoint

    /// - Parameter traceHeaders: the headers with the call's trace context.
    func answer<Assembly: AnswerAssembly>(
        _ body: JSONValue, traceHeaders: [HTTPHeader], until deadline: ContinuousClock.Instant, assembly: Assembly,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        let start = ContinuousClock.now
        let response = try await open(body, traceHeaders, deadline)
        guard (200..<300).contains(response.status) else { throw await failure(response) }
        var assembly = assembly
        do {
            let firstChunk = try await read(response, into: &assembly, since: start, receiving: receive)
            var answer = try assembly.response()
            answer.timeToFirstChunk = firstChunk
            return answer
        } catch {
            // What the service has counted is paid for, whatever becomes of the answer.
            throw error.duringAnswer(assembly.usage)
        }
    }

    /// Reads an answer to its end.
    ///
    /// - Returns: the time to its first piece.
    private func read<Assembly: AnswerAssembly>(
        _ response: HTTPStreamedResponse, into assembly: inout Assembly, since start: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> Duration? {
        var firstChunk: Duration?
        let type = response.header("content-type")?.lowercased() ?? ""
        let streams = type.contains("text/event-stream")
        var events = ServerSentEvents()
        var whole: [UInt8] = []
        var iterator = response.body.makeAsyncIterator()
        var size = 0
        // The body is read to its end, so that the connection can be reused; bytes after the last event are ignored.
        while let piece = try await next(&iterator, isOver: assembly.isComplete) {
            size += piece.count
            guard size <= Self.answerBytes else { throw tooLarge() }
            guard streams else {
                whole += piece
                continue
            }
            for event in try read(piece, &events) where !assembly.isComplete {
                let events = try assembly.take(event)
                if !events.isEmpty, firstChunk == nil { firstChunk = ContinuousClock.now - start }
                events.forEach(receive)
            }
        }
        if !streams {
            guard let document = try? JSONValue(json: whole) else { throw notTheProtocol() }
            try assembly.take(whole: document).forEach(receive)
        }
        guard assembly.isComplete || assembly.mayEndHere else {
            throw ModelError(
                .interrupted, "\(endpoint.name) at \(address) ended its answer in the middle; asking again may help")
        }
        return firstChunk
    }

    /// The address as messages show it.
    var address: String { PrintableAddress.text(of: endpoint.url) }

    private func open(
        _ body: JSONValue, _ traceHeaders: [HTTPHeader], _ deadline: ContinuousClock.Instant
    ) async throws(ModelError) -> HTTPStreamedResponse {
        guard let text = try? body.json() else {
            throw ModelError(.misconfigured, "the request to \(endpoint.name) holds a number that JSON does not have")
        }
        var request = HTTPRequest(method: "POST", url: endpoint.url, body: Array(text.utf8))
        request.peerName = ModelEndpoint.peerName
        request.headers =
            [
                HTTPHeader("content-type", "application/json"),
                HTTPHeader("accept", "text/event-stream, application/json"),
                HTTPHeader("user-agent", "coordinator"),
            ] + endpoint.headers() + traceHeaders
        request.maximumResponseBytes = Self.answerBytes
        do {
            return try await client.stream(request, deadline: deadline)
        } catch {
            throw translated(error)
        }
    }

    /// - Parameter isOver: whether the answer is complete; errors of the connection are ignored then.
    private func next(_ iterator: inout HTTPBody.Iterator, isOver: Bool) async throws(ModelError) -> [UInt8]? {
        do {
            return try await iterator.next()
        } catch {
            if isOver { return nil }
            throw translated(error)
        }
    }

    private func read(_ piece: [UInt8], _ events: inout ServerSentEvents) throws(ModelError) -> [ServerSentEvents.Event]
    {
        do {
            return try events.read(piece)
        } catch {
            throw tooLarge()
        }
    }

    private func tooLarge() -> ModelError {
        ModelError(
            .responseTooLarge,
            "\(endpoint.name) at \(address) sent more than \(Self.answerBytes >> 20) MiB, or a line of more than "
                + "\(ServerSentEvents.limit >> 20); no answer is that long")
    }

    private func notTheProtocol() -> ModelError {
        ModelError(
            .invalidResponse,
            "\(endpoint.name) at \(address) answered neither with events nor with JSON; does the address lead to a model's service?"
        )
    }

    private func translated(_ error: HTTPClientError) -> ModelError {
        let code: ModelError.Code =
            switch error.code {
            case .unknownHost, .connectionRefused, .connectionFailed, .connectTimeout: .unreachable
            case .connectionLost: .interrupted
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .responseTooLarge: .responseTooLarge
            case .malformedResponse: .invalidResponse
            case .queueFull: .overloaded
            default: .misconfigured
            }
        let remedy = code == .unreachable ? " \(endpoint.remedy)" : ""
        return ModelError(code, error.message + remedy)
    }

    /// The error for a status other than 2xx.
    private func failure(_ response: HTTPStreamedResponse) async -> ModelError {
        var bytes: [UInt8] = []
        var iterator = response.body.makeAsyncIterator()
        while bytes.count < Self.errorBytes, let piece = try? await iterator.next() { bytes += piece }
        let pause =
            response.header("retry-after-ms").flatMap { Double($0) }.flatMap {
                $0 >= 0 && $0 < 1e12 ? Duration.milliseconds($0) : nil
            } ?? response.header("retry-after").flatMap { RetryAfter.delay($0) }
        // A service may repeat the key that it does not take.
        let body = endpoint.headers().hidingValues(in: String(decoding: bytes.prefix(Self.errorBytes), as: UTF8.self))
        return ServiceFailure(
            status: response.status, body: Array(body.utf8), retryAfter: pause,
            service: "\(endpoint.name) at \(address)"
        ).error
    }
}
