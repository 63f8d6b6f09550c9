import Coordinator

/// A model behind OpenAI's Chat Completions API, as OpenAI, Ollama, vLLM, llama.cpp and many others serve it.
struct ChatCompletionsModel: StreamingModel {
    let identity: ModelIdentity
    let transport: ModelTransport
    /// Whether the service requires `max_completion_tokens`, as OpenAI's own does, instead of `max_tokens`.
    let usesCompletionTokens: Bool
    let memory = OptionMemory()

    private static let systemRole = RequestOption(
        "system_role",
        phrases: [
            "system role", "role system", "support system", "system message", "system prompt", "system instruction",
            "developer instruction",
        ])
    private static let stream = RequestOption(
        "stream", phrases: ["support streaming", "streaming is not"], isCommonWord: true)
    private static let tools = RequestOption(
        "tools", words: ["tool_choice"], phrases: ["tool choice", "tool calling", "tool use", "function calling"])
    private static let answerForm = RequestOption(
        "response_format", words: ["json_schema", "response_schema", "json_object"],
        phrases: ["structured output", "json schema", "json mode", "guided decoding"],
        forms: [
            .init(name: "strict", after: nil), .init(name: "schema", after: ["strict", "invalid schema"]),
            .init(name: "json_object", after: nil),
        ])

    private var outputTokens: RequestOption {
        let names =
            usesCompletionTokens ? ["max_completion_tokens", "max_tokens"] : ["max_tokens", "max_completion_tokens"]
        return RequestOption(
            "max_tokens", words: names + ["max_output_tokens", "max_new_tokens"],
            forms: [.init(name: names[0], after: nil), .init(name: names[1], after: [names[1]])], isLimit: true)
    }

    var options: [RequestOption] { [Self.answerForm, outputTokens, Self.tools, Self.stream, Self.systemRole] }
    var requiredMembers: Set<String> { ["model", "messages"] }

    func outputLimit(_ request: ModelRequest) -> Int? { request.maxOutputTokens }

    func holds(_ option: RequestOption, _ body: JSONValue) -> Bool {
        option == Self.systemRole && body["messages"]?.arrayValue?.first?["role"] == "system"
    }

    func assembly(_ request: ModelRequest) -> ChatCompletionAssembly {
        ChatCompletionAssembly(model: identity.model, service: transport.endpoint.name)
    }

    func body(_ request: ModelRequest, _ form: RequestForm) -> JSONValue {
        var body: JSONObject = [
            "model": .string(identity.model), "messages": .array(Self.messages(request, form)), "stream": true,
            "stream_options": ["include_usage": true],
        ]
        if let limit = request.maxOutputTokens, let name = form.form(of: outputTokens) {
            body[name] = .integer(Int64(form.limited(limit)))
        }
        body["temperature"] = request.temperature.map { .number($0) }
        body["response_format"] = request.schema.flatMap { Self.responseFormat($0, form) }
        if !request.tools.isEmpty { body["tools"] = .array(request.tools.map(Self.tool)) }
        for name in form.leftOut where !requiredMembers.contains(name) { body[name] = nil }
        // It speaks of events, of which there are none then.
        if !form.sends(Self.stream.name) { body["stream_options"] = nil }
        return .object(body)
    }

    private static func responseFormat(_ schema: OutputSchema, _ form: RequestForm) -> JSONValue? {
        switch form.form(of: answerForm) {
        case nil: return nil
        case "json_object": return ["type": "json_object"]
        case let name:
            var described: JSONObject = ["name": .string(schema.name), "schema": schema.sent]
            if name == "strict" { described["strict"] = true }
            return ["type": "json_schema", "json_schema": .object(described)]
        }
    }

    private static func tool(_ tool: ModelTool) -> JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
            ],
        ]
    }

    /// The messages, with the form of the answer in words where the service does not bind answers to it.
    private static func messages(_ request: ModelRequest, _ form: RequestForm) -> [JSONValue] {
        let isBound = ["strict", "schema"].contains(form.form(of: answerForm))
        let system =
            request.schema.map { isBound ? request.system : SchemaPrompt.system(request.system, $0) }
            ?? request.system
        guard !system.isEmpty else { return request.messages.map(message) }
        if form.sends(systemRole.name) {
            return [["role": "system", "content": .string(system)]] + request.messages.map(message)
        }
        // The instructions go where the model reads them all the same.
        guard case .user(let text) = request.messages.first else {
            return [message(.user(system))] + request.messages.map(message)
        }
        return [message(.user(system + "\n\n" + text))] + request.messages.dropFirst().map(message)
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
