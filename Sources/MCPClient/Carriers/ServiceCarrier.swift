import Coordinator
import CurlClient
import Support

/// Carries messages to a service by streamable HTTP: each is a request of its own, whose answer is a document or a stream
/// of events.
///
/// A stream that breaks is not taken up again: who asked is told, and knows no more than that.
final class ServiceCarrier: MessageCarrier {
    private struct State {
        /// The version that requests name; `nil` while a session is being begun.
        var version: String? = MCPVersion.stateless.rawValue
        var isStateless: Bool { version == MCPVersion.stateless.rawValue }
        /// What the service wants to be told with each request of a session.
        var session: String?
        var schemas: [ExactString: JSONValue] = [:]
    }

    /// The most bytes of an answer that is an error. 64 KiB.
    static let errorBytes = 64 << 10

    private let url: String
    private let token: (@Sendable () -> String)?
    private let client: HTTPClient
    private let events: CarrierEvents
    private let state = Locked(State())

    init(_ url: String, token: (@Sendable () -> String)?, client: HTTPClient, events: CarrierEvents) {
        self.url = url
        self.token = token
        self.client = client
        self.events = events
    }

    var waitsForAnswers: Bool { true }

    /// The address as messages show it.
    private var address: String { PrintableAddress.text(of: url) }

    func agree(on version: String?) { state.withLock { $0.version = version } }

    func learn(_ tools: [MCPTool]) {
        let schemas = Dictionary(tools.map { (ExactString($0.name), $0.parameters) }) { first, _ in first }
        state.withLock { $0.schemas = schemas }
    }

    func send(_ message: RPCMessage, until deadline: ContinuousClock.Instant) async throws(MCPError) {
        let exchange = try exchange(message)
        do {
            let response = try await client.stream(exchange.request, deadline: deadline)
            try await take(response, exchange)
        } catch let error as HTTPClientError {
            throw translated(error)
        } catch let error as MCPError {
            throw MCPError(error.code, exchange.request.headers.hidingValues(in: error.message))
        } catch {
            throw MCPError(.unavailable, "could not be asked: \(error)")
        }
    }

    /// In a session the server hears of it; without one, that the connection has ended tells it.
    func abandon(_ id: Int64, _ reason: String) async {
        guard state.withLock({ !$0.isStateless }) else { return }
        let params: JSONObject = ["requestId": .integer(id), "reason": .string(reason)]
        let message = RPCMessage.notification(method: "notifications/cancelled", params: params)
        // The task may be the one that was cancelled, and the server must hear of it.
        let telling = Task { try? await send(message, until: .now + MCPLimits.farewell) }
        await telling.value
    }

    func close() async {
        let state = state.withLock { $0 }
        guard state.session != nil else { return }
        var request = HTTPRequest(method: "DELETE", url: url, headers: headers(state))
        request.maximumResponseBytes = Self.errorBytes
        let telling = Task { [request, client] in
            // A service that cannot be told ends the session by itself.
            _ = try? await client.execute(request, deadline: .now + MCPLimits.farewell)
        }
        await telling.value
    }

    /// Who waits for an answer ends the request; there is nothing else.
    func giveUp() {}

    // MARK: requests

    /// A message that is sent, and what its answer depends on.
    private struct Exchange {
        let request: HTTPRequest
        /// That of the request, `nil` for messages that are not answered.
        let id: RPCIdentifier?
        let method: String
        /// Whether it belongs to a session.
        let isInSession: Bool
    }

    private func exchange(_ message: RPCMessage) throws(MCPError) -> Exchange {
        guard let body = message.bytes else {
            throw MCPError(.refused, "was not asked: the arguments hold a number that JSON does not have")
        }
        guard body.count <= MCPLimits.message else {
            throw MCPError(.refused, "was not asked: the message has more than \(MCPLimits.message) bytes")
        }
        var id: RPCIdentifier?
        var method = ""
        if case .request(let own, let name, _) = message { (id, method) = (own, name) }
        let state = state.withLock { $0 }
        var headers = headers(state)
        if state.isStateless { headers += RoutingHeaders.of(message, state.schemas) }
        var request = HTTPRequest(method: "POST", url: url, headers: headers, body: body)
        request.maximumResponseBytes = MCPLimits.answer
        request.isSentOnce = method == "tools/call"
        request.peerName = "server of tools"
        return Exchange(request: request, id: id, method: method, isInSession: state.session != nil)
    }

    private func headers(_ state: State) -> [HTTPHeader] {
        var headers = [
            HTTPHeader("content-type", "application/json"),
            HTTPHeader("accept", "application/json, text/event-stream"), HTTPHeader("user-agent", "coordinator"),
        ]
        if let version = state.version { headers.append(HTTPHeader(RoutingHeaders.version, version)) }
        if let session = state.session { headers.append(HTTPHeader(RoutingHeaders.session, session)) }
        if let token { headers.append(HTTPHeader("authorization", "Bearer \(token())")) }
        return headers
    }

    // MARK: answers

    private func take(_ response: HTTPStreamedResponse, _ exchange: Exchange) async throws {
        guard (200..<300).contains(response.status) else { return try await takeFailure(response, exchange) }
        guard let id = exchange.id else { return }
        let type = response.header("content-type")?.lowercased() ?? ""
        if exchange.method == "initialize" {
            let session = response.header(RoutingHeaders.session)
            state.withLock { $0.session = session }
        }
        let isAnswered =
            if type.hasPrefix("text/event-stream") {
                try await takeEvents(response.body, id)
            } else if type.hasPrefix("application/json") {
                takeDocument(try await read(response.body, atMost: MCPLimits.message), id)
            } else {
                throw MCPError(
                    .invalidAnswer,
                    "at \(address) answered neither with events nor with JSON; does the address lead to a server of tools?"
                )
            }
        guard isAnswered else { throw MCPError(.died, "at \(address) ended its answer in the middle") }
    }

    /// Gives the messages of a stream of events to their receiver.
    ///
    /// - Returns: whether the answer was among them. What comes after it is not waited for.
    private func takeEvents(_ body: HTTPBody, _ id: RPCIdentifier) async throws -> Bool {
        var reader = ServerSentEvents(limit: MCPLimits.message)
        for try await piece in body {
            let new: [ServerSentEvents.Event]
            do {
                new = try reader.read(piece)
            } catch {
                throw MCPError(.invalidAnswer, "sent a message of more than \(MCPLimits.message) bytes")
            }
            for event in new where take(event, id) { return true }
        }
        return reader.end().map { take($0, id) } ?? false
    }

    /// An event without data keeps a stream open, or names it.
    private func take(_ event: ServerSentEvents.Event, _ id: RPCIdentifier) -> Bool {
        event.data.isEmpty ? false : takeDocument([UInt8](event.data.utf8), id)
    }

    /// - Returns: whether it is the answer.
    private func takeDocument(_ bytes: [UInt8], _ id: RPCIdentifier) -> Bool {
        do throws(RPCMessage.Malformed) {
            let message = try RPCMessage(bytes)
            events.message(message)
            guard case .answer(let own, _) = message else { return false }
            return own == id
        } catch {
            events.malformed(error.reason)
            return false
        }
    }

    private func read(_ body: HTTPBody, atMost limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in body {
            guard piece.count <= limit - bytes.count else {
                throw MCPError(.invalidAnswer, "sent a message of more than \(limit) bytes")
            }
            bytes += piece
        }
        return bytes
    }

    /// Takes an answer with a status that is no success: the refusal that its body says, or what the status does.
    private func takeFailure(_ response: HTTPStreamedResponse, _ exchange: Exchange) async throws {
        let status = response.status
        switch status {
        case 300..<400:
            throw MCPError(
                .unavailable, "at \(address) leads elsewhere (status \(status)): give the address that it leads to")
        case 401, 403:
            throw MCPError(
                .unavailable,
                "at \(address) does not accept the token (status \(status)): "
                    + (token == nil ? "name the variable that holds one (token_env)" : "give one that is valid"))
        case 404 where exchange.isInSession:
            let error = MCPError(.died, "at \(address) has ended the session")
            events.ended(error)
            throw error
        case 429, 500...: throw MCPError(.unavailable, "at \(address) cannot answer now (status \(status))")
        default: break
        }
        guard let id = exchange.id else {
            throw MCPError(.unavailable, "at \(address) refused a notice (status \(status))")
        }
        let bytes = try await read(response.body, atMost: Self.errorBytes)
        if case .answer(_, .failure(let fault))? = try? RPCMessage(bytes) {
            let message = exchange.request.headers.hidingValues(in: fault.message)
            return events.message(.answer(id, .failure(RPCFault(code: fault.code, message: message, data: fault.data))))
        }
        let code = status == 404 || status == 405 ? RPCFault.Code.methodNotFound : RPCFault.Code.invalidRequest
        events.message(.answer(id, .failure(RPCFault(code: code, message: "HTTP status \(status) from \(address)"))))
    }

    private func translated(_ error: HTTPClientError) -> MCPError {
        let code: MCPError.Code =
            switch error.code {
            case .connectionLost: .died
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .responseTooLarge, .malformedResponse: .invalidAnswer
            default: .unavailable
            }
        return MCPError(code, "could not be asked: \(error.message)")
    }
}
