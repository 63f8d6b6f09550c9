/// A piece of a streamed answer.
public enum ModelEvent: Sendable, Hashable {
    /// Some text of the answer.
    case text(String)
    /// A call the model asks for, once it is complete.
    case toolCall(ToolCall)
}

/// A whole answer.
public struct ModelResponse: Sendable, Hashable {
    /// The answer's text; empty when there are only calls.
    public var text: String
    /// The calls the model asks for. An answer that was cut, ``FinishReason/length``, may end within the arguments of its
    /// last one, which then cannot be read.
    public var toolCalls: [ToolCall]
    /// Why the answer ended.
    public var finishReason: FinishReason
    /// The tokens and the cost of the answer.
    public var usage: ModelUsage
    /// The model that answered, as the service says.
    public var model: String
    /// The service's identifier of the answer.
    public var id: String?
    /// The time from the call's start to the first piece of the answer; `nil` when it did not come in pieces.
    public var timeToFirstChunk: Duration?
    /// Whether the service never said that the answer ends, and it was used since it is whole.
    package var lacksEndMark = false
    /// What was left out of the request, since the service refuses it: names of the protocol such as `temperature`, `tools`
    /// for all tools, `tools.NAME` for one of them, and `tool_choice`. Empty where everything was sent.
    public package(set) var leftOut: [String] = []

    /// Describes an answer.
    public init(
        text: String, toolCalls: [ToolCall] = [], finishReason: FinishReason = .stop, usage: ModelUsage = ModelUsage(),
        model: String, id: String? = nil, timeToFirstChunk: Duration? = nil
    ) {
        self.text = text
        self.toolCalls = toolCalls
        self.finishReason = finishReason
        self.usage = usage
        self.model = model
        self.id = id
        self.timeToFirstChunk = timeToFirstChunk
    }
}

/// Why an answer ended.
public enum FinishReason: Sendable, Hashable {
    /// The model completed the answer.
    case stop
    /// The answer reached the limit of tokens and is cut.
    case length
    /// The model waits for the results of calls.
    case toolCalls
    /// The service's content filter withheld the answer.
    case contentFilter
    /// Another reason, in the service's own word.
    case other(String)
}
