import Coordinator
import Logging
import Support

/// One server that is spoken to: a program that was started, or a service. Any number of requests may be open at once, and
/// be answered in any order.
final class MCPSession: Sendable {
    /// An answer, or the refusal of the server.
    typealias Answer = Result<JSONObject, RPCFault>

    private struct Waiting {
        let answer: OneShot<Result<Answer, MCPError>>
        let report: @Sendable (String) -> Void
        /// What the server wanted to ask a person while this was open.
        var questions: [String] = []
    }

    private struct State {
        var calls = RPCCalls()
        var waiting: [Int64: Waiting] = [:]
        var fault: MCPError?
        var version = MCPVersion.stateless
        var versionName: String? = MCPVersion.stateless.rawValue
        var carrier: (any MessageCarrier)?
        var ignored = 0
    }

    /// What became of a request.
    struct Reply: Sendable {
        var answer: Answer
        /// What the server wanted to ask a person meanwhile.
        var questions: [String]
    }

    /// How many messages that belong to nothing are described in the log.
    private static let describedStrays = 5

    private let state = Locked(State())
    private let logger: Logger
    /// Records its requests.
    let observer: RequestObserver

    init(logger: Logger, observer: RequestObserver) {
        self.logger = logger
        self.observer = observer
    }

    /// What carriers are to tell.
    var events: CarrierEvents {
        CarrierEvents(
            message: { [weak self] message in self?.take { $0.take(message) } },
            malformed: { [weak self] reason in self?.take { $0.takeMalformed(reason) } },
            ended: { [weak self] error in self?.end(error) })
    }

    /// Who carries messages; set once, before the first request.
    var carrier: (any MessageCarrier)? {
        get { state.withLock { $0.carrier } }
        set { state.withLock { $0.carrier = newValue } }
    }

    /// The version that is spoken, or is to be tried.
    var version: MCPVersion { state.withLock { $0.version } }

    /// Why no request can be made any more; `nil` while one can.
    var fault: MCPError? { state.withLock { $0.fault } }

    /// The version's name; `nil` while a session is being begun.
    var versionName: String? { state.withLock { $0.versionName } }

    /// From here on the server is spoken to in this version.
    ///
    /// - Parameter name: what the server calls it; `nil` while a session is being begun.
    func agree(on version: MCPVersion, as name: String?) {
        state.withLock { state in
            state.version = version
            state.versionName = name
        }
        carrier?.agree(on: name)
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - isReported: whether the server is asked to tell of its progress.
    ///   - report: gets what the server tells of its progress.
    /// - Throws: ``MCPError``, whose message is the rest of a sentence about the server.
    func request(
        _ method: String, _ params: JSONObject, isReported: Bool = false, until deadline: ContinuousClock.Instant,
        reporting report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(MCPError) -> Reply {
        let answer = OneShot<Result<Answer, MCPError>>()
        let (id, carrier) = try begin(Waiting(answer: answer, report: report))
        var params = params
        if isReported {
            var meta = params["_meta"]?.objectValue ?? [:]
            meta["progressToken"] = .integer(id)
            params["_meta"] = .object(meta)
        }
        let message = RPCMessage.request(.number(id), method: method, params: params)
        // Sent before anything can give it up, where that takes no time: else its cancellation might come first.
        if !carrier.waitsForAnswers { await send(message, by: carrier, until: deadline, answer) }
        let sending = Task {
            if carrier.waitsForAnswers { await send(message, by: carrier, until: deadline, answer) }
        }
        let timer = Task {
            // Throws when the answer has come.
            guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
            answer.set(.failure(MCPError(.timeout, "did not answer \(method) in time")))
        }
        let result = await withTaskCancellationHandler {
            await answer.value
        } onCancel: {
            answer.set(.failure(MCPError(.cancelled, "was not waited for: the task was cancelled")))
        }
        timer.cancel()
        let waited = state.withLock { $0.waiting.removeValue(forKey: id) }
        switch result {
        case .success(let answer): return Reply(answer: answer, questions: waited?.questions ?? [])
        case .failure(let error):
            sending.cancel()
            let wasOpen = state.withLock { $0.calls.abandon(id) }
            // A server that goes on is told; whether it stops is its own affair.
            if wasOpen, [.timeout, .cancelled].contains(error.code) { await carrier.abandon(id, error.code.rawValue) }
            throw error
        }
    }

    private func send(
        _ message: RPCMessage, by carrier: any MessageCarrier, until deadline: ContinuousClock.Instant,
        _ answer: OneShot<Result<Answer, MCPError>>
    ) async {
        do throws(MCPError) {
            try await carrier.send(message, until: deadline)
        } catch {
            answer.set(.failure(error))
        }
    }

    /// Sends a notification.
    func notify(_ method: String, until deadline: ContinuousClock.Instant) async throws(MCPError) {
        guard let carrier else { return }
        try await carrier.send(.notification(method: method, params: [:]), until: deadline)
    }

    /// Ends the server, or the session with it; requests that are open fail.
    func close() async {
        let carrier = carrier
        end(MCPError(.cancelled, "was closed"))
        await carrier?.close()
    }

    private func begin(_ waiting: Waiting) throws(MCPError) -> (Int64, any MessageCarrier) {
        let begun: Result<(Int64, any MessageCarrier), MCPError> = state.withLock { state in
            if let fault = state.fault { return .failure(fault) }
            guard let carrier = state.carrier else { return .failure(MCPError(.unavailable, "is not connected")) }
            guard let id = state.calls.begin() else {
                return .failure(MCPError(.unavailable, "has \(MCPLimits.calls) open calls, as many as it may"))
            }
            state.waiting[id] = waiting
            return .success((id, carrier))
        }
        return try begun.get()
    }

    private func take(_ step: @Sendable (inout RPCCalls) -> RPCCalls.Action) {
        let action = state.withLock { step(&$0.calls) }
        switch action {
        case .finish(let id, let answer):
            state.withLock { $0.waiting[id]?.answer }?.set(.success(answer))
        case .report(let id, let progress): state.withLock { $0.waiting[id]?.report }?(progress.text)
        case .send(let answer, let question, let ids):
            if let question {
                state.withLock { state in
                    for id in ids where state.waiting[id]?.questions.count ?? 0 < InputRequests.limit {
                        state.waiting[id]?.questions.append(MCPText.line(question))
                    }
                }
            }
            guard let carrier else { return }
            Task { try? await carrier.send(answer, until: .now + MCPLimits.farewell) }
        case .ignore(let what):
            let count = state.withLock { state in
                state.ignored = min(state.ignored + 1, Self.describedStrays + 1)
                return state.ignored
            }
            if count <= Self.describedStrays { logger.debug("ignored \(MCPText.line(what, atMost: 200))") }
        case .giveUp:
            end(MCPError(.invalidAnswer, "sent more than \(MCPLimits.strays) messages that answer nothing"))
            carrier?.giveUp()
        }
    }

    private func end(_ error: MCPError) {
        let waiting: [OneShot<Result<Answer, MCPError>>] = state.withLock { state in
            state.fault = state.fault ?? error
            return state.calls.end().compactMap { state.waiting[$0]?.answer }
        }
        for answer in waiting { answer.set(.failure(error)) }
    }
}
