/// One message of a conversation with a model.
public enum ModelMessage: Sendable, Hashable {
    /// What the model is told or asked.
    case user(String)
    /// What it answered, and what it asked to be called.
    case assistant(String, toolCalls: [ToolCall] = [])
    /// What a call that it asked for gave.
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
