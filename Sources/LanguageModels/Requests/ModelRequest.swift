import Coordinator

/// What a model is asked.
public struct ModelRequest: Sendable, Hashable {
    /// Who the model is to be; empty for none.
    public var system: String
    /// The conversation so far; the last message is what is answered.
    public var messages: [ModelMessage]
    /// The most tokens of the answer; `nil` for the service's own limit (4,096 where the service wants one).
    public var maxOutputTokens: Int?
    /// From 0, always the likeliest word, up to 2; `nil` for the service's default.
    public var temperature: Double?
    /// The form of the answer; `nil` for free text. See ``LanguageModel/structured(_:schema:repairs:until:receiving:)``.
    public var schema: OutputSchema?
    /// What the model may call.
    public var tools: [ModelTool]
    /// The agent that asks, for metrics; `nil` where there is none.
    public var agentName: String?
    /// The prompt's name and version, such as `drafter/1`, for spans.
    public var promptVersion: String?

    /// Asks something.
    public init(
        system: String = "", messages: [ModelMessage], maxOutputTokens: Int? = nil, temperature: Double? = nil,
        schema: OutputSchema? = nil, tools: [ModelTool] = [], agentName: String? = nil, promptVersion: String? = nil
    ) {
        self.system = system
        self.messages = messages
        self.maxOutputTokens = maxOutputTokens
        self.temperature = temperature
        self.schema = schema
        self.tools = tools
        self.agentName = agentName
        self.promptVersion = promptVersion
    }
}

/// The form of an answer.
public struct OutputSchema: Sendable, Hashable {
    /// A short name of letters, digits, `_` and `-`.
    public var name: String
    /// A JSON Schema; see ``JSONSchemaValidator`` for the keywords that are known.
    public var schema: JSONValue

    /// Names a form.
    public init(name: String, schema: JSONValue) {
        self.name = name
        self.schema = schema
    }
}

/// Something a model may ask to be called. Who asked the model calls it, and sends the result back.
public struct ModelTool: Sendable, Hashable {
    /// A short name of letters, digits, `_` and `-`.
    public var name: String
    /// What it does and when to use it.
    public var description: String
    /// A JSON Schema of its arguments: an object.
    public var parameters: JSONValue

    /// Describes a tool.
    public init(name: String, description: String, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}
