/// One message of a conversation with a model.
public enum ModelMessage: Sendable, Hashable {
    /// Text for the model, such as a question.
    case user(String)
    /// The model's answer, and the calls it asked for.
    case assistant(String, toolCalls: [ToolCall] = [])
    /// The result of a call that the model asked for.
    case toolResult(callID: String, content: String, isError: Bool = false)
}
