/// A piece of an answer, as it comes in.
public enum ModelEvent: Sendable, Hashable {
    /// Some text of the answer.
    case text(String)
    /// A call the model asks for, once it is complete.
    case toolCall(ToolCall)
}

/// A whole answer.
public struct ModelResponse: Sendable, Hashable {
    /// Its text; empty where there are only calls.
    public var text: String
    /// The calls the model asks for.
    public var toolCalls: [ToolCall]
    /// Why it ended.
    public var finishReason: FinishReason
    /// What it took.
    public var usage: ModelUsage
    /// The model that answered, as the service says.
    public var model: String
    /// The service's name for the answer.
    public var id: String?
    /// The time from the call's start to the first piece of the answer; `nil` where it came whole.
    public var timeToFirstChunk: Duration?

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
    /// The model had said it all.
    case stop
    /// It reached the most tokens it was given: the answer is cut.
    case length
    /// It waits for the results of calls.
    case toolCalls
    /// The service withheld it.
    case contentFilter
    /// Another reason, in the service's word.
    case other(String)
}

/// What an answer took.
public struct ModelUsage: Sendable, Hashable {
    /// Tokens of the prompt, as the service counted them; those it had cached included.
    public var inputTokens: Int
    /// Tokens of the answer.
    public var outputTokens: Int
    /// US dollars; `nil` where the model's price is not known.
    public var costUSD: Double?

    /// Describes a usage.
    public init(inputTokens: Int = 0, outputTokens: Int = 0, costUSD: Double? = nil) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.costUSD = costUSD
    }

    /// Adds another one; the cost is known where one of the two is.
    static func + (left: ModelUsage, right: ModelUsage) -> ModelUsage {
        let costs = [left.costUSD, right.costUSD].compactMap(\.self)
        return ModelUsage(
            inputTokens: left.inputTokens + right.inputTokens, outputTokens: left.outputTokens + right.outputTokens,
            costUSD: costs.isEmpty ? nil : costs.reduce(0, +))
    }
}
