import Coordinator

/// A model behind OpenAI's Chat Completions API, as OpenAI, Ollama, vLLM, llama.cpp and many others serve it.
struct ChatCompletionsModel: StreamingModel {
    let identity: ModelIdentity
    let transport: ModelTransport
    /// Whether the service requires `max_completion_tokens`, as OpenAI's own does, instead of `max_tokens`.
    let usesCompletionTokens: Bool

    func assembly(_ request: ModelRequest) -> ChatCompletionAssembly {
        ChatCompletionAssembly(model: identity.model, service: transport.endpoint.name)
    }

    func body(_ request: ModelRequest) -> JSONValue {
        var messages: [JSONValue] = []
        if !request.system.isEmpty { messages.append(["role": "system", "content": .string(request.system)]) }
        messages += request.messages.map(Self.message)
        var body: [String: JSONValue] = [
            "model": .string(identity.model), "messages": .array(messages), "stream": true,
            "stream_options": ["include_usage": true],
        ]
        if let limit = request.maxOutputTokens {
            body[usesCompletionTokens ? "max_completion_tokens" : "max_tokens"] = .integer(Int64(limit))
        }
        body["temperature"] = request.temperature.map { .number($0) }
        if let schema = request.schema {
            body["response_format"] = [
                "type": "json_schema",
                "json_schema": ["name": .string(schema.name), "strict": true, "schema": schema.schema],
            ]
        }
        if !request.tools.isEmpty {
            body["tools"] = .array(
                request.tools.map { tool in
                    [
                        "type": "function",
                        "function": [
                            "name": .string(tool.name), "description": .string(tool.description),
                            "parameters": tool.parameters,
                        ],
                    ]
                })
        }
        return .object(body)
    }

    private static func message(_ message: ModelMessage) -> JSONValue {
        switch message {
        case .user(let text): ["role": "user", "content": .string(text)]
        case .toolResult(let id, let content, let isError):
            [
                "role": "tool", "tool_call_id": .string(id),
                "content": .string(isError ? "error: \(content)" : content),
            ]
        case .assistant(let text, let calls):
            calls.isEmpty
                ? ["role": "assistant", "content": .string(text)]
                : [
                    "role": "assistant", "content": text.isEmpty ? .null : .string(text),
                    "tool_calls": .array(
                        calls.map { call in
                            [
                                "id": .string(call.id), "type": "function",
                                "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                            ]
                        }),
                ]
        }
    }
}
