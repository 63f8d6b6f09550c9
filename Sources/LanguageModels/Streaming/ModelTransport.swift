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

    /// The remedy where no connection was made; empty after any other error, which says itself what to do.
    func remedy(for error: HTTPClientError) -> String { error.isUnreachable ? remedy : "" }
}

extension HTTPClientError {
    /// Whether nothing was reached, for a reason other than TLS.
    var isUnreachable: Bool {
        switch code {
        case .unknownHost, .connectionRefused, .connectionFailed, .connectTimeout: true
        default: false
        }
    }
}

/// Assembles an answer from its events. Each protocol has its own assembly.
protocol AnswerAssembly: Sendable {
    /// Takes an event.
    ///
    /// - Returns: the pieces of the answer that the event holds, for the caller's `receive` closure.
    mutating func take(_ event: ServerSentEvents.Event) throws(ModelError) -> [ModelEvent]
    /// The text so far.
    var text: String { get }
    /// Whether a piece of the answer has come: of its text, or of a call that is told only once it is complete.
    var hasBegun: Bool { get }
    /// Takes a whole answer from a service that does not stream.
    mutating func take(whole document: JSONValue) throws(ModelError) -> [ModelEvent]
    /// Whether the event that ends the answer has come.
    var isComplete: Bool { get }
    /// What the answer used, once the service has counted it.
    var usage: ModelUsage? { get }
    /// Whether the answer counts as complete when the stream ends without that event: it has a reason for its end.
    var mayEndHere: Bool { get }
    /// Ends the answer where its stream ends.
    ///
    /// - Returns: the pieces that were not told yet.
    mutating func end() -> [ModelEvent]
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
    /// How long the count of tokens and the end mark may come after the reason for the answer's end, and how long the body
    /// of an error may take. 1 s.
    static let endGrace = Duration.seconds(1)
    /// How long the end of the response is awaited after the answer's end mark, so that the connection can be used again.
    /// 0.1 s.
    static let drainTime = Duration.milliseconds(100)
    /// How long a service may say nothing after a structured answer that is whole, until it is used without an end mark.
    /// 5 s.
    static let silence = Duration.seconds(5)

    let client: HTTPClient
    let endpoint: ModelEndpoint

    /// - Parameters:
    ///   - traceHeaders: the headers with the call's trace context.
    ///   - schema: the form of the answer, by which a whole one is known that lacks its end mark.
    /// - Throws: ``ModelError``, which does not repeat the key, whatever the service says.
    func answer<Assembly: AnswerAssembly>(
        _ body: JSONValue, traceHeaders: [HTTPHeader], until deadline: ContinuousClock.Instant, assembly: Assembly,
        schema: OutputSchema?, receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        do throws(ModelError) {
            return try await exchange(
                body, traceHeaders: traceHeaders, until: deadline, assembly: assembly, schema: schema,
                receiving: receive)
        } catch {
            throw error.hidingValues(of: endpoint.headers())
        }
    }

    private func exchange<Assembly: AnswerAssembly>(
        _ body: JSONValue, traceHeaders: [HTTPHeader], until deadline: ContinuousClock.Instant, assembly: Assembly,
        schema: OutputSchema?, receiving receive: @Sendable (ModelEvent) -> Void
    ) async throws(ModelError) -> ModelResponse {
        let start = ContinuousClock.now
        let response = try await open(body, traceHeaders, deadline)
        guard (200..<300).contains(response.status) else { throw await failure(response) }
        var assembly = assembly
        let form = schema.flatMap { try? AnswerText($0) }
        var firstChunk: Duration?
        do throws(ModelError) {
            let body = TimedBody(body: response.body)
            var reader = AnswerReader(
                contentType: response.header("content-type")?.lowercased() ?? "", limit: Self.answerBytes)
            func tell(_ events: [ModelEvent]) {
                let hasBegun = !events.isEmpty || assembly.hasBegun
                if hasBegun, firstChunk == nil, !reader.isDocument { firstChunk = ContinuousClock.now - start }
                events.forEach(receive)
            }
            var arrival = TimedBody.Arrival.piece([])
            var end: ContinuousClock.Instant?
            reading: while !assembly.isComplete, !reader.isWholeDocument {
                if assembly.mayEndHere { end = end ?? .now + Self.endGrace }
                arrival = await next(body, end, assembly.text, form)
                guard case .piece(let piece) = arrival else { break reading }
                for event in try read(piece, &reader) where !assembly.isComplete { tell(try assembly.take(event)) }
                if reader.isForeign { throw notTheProtocol() }
            }
            // An event that was cut is none.
            if let event = reader.lastEvent(), !assembly.isComplete, (try? event.contents(endpoint.name)) != nil {
                tell(try assembly.take(event))
            }
            if reader.isDocument { tell(try takeDocument(reader, arrival, &assembly)) }
            tell(assembly.end())
            let lacksEndMark = try !isEnded(assembly, arrival, form)
            if case .piece = arrival { await body.drain(within: Self.drainTime) }
            var answer = try assembly.response()
            answer.timeToFirstChunk = firstChunk
            answer.lacksEndMark = lacksEndMark
            return answer
        } catch {
            // What the service has counted is paid for, whatever becomes of the answer.
            var error = error.duringAnswer(assembly.usage)
            // What the caller has been told cannot be asked for again.
            if firstChunk != nil { error.refusal = nil }
            throw error
        }
    }

    private func takeDocument(
        _ reader: AnswerReader, _ arrival: TimedBody.Arrival, _ assembly: inout some AnswerAssembly
    ) throws(ModelError) -> [ModelEvent] {
        if let document = reader.document { return try assembly.take(whole: document) }
        if case .failed(let error) = arrival { throw translated(error) }
        throw reader.isCutDocument ? interrupted() : notTheProtocol()
    }

    /// Whether the service said that the answer ends.
    ///
    /// - Returns: `false` for an answer that is whole all the same, since it fits its schema.
    /// - Throws: the error of an answer that may be cut.
    private func isEnded(
        _ assembly: some AnswerAssembly, _ arrival: TimedBody.Arrival, _ form: AnswerText?
    ) throws(ModelError) -> Bool {
        if assembly.isComplete { return true }
        var failure = interrupted()
        if case .failed(let error) = arrival {
            failure = translated(error)
            guard failure.code == .interrupted else { throw failure }
        }
        if assembly.mayEndHere { return true }
        guard let form, form.isWhole(assembly.text) else { throw failure }
        return false
    }

    /// Waits for a piece: for a moment where the answer has a reason for its end, not much longer where it is whole by its
    /// form, else for as long as the request may take.
    private func next(
        _ body: TimedBody, _ end: ContinuousClock.Instant?, _ text: String, _ form: AnswerText?
    ) async -> TimedBody.Arrival {
        if let end { return await body.next(within: end - .now) }
        guard let form, let last = text.utf8.last, "}]`\n".utf8.contains(last) else {
            return await body.next(within: nil)
        }
        return await body.next(within: Self.silence) { form.isWhole(text) }
    }

    private func interrupted() -> ModelError {
        ModelError(.interrupted, "\(endpoint.name) at \(address) ended its answer in the middle; asking again may help")
    }

    /// The address as messages show it.
    var address: String { PrintableAddress.text(of: endpoint.url) + HTTPClient.detour(to: endpoint.url) }

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

    private func read(_ piece: [UInt8], _ reader: inout AnswerReader) throws(ModelError) -> [ServerSentEvents.Event] {
        do {
            return try reader.take(piece)
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
            case _ where error.isUnreachable: .unreachable
            case .connectionLost: .interrupted
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .responseTooLarge: .responseTooLarge
            case .malformedResponse: .invalidResponse
            case .queueFull: .overloaded
            default: .misconfigured
            }
        return ModelError(code, Sentences.joined(error.message, endpoint.remedy(for: error)))
    }

    /// The error for a status other than 2xx.
    private func failure(_ response: HTTPStreamedResponse) async -> ModelError {
        let body = TimedBody(body: response.body)
        let end = ContinuousClock.now + Self.endGrace
        var reader = AnswerReader(contentType: "", limit: Self.errorBytes)
        var bytes: [UInt8] = []
        // A service that keeps the connection open has said what it had to say.
        while bytes.count < Self.errorBytes, !reader.isWholeDocument,
            case .piece(let piece) = await body.next(within: end - .now)
        {
            bytes += piece
            _ = try? reader.take(piece)
        }
        if reader.isWholeDocument { await body.drain(within: Self.drainTime) }
        return ServiceFailure(
            status: response.status, headers: response.headers, body: Array(bytes.prefix(Self.errorBytes)),
            service: "\(endpoint.name) at \(address)"
        ).error
    }
}
