import Coordinator

/// Prompts and answers in the form that the OpenTelemetry conventions define for spans: JSON lists of messages with
/// parts, of parts, and of tools.
///
/// What is longer than the limit is shortened within its texts, and then by its oldest messages, so that it stays a
/// document of the same form.
enum Content {
    /// The mark at the end of a text that was cut.
    private static let cutMark = "…"
    /// The fewest characters to which texts are cut before messages are left out. 16.
    private static let shortestText = 16

    /// - Parameter hasSystem: whether the instructions go among the messages.
    static func input(of request: ModelRequest, hasSystem: Bool, limit: Int) -> String {
        fitted(limit) { length in
            let system: [JSONValue] =
                request.system.isEmpty || !hasSystem
                ? [] : [["role": "system", "parts": [part(request.system, length)]]]
            return system + request.messages.map { message($0, length) }
        }
    }

    /// The instructions that go beside the messages.
    static func system(of request: ModelRequest, limit: Int) -> String {
        fitted(limit) { [part(request.system, $0)] }
    }

    static func output(of response: ModelResponse, limit: Int) -> String {
        fitted(limit) { length in
            let parts =
                (response.text.isEmpty ? [] : [part(response.text, length)])
                + response.toolCalls.map { call($0, length) }
            return [
                [
                    "role": "assistant", "parts": .array(parts),
                    "finish_reason": .string(name(of: response.finishReason)),
                ]
            ]
        }
    }

    static func tools(of request: ModelRequest, limit: Int) -> String {
        fitted(limit) { length in
            request.tools.map { tool in
                var described: JSONObject = [
                    "type": "function", "name": .string(tool.name),
                    "description": .string(cut(tool.description, length)),
                ]
                // Half a schema is none.
                if ((try? tool.parameters.json()) ?? "").count <= length { described["parameters"] = tool.parameters }
                return .object(described)
            }
        }
    }

    /// The conventions' word for the end of an answer.
    static func name(of reason: FinishReason) -> String {
        switch reason {
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: "tool_call"
        case .contentFilter: "content_filter"
        case .other(let word): word.isEmpty ? "stop" : word
        }
    }

    private static func message(_ message: ModelMessage, _ length: Int) -> JSONValue {
        switch message {
        case .user(let text): ["role": "user", "parts": [part(text, length)]]
        case .assistant(let text, let calls):
            [
                "role": "assistant",
                "parts": .array((text.isEmpty ? [] : [part(text, length)]) + calls.map { call($0, length) }),
            ]
        case .toolResult(let id, let content, _):
            [
                "role": "tool",
                "parts": [
                    ["type": "tool_call_response", "id": .string(id), "response": .string(cut(content, length))]
                ],
            ]
        }
    }

    private static func part(_ text: String, _ length: Int) -> JSONValue {
        ["type": "text", "content": .string(cut(text, length))]
    }

    private static func call(_ call: ToolCall, _ length: Int) -> JSONValue {
        let whole = call.arguments.count <= length ? try? JSONValue(json: call.arguments.utf8) : nil
        return [
            "type": "tool_call", "id": .string(call.id), "name": .string(call.name),
            "arguments": whole ?? .string(cut(call.arguments, length)),
        ]
    }

    private static func cut(_ text: String, _ length: Int) -> String {
        text.utf8.count > length && text.count > length ? text.prefix(length) + cutMark : text
    }

    /// The longest list of at most so many characters that texts of some length make.
    private static func fitted(_ limit: Int, _ make: (Int) -> [JSONValue]) -> String {
        var length = limit
        var elements = make(length)
        var text = json(elements)
        while text.count > limit, length > shortestText {
            // Escapes make texts longer, and several share the room: it is taken off in proportion, at least an eighth.
            length = min(length * 7 / 8, length * limit / text.count)
            elements = make(max(shortestText, length))
            text = json(elements)
        }
        while text.count > limit, elements.count > 1 {
            elements.removeFirst((elements.count + 1) / 2)
            text = json(elements)
        }
        return text.count > limit ? "[]" : text
    }

    private static func json(_ elements: [JSONValue]) -> String { (try? JSONValue.array(elements).json()) ?? "[]" }
}
