import Coordinator
import Support

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
    /// The calls the model asks for.
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
    /// The options that were left out of the request, since the service refuses them.
    package var leftOut: [String] = []

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

/// The tokens and the cost of an answer.
public struct ModelUsage: Sendable, Hashable {
    /// Tokens of the prompt, as the service counts them; cached ones included.
    public var inputTokens: Int
    /// Tokens of the answer.
    public var outputTokens: Int
    /// The cost in US dollars; `nil` when the model's price is not known.
    public var costUSD: Double?

    /// Describes a usage.
    public init(inputTokens: Int = 0, outputTokens: Int = 0, costUSD: Double? = nil) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.costUSD = costUSD
    }

    /// Adds two usages; the cost of the sum is known when one of the two costs is. Sums stop at what a contribution may
    /// state.
    static func + (left: ModelUsage, right: ModelUsage) -> ModelUsage {
        let costs = [left.costUSD, right.costUSD].compactMap(\.self)
        return ModelUsage(
            inputTokens: counted(left.inputTokens.addingSaturated(right.inputTokens)),
            outputTokens: counted(left.outputTokens.addingSaturated(right.outputTokens)),
            costUSD: costs.isEmpty
                ? nil : min(costs.reduce(0) { $0.addingSaturated($1) }, Contribution.Usage.largestCostUSD))
    }

    /// A service's count of tokens, from 0 to ``Contribution/Usage/largestTokens``; `nil` where it states no number.
    static func tokens(_ stated: JSONValue?) -> Int? {
        switch stated {
        case .integer(let count): counted(Int(clamping: count))
        case .number(let count): counted(Int(saturating: count))
        // Some services write numbers as text.
        default: stated?.wireInteger.map { counted(Int(clamping: $0)) }
        }
    }

    private static func counted(_ tokens: Int) -> Int { min(max(0, tokens), Contribution.Usage.largestTokens) }
}

extension Contribution.Usage {
    /// What calls of a model used; a cost that is not known counts as nothing.
    package init(_ usage: ModelUsage) {
        self.init(
            inputTokens: usage.inputTokens, outputTokens: usage.outputTokens,
            costUSD: min(usage.costUSD ?? 0, Self.largestCostUSD))
    }
}
