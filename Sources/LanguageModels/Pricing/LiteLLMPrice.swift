import Coordinator
import Support

/// An entry of LiteLLM's file of prices, in US dollars per token.
///
/// Its other members are not looked at: limits, what a model can do, prices of images, of batches and of faster service.
enum LiteLLMPrice {
    private static let input = "input_cost_per_token"
    private static let output = "output_cost_per_token"
    private static let cacheRead = "cache_read_input_token_cost"
    private static let cacheWrite = "cache_creation_input_token_cost"
    /// The entry that describes all members.
    private static let sample = "sample_spec"

    /// Whether an entry is one of LiteLLM's, by its members.
    static func isOne(_ members: JSONObject) -> Bool {
        members["input"] == nil
            && ["litellm_provider", "mode", input, output].contains { members[ExactString($0)] != nil }
    }

    /// - Returns: `nil` for an entry that states no price of tokens.
    static func price(_ name: String, _ members: JSONObject) throws(PriceFile.Fault) -> PriceTable.Price? {
        func figure(_ member: String) throws(PriceFile.Fault) -> Double? {
            try PriceFile.figure(members[ExactString(member)], member, of: name, factor: 1e6)
        }
        guard name != sample, let ordinary = try figure(input), let answer = try figure(output) else { return nil }
        var longPrompts: [PriceTable.Price.LongPrompt] = []
        for (above, end) in thresholds(members) {
            let before = longPrompts.last
            longPrompts.append(
                PriceTable.Price.LongPrompt(
                    above: above, input: try figure(input + end) ?? before?.input ?? ordinary,
                    output: try figure(output + end) ?? before?.output ?? answer,
                    cacheRead: try figure(cacheRead + end) ?? before?.cacheRead,
                    cacheWrite: try figure(cacheWrite + end) ?? before?.cacheWrite))
        }
        // Tokens of reasoning are not told apart: where they cost more, the whole answer is taken to.
        let reasoning = try figure("output_cost_per_reasoning_token") ?? 0
        return PriceTable.Price(
            input: ordinary, output: max(answer, reasoning), cacheRead: try figure(cacheRead),
            cacheWrite: try figure(cacheWrite), longPrompts: longPrompts)
    }

    /// The lengths of prompts above which prices change, with the ends of the members that state those, the shortest first.
    private static func thresholds(_ members: JSONObject) -> [(above: Int, end: String)] {
        var found: [Int: String] = [:]
        for key in members.keys {
            guard let match = key.string.wholeMatch(of: /(?:in|out)put_cost_per_token(_above_(\d{1,5})k_tokens)/),
                let thousands = Int(match.2)
            else { continue }
            found[thousands * 1_000] = String(match.1)
        }
        return found.sorted { $0.key < $1.key }.prefix(PriceFile.longPromptLimit).map { ($0.key, $0.value) }
    }
}
