import Support

extension Contribution.Usage {
    /// The most tokens that one figure of a contribution may state, a million million; no bill is that long. Sums of
    /// figures within the bound fit 64 bits for nine million attempts, and stop there.
    public static let largestTokens = 1_000_000_000_000
    /// The highest cost that a contribution may state, in US dollars: a thousand million.
    public static let largestCostUSD = 1_000_000_000.0

    /// The first figure that is beyond its bound, with its path in a contribution; `nil` when all can be counted.
    package var fault: String? {
        let tokens = Self.largestTokens
        let cost = Self.largestCostUSD
        func beyond(_ key: CodingKeys, _ figure: some Any, _ bound: some Any) -> String {
            "usage.\(key.rawValue) is \(figure), and a figure there is at most \(bound)"
        }
        if !(-tokens...tokens).contains(inputTokens) { return beyond(.inputTokens, inputTokens, tokens) }
        if !(-tokens...tokens).contains(outputTokens) { return beyond(.outputTokens, outputTokens, tokens) }
        if !(-cost...cost).contains(costUSD) { return beyond(.costUSD, costUSD, Int(cost)) }
        return nil
    }

    /// Input and output together.
    package var tokens: Int { inputTokens.addingSaturated(outputTokens) }

    /// The sum, figure by figure; each stops at the largest number.
    package static func + (left: Self, right: Self) -> Self {
        Self(
            inputTokens: left.inputTokens.addingSaturated(right.inputTokens),
            outputTokens: left.outputTokens.addingSaturated(right.outputTokens),
            costUSD: left.costUSD.addingSaturated(right.costUSD))
    }

    /// The difference, figure by figure.
    package static func - (left: Self, right: Self) -> Self {
        Self(
            inputTokens: left.inputTokens.subtractingSaturated(right.inputTokens),
            outputTokens: left.outputTokens.subtractingSaturated(right.outputTokens),
            costUSD: left.costUSD.addingSaturated(-right.costUSD))
    }

    package static func += (left: inout Self, right: Self) { left = left + right }
    package static func -= (left: inout Self, right: Self) { left = left - right }

    /// The larger of each figure.
    package func atLeast(_ other: Self) -> Self {
        Self(
            inputTokens: max(inputTokens, other.inputTokens), outputTokens: max(outputTokens, other.outputTokens),
            costUSD: max(costUSD, other.costUSD))
    }
}
