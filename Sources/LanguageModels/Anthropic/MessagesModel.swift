import Coordinator

/// A model behind Anthropic's Messages API, version 2023-06-01.
struct MessagesModel: StreamingModel {
    /// The `anthropic-version` header.
    static let version = "2023-06-01"
    /// The limit for a request that has none, since the service requires one.
    static let defaultOutputTokens = 4_096

    let identity: ModelIdentity
    let transport: ModelTransport
    let memory = OptionMemory()

    private static let stream = RequestOption(
        "stream", phrases: ["support streaming", "streaming is not", "in streaming mode"], isCommonWord: true)
    private static let tools = RequestOption("tools", phrases: ["tool use", "tool calling", "function calling"])
    private static let toolChoice = RequestOption(
        "tool_choice", phrases: ["tool choice", "forced tool", "forces tool", "forcing tool"])
    /// What the service wants back of the model's thoughts, before the calls that follow them.
    private static let thoughts = RequestOption(
        "thoughts", words: ["redacted_thinking"], phrases: ["thinking block", "thinking` block", "signature"])
    private static let outputTokens = RequestOption(
        "max_tokens", words: ["max_output_tokens"], isLimit: true, isRequired: true)

    var options: [RequestOption] {
        [Self.toolChoice, Self.thoughts, Self.stream, Self.tools, Self.outputTokens]
    }
    var requiredMembers: Set<String> { ["model", "messages", "max_tokens", "system"] }

    func outputLimit(_ request: ModelRequest) -> Int? { request.maxOutputTokens ?? Self.defaultOutputTokens }

    func holds(_ option: RequestOption, _ body: JSONValue) -> Bool {
        option == Self.thoughts
            && body["messages"]?.arrayValue?.contains { message in
                message["content"]?.arrayValue?.contains {
                    MessageAssembly.thoughtTypes.contains($0["type"]?.stringValue ?? "")
                } ?? false
            } ?? false
    }

    func assembly(_ request: ModelRequest) -> MessageAssembly {
        MessageAssembly(
            model: identity.model, service: transport.endpoint.name,
            formTool: request.bindsAnswer ? request.schema?.name : nil)
    }

    func body(_ request: ModelRequest, _ form: RequestForm) -> JSONValue {
        var body: JSONObject = [
            "model": .string(identity.model), "stream": true,
            "max_tokens": .integer(Int64(form.limited(request.maxOutputTokens ?? Self.defaultOutputTokens))),
        ]
        var system = request.system
        body["temperature"] = request.temperature.map { .number(min($0, 1)) }
        var tools = request.tools.map(Self.tool)
        body["tool_choice"] = Self.choice(request.sentToolChoice)
        if let schema = request.schema {
            if request.bindsAnswer {
                // A structured answer is requested as a tool that the model must call; the arguments are the answer.
                tools.append(
                    Self.tool(
                        ModelTool(name: schema.name, description: "Takes your whole answer.", parameters: schema.sent)))
                body["tool_choice"] = ["type": "tool", "name": .string(schema.name)]
            }
            if !request.bindsAnswer || !form.sends(Self.tools.name) || !form.sends(Self.toolChoice.name) {
                system = SchemaPrompt.system(system, schema)
            }
        }
        // Calls stand in a conversation only beside tools.
        let isPlain = tools.isEmpty || !form.sends(Self.tools.name)
        let said = isPlain ? SentConversation.plain(request.messages) : SentConversation.paired(request.messages)
        body["messages"] = .array(Self.messages(said, hasThoughts: form.sends(Self.thoughts.name)))
        if !system.isEmpty { body["system"] = .string(system) }
        if !tools.isEmpty { body["tools"] = .array(tools) }
        for name in form.leftOut where !requiredMembers.contains(name) { body[name] = nil }
        // A choice among tools that are not sent is none.
        if !form.sends(Self.tools.name) { body["tool_choice"] = nil }
        return .object(body)
    }

    private static func choice(_ choice: ToolChoice) -> JSONValue? {
        switch choice {
        case .automatic: nil
        case .required: ["type": "any"]
        case .none: ["type": "none"]
        case .named(let name): ["type": "tool", "name": .string(name)]
        }
    }

    private static func tool(_ tool: ModelTool) -> JSONValue {
        ["name": .string(tool.name), "description": .string(tool.description), "input_schema": tool.parameters]
    }

    /// The messages in the service's form. Results of calls go in one message of the user, right after the calls.
    private static func messages(_ messages: [ModelMessage], hasThoughts: Bool) -> [JSONValue] {
        var turns: [(role: String, content: [JSONValue])] = []
        func add(_ role: String, _ content: [JSONValue]) {
            if turns.last?.role == role {
                turns[turns.count - 1].content += content
            } else {
                turns.append((role, content))
            }
        }
        for message in messages {
            switch message {
            case .user(let text): add("user", [["type": "text", "text": .string(text)]])
            case .toolResult(let id, let content, let isError):
                // An error without a word is refused.
                let said = isError && content.isEmpty ? "error" : content
                add(
                    "user",
                    [
                        [
                            "type": "tool_result", "tool_use_id": .string(id), "content": .string(said),
                            "is_error": .bool(isError),
                        ]
                    ])
            case .assistant(let text, let calls):
                let content = answer(text, calls, hasThoughts: hasThoughts)
                if !content.isEmpty { add("assistant", content) }
            }
        }
        return turns.map { ["role": .string($0.role), "content": .array($0.content)] }
    }

    /// The blocks of an answer: what the model thought stands before what it led to.
    private static func answer(_ text: String, _ calls: [ToolCall], hasThoughts: Bool) -> [JSONValue] {
        // A block of nothing but white space is refused.
        let said: [JSONValue] = text.allSatisfy(\.isWhitespace) ? [] : [["type": "text", "text": .string(text)]]
        var content: [JSONValue] = []
        for (index, call) in calls.enumerated() {
            if hasThoughts { content += call.attachment?[MessageAssembly.thoughtsMember]?.arrayValue ?? [] }
            if index == 0 { content += said }
            content.append([
                "type": "tool_use", "id": .string(call.id), "name": .string(SentConversation.sentName(call.name)),
                "input": .object(SentConversation.sentMembers(call)),
            ])
        }
        return calls.isEmpty ? said : content
    }
}
