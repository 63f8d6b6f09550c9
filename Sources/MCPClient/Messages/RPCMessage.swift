import Coordinator

/// What tells a request from others; each side chooses its own.
enum RPCIdentifier: Sendable, Hashable {
    case number(Int64)
    case text(String)

    init?(_ value: JSONValue?) {
        switch value {
        case .integer(let number): self = .number(number)
        case .string(let text): self = .text(text)
        default: return nil
        }
    }

    var json: JSONValue {
        switch self {
        case .number(let number): .integer(number)
        case .text(let text): .string(text)
        }
    }
}

/// Why the other side refuses a request.
struct RPCFault: Error, Sendable, Hashable {
    /// Codes of JSON-RPC 2.0, and of the Model Context Protocol.
    enum Code {
        static let invalidRequest: Int64 = -32_600
        static let methodNotFound: Int64 = -32_601
        static let invalidParams: Int64 = -32_602
        static let unsupportedVersion: Int64 = -32_022
    }

    let code: Int64
    let message: String
    var data: JSONValue?
}

/// A message of JSON-RPC 2.0.
enum RPCMessage: Sendable, Hashable {
    case request(RPCIdentifier, method: String, params: JSONObject)
    case notification(method: String, params: JSONObject)
    /// The identifier is `nil` where the other side could not read that of the request.
    case answer(RPCIdentifier?, Result<JSONObject, RPCFault>)

    /// Bytes that are no message.
    struct Malformed: Error, Sendable, Hashable {
        /// What is wrong with them.
        let reason: String
    }

    /// Reads a message.
    init(_ bytes: some Sequence<UInt8>) throws(Malformed) {
        let value: JSONValue
        do {
            value = try JSONValue(json: bytes)
        } catch {
            throw Malformed(reason: "it is no JSON")
        }
        try self.init(value)
    }

    init(_ value: JSONValue) throws(Malformed) {
        guard let members = value.objectValue else {
            throw Malformed(
                reason: value.arrayValue == nil ? "it is no object" : "it is a batch, which the protocol has not")
        }
        guard members["jsonrpc"] == .string("2.0") else { throw Malformed(reason: "it is not of JSON-RPC 2.0") }
        if let method = members["method"]?.stringValue {
            let params = members["params"]?.objectValue ?? [:]
            guard let given = members["id"] else {
                self = .notification(method: method, params: params)
                return
            }
            guard let id = RPCIdentifier(given) else {
                throw Malformed(reason: "its id is neither a number nor a text")
            }
            self = .request(id, method: method, params: params)
            return
        }
        let id = RPCIdentifier(members["id"])
        if let error = members["error"]?.objectValue {
            let fault = RPCFault(
                code: error["code"]?.integerValue ?? 0, message: error["message"]?.stringValue ?? "",
                data: error["data"])
            self = .answer(id, .failure(fault))
        } else if let result = members["result"]?.objectValue, id != nil {
            self = .answer(id, .success(result))
        } else {
            throw Malformed(reason: "it is neither a request nor an answer")
        }
    }

    /// The message as one line of JSON, without its end; `nil` for a number that JSON does not have.
    var bytes: [UInt8]? {
        var members: JSONObject = ["jsonrpc": "2.0"]
        switch self {
        case .request(let id, let method, let params):
            members["id"] = id.json
            members["method"] = .string(method)
            members["params"] = .object(params)
        case .notification(let method, let params):
            members["method"] = .string(method)
            if !params.isEmpty { members["params"] = .object(params) }
        case .answer(let id, .success(let result)):
            members["id"] = id?.json ?? .null
            members["result"] = .object(result)
        case .answer(let id, .failure(let fault)):
            members["id"] = id?.json ?? .null
            var error: JSONObject = ["code": .integer(fault.code), "message": .string(fault.message)]
            if let data = fault.data { error["data"] = data }
            members["error"] = .object(error)
        }
        return try? JSONValue.object(members).jsonBytes(pretty: false, encodesNonFinite: false)
    }
}
