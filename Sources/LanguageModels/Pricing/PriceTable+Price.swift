extension PriceTable {
    /// The price of one model, in US dollars per million tokens.
    public struct Price: Sendable, Hashable {
        /// Of tokens of prompts.
        public var input: Double
        /// Of tokens of answers, those of reasoning included.
        public var output: Double
        /// Of tokens of prompts that the service had in its cache; `nil` for ``input``.
        public var cacheRead: Double?
        /// Of tokens of prompts that the service put into its cache; `nil` for ``input``.
        public var cacheWrite: Double?
        /// The prices of calls with long prompts, where those are others; the shortest first.
        public var longPrompts: [LongPrompt]

        /// The prices of a whole call, its answer included, whose prompt is longer than some number of tokens.
        public struct LongPrompt: Sendable, Hashable {
            /// The tokens of the prompt above which these prices hold.
            public var above: Int
            /// As ``Price/input``.
            public var input: Double
            /// As ``Price/output``.
            public var output: Double
            /// As ``Price/cacheRead``.
            public var cacheRead: Double?
            /// As ``Price/cacheWrite``.
            public var cacheWrite: Double?

            /// Sets the prices.
            public init(
                above: Int, input: Double, output: Double, cacheRead: Double? = nil, cacheWrite: Double? = nil
            ) {
                self.above = above
                self.input = input
                self.output = output
                self.cacheRead = cacheRead
                self.cacheWrite = cacheWrite
            }
        }

        /// Sets a price.
        public init(
            input: Double, output: Double, cacheRead: Double? = nil, cacheWrite: Double? = nil,
            longPrompts: [LongPrompt] = []
        ) {
            self.input = input
            self.output = output
            self.cacheRead = cacheRead
            self.cacheWrite = cacheWrite
            self.longPrompts = longPrompts.sorted { $0.above < $1.above }
        }

        /// The cost of one call, in US dollars.
        package func cost(of usage: ModelUsage) -> Double {
            rates(prompt: usage.inputTokens).cost(of: usage)
        }

        /// The most that one call may cost, in US dollars, whatever of its prompt the service reads from its cache or puts
        /// there.
        package func mostCost(input: Int, output: Int) -> Double {
            let shorter = longPrompts.filter { $0.above < input }.map { min($0.above, input) }
            return (shorter + [input]).map { rates(prompt: $0).mostCost(input: $0, output: output) }.max() ?? 0
        }

        private func rates(prompt: Int) -> LongPrompt {
            longPrompts.last { $0.above < prompt }
                ?? LongPrompt(above: 0, input: input, output: output, cacheRead: cacheRead, cacheWrite: cacheWrite)
        }
    }
}

extension PriceTable.Price.LongPrompt {
    fileprivate func cost(of usage: ModelUsage) -> Double {
        let read = min(max(0, usage.cacheReadTokens), usage.inputTokens)
        let written = min(max(0, usage.cacheWriteTokens), usage.inputTokens - read)
        let fresh = usage.inputTokens - read - written
        let prompt =
            Double(fresh) * input + Double(read) * (cacheRead ?? input) + Double(written) * (cacheWrite ?? input)
        return (prompt + Double(usage.outputTokens) * output) / 1e6
    }

    fileprivate func mostCost(input tokens: Int, output outputTokens: Int) -> Double {
        let dearest = max(input, cacheRead ?? 0, cacheWrite ?? 0)
        return (Double(tokens) * dearest + Double(outputTokens) * output) / 1e6
    }
}
