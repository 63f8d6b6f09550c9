import Coordinator

/// Prompts and answers in the form that the OpenTelemetry conventions define for spans: a JSON list of messages with
/// parts.
enum Content {
    static func text(of request: ModelRequest) -> String {
        let system: [JSONValue] =
            request.system.isEmpty ? [] : [["role": "system", "parts": [part(request.system)]]]
        return json(.array(system + request.messages.map(message)))
    }

    static func text(of response: ModelResponse) -> String {
        let parts = (response.text.isEmpty ? [] : [part(response.text)]) + response.toolCalls.map(call)
        return json([["role": "assistant", "parts": .array(parts)]])
    }

    private static func message(_ message: ModelMessage) -> JSONValue {
        switch message {
        case .user(let text): ["role": "user", "parts": [part(text)]]
        case .assistant(let text, let calls):
            ["role": "assistant", "parts": .array((text.isEmpty ? [] : [part(text)]) + calls.map(call))]
        case .toolResult(let id, let content, _):
            [
                "role": "tool",
                "parts": [["type": "tool_call_response", "id": .string(id), "response": .string(content)]],
            ]
        }
    }

    private static func part(_ text: String) -> JSONValue { ["type": "text", "content": .string(text)] }

    private static func call(_ call: ToolCall) -> JSONValue {
        [
            "type": "tool_call", "id": .string(call.id), "name": .string(call.name),
            "arguments": .string(call.arguments),
        ]
    }

    private static func json(_ value: JSONValue) -> String { (try? value.json()) ?? "" }
}
