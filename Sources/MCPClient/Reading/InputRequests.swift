import Coordinator
import Support

/// Questions of a tool to people, in the form of ``MCPVersion/stateless``: the call ends with them, and is made again with
/// the answers. Several questions of one call are put as one.
enum InputRequests {
    private enum Member {
        static let state: ExactString = "request_state"
        static let keys: ExactString = "keys"
    }

    /// The most questions of one call. 8.
    static let limit = 8

    /// - Throws: ``MCPError`` of code `invalidAnswer`: something is asked for that was not offered, or too much.
    static func outcome(_ result: JSONObject) throws(MCPError) -> CallReading.Outcome {
        let state = result["requestState"]?.stringValue
        let requests = (result["inputRequests"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
        guard !requests.isEmpty else {
            guard let state else { throw MCPError(.invalidAnswer, "wants an answer and asks nothing") }
            return .again(state: state)
        }
        guard requests.count <= limit else {
            throw MCPError(
                .invalidAnswer, "asks \(requests.count) questions at once; at most \(limit) are put to a person")
        }
        var messages: [String] = []
        var forms: [(ExactString, JSONObject)] = []
        for (key, request) in requests {
            let (message, form) = try question(request)
            messages.append(message)
            if let form { forms.append((key, form)) }
        }
        let document: JSONObject = [
            Member.state: state.map { .string($0) } ?? .null,
            Member.keys: .array(requests.map { .string($0.key.string) }),
        ]
        let isOne = requests.count == 1
        let text = isOne ? messages[0] : messages.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n")
        let schema: JSONValue? =
            forms.isEmpty
            ? nil
            : isOne
                ? .object(forms[0].1)
                : .object([
                    "type": "object",
                    "properties": .object(Dictionary(forms.map { ($0, .object($1)) }) { first, _ in first }),
                    "required": .array(forms.map { .string($0.0.string) }),
                ])
        if let schema, schema.estimatedBytes > MCPLimits.question {
            throw MCPError(.invalidAnswer, "asks a person with a form of more than \(MCPLimits.question) bytes")
        }
        return .answer(
            .inputRequired(
                MCPQuestion(
                    message: MCPText.block(text, atMost: MCPLimits.question).text, schema: schema,
                    state: .object(document))))
    }

    /// The members that a call with a person's answer has beside its name and arguments.
    static func members(answering reply: MCPReply) -> JSONObject {
        var members: JSONObject = [:]
        if let state = reply.question.state["request_state"]?.stringValue { members["requestState"] = .string(state) }
        let keys = reply.question.state["keys"]?.arrayValue?.compactMap(\.stringValue) ?? []
        var responses: JSONObject = [:]
        for key in keys {
            guard reply.isAccepted else {
                responses[ExactString(key)] = ["action": "decline"]
                continue
            }
            let content = keys.count == 1 ? reply.content : reply.content?[key]
            responses[ExactString(key)] = ["action": "accept", "content": .object(content?.objectValue ?? [:])]
        }
        if !responses.isEmpty { members["inputResponses"] = .object(responses) }
        return members
    }

    private static func question(_ request: JSONValue) throws(MCPError) -> (message: String, form: JSONObject?) {
        let method = request["method"]?.stringValue ?? ""
        let mode = request["params"]?["mode"]?.stringValue ?? "form"
        guard method == "elicitation/create", mode == "form" else {
            throw MCPError(
                .invalidAnswer,
                "asks for \(MCPText.line(method, atMost: 60)) (\(MCPText.line(mode, atMost: 60))), which it was not offered"
            )
        }
        let schema = request["params"]?["requestedSchema"]?.objectValue
        let hasFields = schema?["properties"]?.objectValue.map { !$0.isEmpty } ?? false
        return (request["params"]?["message"]?.stringValue ?? "", hasFields ? schema : nil)
    }
}
