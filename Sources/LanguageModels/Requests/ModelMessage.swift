/// One message of a conversation with a model.
public enum ModelMessage: Sendable, Hashable {
    /// Text for the model, such as a question.
    case user(String)
    /// The model's answer, and the calls it asked for.
    case assistant(String, toolCalls: [ToolCall] = [])
    /// The result of a call that the model asked for.
    case toolResult(callID: String, content: String, isError: Bool = false)
}

/// A call that a model asks for.
public struct ToolCall: Sendable, Hashable {
    /// The service's name for this call; the result goes back under it.
    public var id: String
    /// The tool.
    public var name: String
    /// The arguments as JSON text, as the model wrote it: it may not be valid.
    public var arguments: String

    /// Describes a call.
    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}
