import Coordinator
import Support

extension ModelUsage {
    /// Reads the count of a chat completion.
    ///
    /// Details go by the names that services have for them. Some services count reasoning beside the answer and not as part
    /// of it: what only their total has is counted as reasoning, since it is paid for.
    ///
    /// - Parameters:
    ///   - counts: what the service states; each chunk may have a count, and the last one is the total.
    ///   - known: what it has stated before.
    /// - Returns: `nil` where it has stated nothing.
    init?(chatCompletion counts: JSONValue?, after known: ModelUsage?) {
        func tokens(_ paths: [String]...) -> Int? {
            paths.lazy.compactMap { path in Self.tokens(path.reduce(counts) { $0?[$1] }) }.first
        }
        let input = tokens(["prompt_tokens"])
        let output = tokens(["completion_tokens"])
        guard input != nil || output != nil else {
            guard let known else { return nil }
            self = known
            return
        }
        self = known ?? ModelUsage()
        inputTokens = input ?? inputTokens
        outputTokens = output ?? outputTokens
        cacheReadTokens =
            tokens(["prompt_tokens_details", "cached_tokens"], ["prompt_cache_hit_tokens"], ["cached_tokens"])
            ?? cacheReadTokens
        cacheWriteTokens =
            tokens(
                ["prompt_tokens_details", "cache_write_tokens"], ["prompt_tokens_details", "cache_creation_tokens"])
            ?? cacheWriteTokens
        let reasoning = tokens(["completion_tokens_details", "reasoning_tokens"], ["reasoning_tokens"])
        reasoningTokens = reasoning ?? reasoningTokens
        if let total = tokens(["total_tokens"]), let input, let output {
            let hidden = total - min(total, input.addingSaturated(output))
            // The reasoning is what is missing, or nothing else is known of it.
            if hidden > 0, reasoning == nil || reasoning == hidden {
                outputTokens = Self.counted(outputTokens.addingSaturated(hidden))
                reasoningTokens = hidden
            }
        }
        bound()
    }
}
