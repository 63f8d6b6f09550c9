import Coordinator
import Support

/// The tokens and the cost of an answer.
public struct ModelUsage: Sendable, Hashable {
    /// Tokens of the prompt, as the service counts them; cached ones included.
    public var inputTokens: Int
    /// Tokens of the answer, those of its reasoning included.
    public var outputTokens: Int
    /// Those of ``inputTokens`` that the service had in its cache; 0 where it does not tell.
    public var cacheReadTokens: Int
    /// Those of ``inputTokens`` that the service put into its cache; 0 where it does not tell.
    public var cacheWriteTokens: Int
    /// Those of ``outputTokens`` that the model spent on reasoning; 0 where the service does not tell.
    public var reasoningTokens: Int
    /// The cost in US dollars; `nil` when the model's price is not known.
    public var costUSD: Double?

    /// Describes a usage.
    public init(
        inputTokens: Int = 0, outputTokens: Int = 0, costUSD: Double? = nil, cacheReadTokens: Int = 0,
        cacheWriteTokens: Int = 0, reasoningTokens: Int = 0
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.cacheReadTokens = cacheReadTokens
        self.cacheWriteTokens = cacheWriteTokens
        self.reasoningTokens = reasoningTokens
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
                ? nil : min(costs.reduce(0) { $0.addingSaturated($1) }, Contribution.Usage.largestCostUSD),
            cacheReadTokens: counted(left.cacheReadTokens.addingSaturated(right.cacheReadTokens)),
            cacheWriteTokens: counted(left.cacheWriteTokens.addingSaturated(right.cacheWriteTokens)),
            reasoningTokens: counted(left.reasoningTokens.addingSaturated(right.reasoningTokens)))
    }

    /// Keeps the parts within what they are part of.
    mutating func bound() {
        cacheReadTokens = min(cacheReadTokens, inputTokens)
        cacheWriteTokens = min(cacheWriteTokens, inputTokens - cacheReadTokens)
        reasoningTokens = min(reasoningTokens, outputTokens)
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

    static func counted(_ tokens: Int) -> Int { min(max(0, tokens), Contribution.Usage.largestTokens) }
}

extension Contribution.Usage {
    /// What calls of a model used; a cost that is not known counts as nothing.
    package init(_ usage: ModelUsage) {
        self.init(
            inputTokens: usage.inputTokens, outputTokens: usage.outputTokens,
            costUSD: min(usage.costUSD ?? 0, Self.largestCostUSD))
    }
}
