import Coordinator

/// A request to a model.
public struct ModelRequest: Sendable, Hashable {
    /// The system prompt; empty for none.
    public var system: String
    /// The conversation so far; the model answers the last message.
    public var messages: [ModelMessage]
    /// The most tokens of the answer; `nil` for the service's own limit (4,096 when the service requires one).
    public var maxOutputTokens: Int?
    /// The sampling temperature, from 0 (always the likeliest token) to 2; `nil` for the service's default.
    public var temperature: Double?
    /// The form of the answer; `nil` for free text. See
    /// ``LanguageModel/structured(_:schema:repairs:until:receiving:)``.
    public var schema: OutputSchema?
    /// The tools that the model may call.
    ///
    /// Services do not bind answers to a form while they offer tools: with tools on offer ``schema`` goes into the prompt,
    /// and whoever asked checks the answer. With ``ToolChoice/none`` the answer is bound to it again.
    public var tools: [ModelTool]
    /// Which tools the model is to call.
    public var toolChoice: ToolChoice
    /// Whether there is no point in asking without tools.
    ///
    /// A service that refuses tools is asked once more without them, and ``ModelResponse/leftOut`` says so. With `true` it is
    /// not, and the error is a ``ModelError/Code/toolsRefused``.
    public var requiresTools: Bool
    /// Whether there is no point in asking without ``maxOutputTokens``, since a budget counts on it.
    ///
    /// A service that refuses a limit of its answer is asked once more without one. With `true` it is not, and the refusal is
    /// the error.
    public var requiresOutputLimit: Bool
    /// The agent that asks, for metrics; `nil` when there is none.
    public var agentName: String?
    /// The prompt's name and version, such as `drafter/2`, for spans.
    public var promptVersion: String?

    /// Makes a request.
    public init(
        system: String = "", messages: [ModelMessage], maxOutputTokens: Int? = nil, temperature: Double? = nil,
        schema: OutputSchema? = nil, tools: [ModelTool] = [], toolChoice: ToolChoice = .automatic,
        requiresTools: Bool = false, requiresOutputLimit: Bool = false, agentName: String? = nil,
        promptVersion: String? = nil
    ) {
        self.system = system
        self.messages = messages
        self.maxOutputTokens = maxOutputTokens
        self.temperature = temperature
        self.schema = schema
        self.tools = tools
        self.toolChoice = toolChoice
        self.requiresTools = requiresTools
        self.requiresOutputLimit = requiresOutputLimit
        self.agentName = agentName
        self.promptVersion = promptVersion
    }
}

/// The form of an answer.
public struct OutputSchema: Sendable, Hashable {
    /// A short name of letters, digits, `_` and `-`.
    public var name: String
    /// The JSON Schema that an answer must fit; see ``JSONSchemaValidator`` for the keywords that are known.
    public var schema: JSONValue
    /// The JSON Schema that a model is asked for, where it is narrower than what is taken: with the names that may stand in
    /// the answer, say, of which a weak model misspells one that can still be understood. `nil` for ``schema``.
    public var asked: JSONValue?

    /// Makes a form.
    public init(name: String, schema: JSONValue, asked: JSONValue? = nil) {
        self.name = name
        self.schema = schema
        self.asked = asked
    }

    /// The JSON Schema that goes to the service.
    package var sent: JSONValue { asked ?? schema }
}

/// A tool that a model may ask to call. The caller of the model runs the tool, and sends the result back.
public struct ModelTool: Sendable, Hashable {
    /// A short name of letters, digits, `_` and `-`.
    public var name: String
    /// What the tool does and when to use it.
    public var description: String
    /// A JSON Schema of the tool's arguments, which are an object.
    public var parameters: JSONValue

    /// Describes a tool.
    public init(name: String, description: String, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}
