import Coordinator

/// The requests of one connection that are not answered yet, and what follows from each message that arrives. A pure
/// value: who owns it carries its actions out.
///
/// Whatever arrives, a request is answered once, and by a message with its own identifier. What belongs to none is counted,
/// and a server that sends too much of it is given up.
struct RPCCalls: Sendable {
    /// What is to be done about a message.
    enum Action: Sendable, Hashable {
        /// The request is answered.
        case finish(Int64, Result<JSONObject, RPCFault>)
        /// The server tells how far a request is.
        case report(Int64, RPCProgress)
        /// The server has asked something, and gets this answer; `question` where it wanted to ask a person, with the
        /// requests that may be meant.
        case send(RPCMessage, question: String?, asking: [Int64])
        /// Nothing, for this reason.
        case ignore(String)
        /// The server is given up.
        case giveUp
    }

    private struct Call {
        var reports = 0
    }

    private let limit: Int
    private let strayLimit: Int
    private let reportLimit: Int
    private var open: [Int64: Call] = [:]
    private var last: Int64 = 0
    private var strays = 0

    init(
        limit: Int = MCPLimits.calls, strayLimit: Int = MCPLimits.strays, reportLimit: Int = MCPLimits.progress
    ) {
        self.limit = limit
        self.strayLimit = strayLimit
        self.reportLimit = reportLimit
    }

    /// Begins a request.
    ///
    /// - Returns: its identifier, which is also the token of its progress; `nil` where as many are open as may be.
    mutating func begin() -> Int64? {
        guard open.count < limit else { return nil }
        last += 1
        open[last] = Call()
        return last
    }

    /// Gives a request up; what still comes for it belongs to nobody.
    ///
    /// - Returns: whether it was open, so that the server is to hear of it.
    mutating func abandon(_ id: Int64) -> Bool { open.removeValue(forKey: id) != nil }

    /// Ends the connection.
    ///
    /// - Returns: the requests that were open.
    mutating func end() -> [Int64] {
        defer { open = [:] }
        return open.keys.sorted()
    }

    /// Takes a message.
    mutating func take(_ message: RPCMessage) -> Action {
        switch message {
        case .answer(.number(let id)?, let result) where open[id] != nil:
            open[id] = nil
            return .finish(id, result)
        case .answer(let id, let result):
            return stray(Self.words(about: id, result))
        case .notification(let method, let params):
            return method == "notifications/progress" ? progress(params) : stray("the notification \(method)")
        case .request(let id, let method, _):
            strays += 1
            guard strays <= strayLimit else { return .giveUp }
            return reply(to: id, method, message)
        }
    }

    /// Takes what is no message.
    mutating func takeMalformed(_ reason: String) -> Action { stray("something else than a message: \(reason)") }

    private mutating func stray(_ what: String) -> Action {
        strays += 1
        return strays <= strayLimit ? .ignore(what) : .giveUp
    }

    private mutating func progress(_ params: JSONObject) -> Action {
        guard let id = params["progressToken"]?.integerValue, var call = open[id] else {
            return stray("progress of no open call")
        }
        call.reports += 1
        open[id] = call
        guard call.reports <= reportLimit else { return stray("too many notices of progress") }
        return .report(id, RPCProgress(params))
    }

    private func reply(to id: RPCIdentifier, _ method: String, _ message: RPCMessage) -> Action {
        switch method {
        case "ping": return .send(.answer(id, .success([:])), question: nil, asking: [])
        case "elicitation/create":
            // A call of this era waits for the answer, and nobody can be asked while it does: nobody has chosen anything.
            guard case .request(_, _, let params) = message else { return .giveUp }
            return .send(
                .answer(id, .success(["action": "cancel"])), question: params["message"]?.stringValue ?? "",
                asking: open.keys.sorted())
        default:
            let fault = RPCFault(code: RPCFault.Code.methodNotFound, message: "This client does not offer \(method)")
            return .send(.answer(id, .failure(fault)), question: nil, asking: [])
        }
    }

    private static func words(about id: RPCIdentifier?, _ result: Result<JSONObject, RPCFault>) -> String {
        guard case .failure(let fault) = result, id == nil else { return "an answer to no open request" }
        return "the error \(fault.code) about a message that it could not read"
    }
}

/// How far a request is.
struct RPCProgress: Sendable, Hashable {
    private let progress: Double?
    private let total: Double?
    private let message: String?

    init(_ params: JSONObject) {
        progress = params["progress"]?.doubleValue
        total = params["total"]?.doubleValue
        message = params["message"]?.stringValue
    }

    /// What people are shown, in one line.
    var text: String {
        let words = message.map { MCPText.line($0, atMost: MCPLimits.progressText) } ?? ""
        guard let progress else { return words }
        let figure = Self.figure(progress) + (total.map { " of " + Self.figure($0) } ?? "")
        return words.isEmpty ? figure : "\(words) (\(figure))"
    }

    private static func figure(_ value: Double) -> String {
        Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}
