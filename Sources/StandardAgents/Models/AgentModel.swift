import Coordinator
import LanguageModels

/// A language model as an agent uses it, with the size of its context.
package struct AgentModel: Sendable {
    /// The most tokens of an answer. 4,096.
    package static let largestAnswer = 4_096
    /// The fewest tokens of files for which a model is asked. 128.
    package static let smallestPack = 128
    /// The tokens that a prompt takes beside task and files. 800; every shipped prompt has fewer.
    package static let promptTokens = 800
    /// How often an answer that does not fit its schema is sent back within one attempt. 1; further tries are new
    /// attempts.
    package static let repairs = 1
    /// How long a call may take where the attempt has no deadline. 600 s.
    static let defaultTimeout = Duration.seconds(600)

    /// The model.
    package let model: any LanguageModel
    /// The tokens that prompt and answer may take together.
    package let contextTokens: Int

    /// The price of its tokens; `nil` where none is known.
    package let price: PriceTable.Price?
    /// Whether spans hold what is said, the arguments and results of tools included.
    package let capturesContent: Bool

    /// - Parameters:
    ///   - contextTokens: the tokens that prompt and answer may take together.
    ///   - price: the price of its tokens, by which calls are reserved in a job's budget of money.
    ///   - capturesContent: whether spans hold arguments and results of tools. These may contain any text of users and files.
    package init(
        _ model: any LanguageModel, contextTokens: Int, price: PriceTable.Price? = nil, capturesContent: Bool = false
    ) {
        self.model = model
        self.contextTokens = contextTokens
        self.price = price
        self.capturesContent = capturesContent
    }

    /// The most tokens of an answer for this model: at most a quarter of the context.
    package var answerTokens: Int { min(Self.largestAnswer, contextTokens / 4) }

    /// The tokens left for parts of files, beside an answer and the other text of the prompt.
    ///
    /// - Parameter words: the other texts of the prompt.
    package func packTokens(beside words: [String]) -> Int {
        contextTokens - answerTokens - words.reduce(0) { $0 + TokenEstimate.of($1) }
    }
}

/// The model and the prompt of an answer, with its usage.
package struct ModelUse: Sendable, Hashable, Codable {
    /// The model's provider: `openai`, `anthropic`, `ollama`.
    package var provider: String
    /// The model's name at its provider.
    package var model: String
    /// The prompt's name and version.
    package var prompt: String
    /// The tokens of the prompt, as the server counted them.
    package var inputTokens: Int
    /// The tokens of the answer.
    package var outputTokens: Int
    /// The cost in US dollars; `nil` where no price is known.
    package var costUSD: Double?
    /// How often the answer was sent back because it did not fit its schema.
    package var repairs: Int
    /// The attempt of the run that gave the answer.
    package var attempt: Int

    enum CodingKeys: String, CodingKey {
        case provider, model, prompt, repairs, attempt
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case costUSD = "cost_usd"
    }
}
