import Coordinator
import Support

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
        "stream", phrases: ["support streaming", "streaming is not", "in streaming mode"], isCommonWord: true)
    private static let toolChoice = RequestOption(
        "tool_choice", phrases: ["tool choice", "forced tool", "forcing tool"])
    private static let tools = RequestOption(
        "tools", words: ["tool_choice", "functions"],
        phrases: ["tool choice", "tool calling", "tool call", "tool use", "function calling", "function call"])
    /// What services want back of the model's thoughts, in members of messages and of calls.
    private static let thoughts = RequestOption(
        "thoughts", words: ["reasoning_content", "reasoning_details", "extra_content"])
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

    var options: [RequestOption] {
        [
            Self.answerForm, outputTokens, Self.stream, Self.toolChoice, Self.tools, Self.thoughts, Self.systemRole,
        ]
    }
    var requiredMembers: Set<String> { ["model", "messages"] }

    func outputLimit(_ request: ModelRequest) -> Int? { request.maxOutputTokens }

    func holds(_ option: RequestOption, _ body: JSONValue) -> Bool {
        let messages = body["messages"]?.arrayValue ?? []
        switch option {
        case Self.systemRole: return messages.first?["role"] == "system"
        case Self.thoughts:
            return messages.contains { message in
                ChatCompletionAssembly.thoughtMembers.contains { message[$0] != nil }
                    || message["tool_calls"]?.arrayValue?.contains { $0["extra_content"] != nil } ?? false
            }
        default: return false
        }
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
        if Self.binds(request, form) {
            body["response_format"] = request.schema.flatMap { Self.responseFormat($0, form) }
        }
        // Servers refuse tools beside a form of the answer.
        if !request.tools.isEmpty, !request.bindsAnswer {
            body["tools"] = .array(request.tools.map(Self.tool))
            body["tool_choice"] = Self.toolChoice(request.sentToolChoice)
        }
        for name in form.leftOut where !requiredMembers.contains(name) { body[name] = nil }
        // A choice among tools that are not sent is none.
        if !form.sends(Self.tools.name) { body["tool_choice"] = nil }
        // It speaks of events, of which there are none then.
        if !form.sends(Self.stream.name) { body["stream_options"] = nil }
        return .object(body)
    }

    /// Whether the answer is bound to its form: no tools are sent beside it.
    private static func binds(_ request: ModelRequest, _ form: RequestForm) -> Bool {
        request.schema != nil && (request.bindsAnswer || !form.sends(tools.name))
    }

    private static func toolChoice(_ choice: ToolChoice) -> JSONValue? {
        switch choice {
        case .automatic: nil
        case .required: "required"
        case .none: "none"
        case .named(let name): ["type": "function", "function": ["name": .string(name)]]
        }
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
        let isBound = binds(request, form) && ["strict", "schema"].contains(form.form(of: answerForm))
        let system =
            request.schema.map { isBound ? request.system : SchemaPrompt.system(request.system, $0) }
            ?? request.system
        let said =
            form.sends(tools.name)
            ? SentConversation.paired(request.messages) : SentConversation.plain(request.messages)
        func sent(_ message: ModelMessage) -> JSONValue {
            Self.message(message, hasThoughts: form.sends(thoughts.name))
        }
        guard !system.isEmpty else { return said.map(sent) }
        if form.sends(systemRole.name) {
            return [["role": "system", "content": .string(system)]] + said.map(sent)
        }
        // The instructions go where the model reads them all the same.
        guard case .user(let text) = said.first else { return [sent(.user(system))] + said.map(sent) }
        return [sent(.user(system + "\n\n" + text))] + said.dropFirst().map(sent)
    }

    private static func message(_ message: ModelMessage, hasThoughts: Bool) -> JSONValue {
        switch message {
        case .user(let text): return ["role": "user", "content": .string(text)]
        case .toolResult(let id, let content, let isError):
            return [
                "role": "tool", "tool_call_id": .string(id),
                "content": .string(isError ? "error: \(content)" : content),
            ]
        case .assistant(let text, let calls):
            guard !calls.isEmpty else { return ["role": "assistant", "content": .string(text)] }
            var members: JSONObject = [
                "role": "assistant", "content": text.isEmpty ? .null : .string(text),
                "tool_calls": .array(calls.map { call($0, hasThoughts: hasThoughts) }),
            ]
            if hasThoughts {
                for name in ChatCompletionAssembly.thoughtMembers {
                    members[ExactString(name)] = calls[0].attachment?[name]
                }
            }
            return .object(members)
        }
    }

    private static func call(_ call: ToolCall, hasThoughts: Bool) -> JSONValue {
        var members: JSONObject = [
            "id": .string(call.id), "type": "function",
            "function": [
                "name": .string(SentConversation.sentName(call.name)),
                "arguments": .string(SentConversation.sentArguments(call)),
            ],
        ]
        if hasThoughts { members["extra_content"] = call.attachment?["extra_content"] }
        return .object(members)
    }
}
