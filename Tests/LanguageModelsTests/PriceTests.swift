import Coordinator
import Foundation
import LanguageModels
import Support
import TestSupport
import Testing

/// Prices: the shipped ones, those of files, and what calls cost by them.
@Suite(.timeLimit(.minutes(5))) struct Prices {
    private func table(_ text: String, model: String = "m", at address: String = "http://h") throws -> PriceTable {
        let folder = try TemporaryFolder()
        let file = folder.file("prices.json")
        try Data(text.utf8).write(to: file)
        return try ModelConfiguration(
            environment: [
                "OPENAI_BASE_URL": address, "ANTHROPIC_API_KEY": "k", "COORDINATOR_MODEL_PRICES": file.path,
            ], model: model
        ).prices
    }

    @Test func shippedPricesAreDatedAndBounded() throws {
        let url = TestPython.packageRoot.appending(path: "Sources/LanguageModels/Pricing/prices.json")
        let document = try JSONValue(json: [UInt8](try Data(contentsOf: url)))
        let names = try #require(document["prices"]?.objectValue).keys.map(\.string)
        #expect(names.count > 40 && PriceTable.notedOn.wholeMatch(of: /20\d\d-\d\d-\d\d/) != nil)
        #expect(document["sources"]?.arrayValue?.count ?? 0 > 1)
        for name in names {
            let price = try #require(PriceTable.standard[name], "\(name)")
            // Whatever of the prompt is cached, no answer costs more than is reserved for it.
            #expect(price.input > 0 && price.output > price.input && price.cacheRead ?? 0 <= price.input, "\(name)")
            #expect(price.cacheWrite ?? price.input >= price.input, "\(name)")
        }
        #expect(PriceTable.standard["claude-sonnet-4-5-20250929"] == PriceTable.standard["claude-sonnet-4-5"])
        #expect(PriceTable.standard["gpt-4o-2024-08-06"] == PriceTable.standard["gpt-4o"])
        // A version with a price of its own.
        #expect(PriceTable.standard["gpt-4o-2024-05-13"] != PriceTable.standard["gpt-4o"])
        // Another model is not taken for one with a longer name.
        #expect(PriceTable.standard["gpt-4o-audio"] == nil && PriceTable.standard["claude-opus-9"] == nil)
    }

    @Test func cachedTokensHavePricesOfTheirOwn() throws {
        let price = PriceTable.Price(input: 10, output: 100, cacheRead: 1, cacheWrite: 20)
        var usage = ModelUsage(
            inputTokens: 1_000, outputTokens: 10, cacheReadTokens: 600, cacheWriteTokens: 300, reasoningTokens: 5)
        // 100 at 10 dollars a million, 600 at 1, 300 at 20, and 10 of the answer at 100.
        #expect(abs(price.cost(of: usage) - 0.008_6) < 1e-12)
        #expect(abs(PriceTable.Price(input: 10, output: 100).cost(of: usage) - 0.011) < 1e-12)
        // Counts that cannot be are no discount.
        (usage.cacheReadTokens, usage.cacheWriteTokens) = (5_000, 5_000)
        #expect(price.cost(of: usage) >= 0.002)
    }

    @Test func longPromptsHavePricesOfTheirOwn() throws {
        let prices = try table(
            """
            {"m": {"input": 1, "output": 2, "cache_read": 0.5, "long_prompts": [
                {"above": 100, "input": 10, "output": 20}, {"above": 50, "input": 3, "output": 4}]}}
            """)
        let price = try #require(prices["m"])
        func cost(_ input: Int) -> Double { price.cost(of: ModelUsage(inputTokens: input, outputTokens: 1)) * 1e6 }
        #expect(abs(cost(50) - 52) < 1e-6 && abs(cost(51) - 157) < 1e-6 && abs(cost(101) - 1_030) < 1e-6)
    }

    /// What is reserved for a call covers it, whatever of its prompt is cached and however much shorter it is.
    @Test func noCallCostsMoreThanItsMost() {
        var random = SeededGenerator.announced()
        func rate() -> Double { Double(random.int(0...1_000)) / 10 }
        for _ in 0..<500 {
            let price = PriceTable.Price(
                input: rate(), output: rate(), cacheRead: Bool.random(using: &random) ? rate() : nil,
                cacheWrite: Bool.random(using: &random) ? rate() : nil,
                longPrompts: (0..<random.int(0...3)).map {
                    .init(above: ($0 + 1) * random.int(1...400), input: rate(), output: rate(), cacheWrite: rate())
                })
            let most = ModelUsage(inputTokens: random.int(0...2_000), outputTokens: random.int(0...500))
            let bound = price.mostCost(input: most.inputTokens, output: most.outputTokens)
            let input = random.int(0...most.inputTokens)
            let read = random.int(0...input)
            let usage = ModelUsage(
                inputTokens: input, outputTokens: random.int(0...most.outputTokens), cacheReadTokens: read,
                cacheWriteTokens: random.int(0...(input - read)))
            #expect(price.cost(of: usage) <= bound + 1e-12, "\(price) \(usage) \(most)")
        }
    }

    // MARK: names

    @Test(
        arguments: [
            (#""m""#, "openai/m", "http://h"), (#""openai/m""#, "openai/m", "http://h"), (#""m*""#, "m-7b", "http://h"),
            (#""azure/m""#, "openai/m", "https://x.openai.azure.com/v1"),
            (#""openrouter/a/m""#, "openai/a/m", "https://openrouter.ai/api/v1"),
            (#""anthropic/claude-q""#, "claude-q", "http://h"), (#""ollama/m:latest""#, "ollama/m", "http://h"),
            (#""m-2025-04-14""#, "openai/m", "http://h"), (#""m""#, "openai/m-2025-04-14", "http://h"),
            (#""m""#, "openai/m-latest", "http://h"),
        ])
    func nameIsFoundWithAndWithoutItsService(entry: String, model: String, address: String) throws {
        let prices = try table("{\(entry): {\"input\": 1, \"output\": 2}}", model: model, at: address)
        let name = model.hasPrefix("openai/") || model.hasPrefix("ollama/") ? String(model.dropFirst(7)) : model
        #expect(prices[name] == PriceTable.Price(input: 1, output: 2))
    }

    @Test func fileTakesPrecedence() throws {
        let prices = try table(
            #"{"gpt-4*": {"input": 1, "output": 2}, "openai/gpt-5": {"input": 3, "output": 4}}"#, model: "gpt-5")
        #expect(
            prices["gpt-4o"]?.input == 1 && prices["gpt-5"]?.input == 3 && prices["o3"] == PriceTable.standard["o3"])
        let both = try table(
            #"{"m": {"input": 1, "output": 2}, "openai/m": {"input": 5, "output": 6}}"#, model: "openai/m")
        #expect(both["m"]?.input == 5)
    }

    // MARK: files

    @Test func pricesOfLiteLLMAreUnderstood() throws {
        let prices = try table(
            """
            {"sample_spec": {"input_cost_per_token": 0.0, "output_cost_per_token": 0.0, "mode": "one of: chat"},
             "gpt-9": {"input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05, "litellm_provider": "openai",
                "cache_read_input_token_cost": 2.5e-07, "cache_creation_input_token_cost": 3.125e-06, "mode": "chat",
                "max_input_tokens": 272000, "supports_vision": true, "input_cost_per_token_batches": 1.25e-06,
                "input_cost_per_token_above_200k_tokens": 5e-06, "output_cost_per_token_above_200k_tokens": 2e-05,
                "input_cost_per_token_above_200k_tokens_priority": 9e-06},
             "azure/gpt-9": {"input_cost_per_token": 3e-06, "output_cost_per_token": 1e-05, "litellm_provider": "azure"},
             "thinker": {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "mode": "chat",
                "output_cost_per_reasoning_token": 8e-06},
             "painter": {"litellm_provider": "openai", "mode": "image_generation", "input_cost_per_pixel": 1e-07},
             "embedder": {"input_cost_per_token": 1e-07, "mode": "embedding"},
             "mine": {"input": 1, "output": 2}}
            """)
        let price = try #require(prices["gpt-9"])
        #expect(price.input == 2.5 && price.output == 10 && price.cacheRead == 0.25 && price.cacheWrite == 3.125)
        #expect(price.longPrompts == [.init(above: 200_000, input: 5, output: 20)])
        #expect(prices["thinker"]?.output == 8 && prices["mine"]?.output == 2)
        #expect(prices["sample_spec"] == nil && prices["painter"] == nil && prices["embedder"] == nil)
        #expect(prices.skippedEntries == 3)
    }

    /// As large as LiteLLM's, and more.
    @Test func largeFileIsRead() throws {
        let entries = (0..<5_000).map { index in
            #""model-\#(index)": {"input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06, "mode": "chat", "notes": "\#(String(repeating: "n", count: 600))"}"#
        }
        let text = "{" + entries.joined(separator: ",") + "}"
        #expect(text.utf8.count > 3 << 20 && text.utf8.count < PriceTable.fileBytes)
        #expect(try table(text)["model-4999"]?.input == 1)
    }

    @Test func fileThatIsWrittenAnewIsReadAgain() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("prices.json")
        for input in [1, 20, 300] {
            try Data(#"{"m": {"input": \#(input), "output": 2}}"#.utf8).write(to: file)
            let configuration = try ModelConfiguration(
                environment: ["OPENAI_BASE_URL": "http://h", "COORDINATOR_MODEL_PRICES": file.path], model: "m")
            #expect(configuration.prices["m"]?.input == Double(input))
        }
    }

    @Test(
        arguments: [
            (#"{"m": {"input": 1}}"#, "entry 'm' needs input and output"),
            (#"{"m": {"input": -1, "output": 1}}"#, "entry 'm' needs input from 0"),
            (#"{"m": {"input": 1, "output": 1, "x": 1}}"#, "entry 'm' has the member 'x'"),
            (#"{"m": {"input": 1, "output": 1, "cache_read": "1"}}"#, "entry 'm' needs cache_read"),
            (#"{"m": {"input": 1, "output": 1, "long_prompts": []}}"#, "1 to 8 elements in long_prompts"),
            (
                #"{"m": {"input": 1, "output": 1, "long_prompts": [{"above": 0, "input": 1, "output": 1}]}}"#,
                "another above"
            ),
            (#"{"m": {"input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06}}"#, "needs input_cost_per_token"),
            (#"{"m": {"input_cost_per_token": 1, "output_cost_per_token": 1e-06}}"#, "needs input_cost_per_token"),
            (#"{"m": 1}"#, "entry 'm' is no object"), ("[]", "is not a JSON object"),
            ("{", "is not a JSON object: line 1"),
        ])
    func unusableFileIsRefusedByItsPlace(text: String, words: String) throws {
        let error = #expect(throws: ModelConfigurationError.self) { try table(text) }
        let told = error?.description ?? ""
        #expect(told.contains(words) && told.contains("COORDINATOR_MODEL_PRICES"), "\(told)")
    }

    @Test func filesHaveLimits() throws {
        let many = (0...PriceTable.entryLimit).map { #""m\#($0)":{"input":1,"output":1}"# }.joined(separator: ",")
        let error = #expect(throws: ModelConfigurationError.self) { try table("{\(many)}") }
        #expect(error?.description.contains("more than 20000 entries") == true)
        let long = #expect(throws: ModelConfigurationError.self) {
            try table(String(repeating: " ", count: PriceTable.fileBytes + 1))
        }
        #expect(long?.description.contains("more than 16777216 bytes") == true)
    }
}
