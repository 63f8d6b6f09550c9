import Coordinator
import LanguageModels

/// A language model as an agent uses it, with the room that its context has.
package struct AgentModel: Sendable {
    /// The most tokens an answer is given.
    package static let largestAnswer = 4_096
    /// The fewest tokens of files that are worth asking about.
    package static let smallestPack = 128
    /// What the words of a prompt take beside task and files; the longest that ships has fewer.
    package static let promptTokens = 800
    /// How often an answer that does not fit its schema is sent back within one attempt. Further tries are the retries'.
    package static let repairs = 1
    /// How long a call may take where the attempt has no deadline.
    static let defaultTimeout = Duration.seconds(600)

    /// The model.
    package let model: any LanguageModel
    /// The tokens that prompt and answer may take together.
    package let contextTokens: Int

    /// - Parameter contextTokens: the tokens that prompt and answer may take together.
    package init(_ model: any LanguageModel, contextTokens: Int) {
        self.model = model
        self.contextTokens = contextTokens
    }

    /// The tokens an answer is given: a quarter of the context.
    package var answerTokens: Int { min(Self.largestAnswer, contextTokens / 4) }

    /// The tokens there are for parts of files, beside an answer and the other words of the prompt.
    ///
    /// - Parameter words: what else the prompt holds.
    package func packTokens(beside words: [String]) -> Int {
        contextTokens - answerTokens - words.reduce(0) { $0 + TokenEstimate.of($1) }
    }
}

/// Which model answered, to which prompt, and what that took.
package struct ModelUse: Sendable, Hashable, Codable {
    /// Who serves it: `openai`, `anthropic`, `ollama`.
    package var provider: String
    /// The model, as the server calls it.
    package var model: String
    /// The prompt's name and version.
    package var prompt: String
    /// The tokens of the prompt, as the server counted them.
    package var inputTokens: Int
    /// The tokens of the answer.
    package var outputTokens: Int
    /// What it cost in US dollars; `nil` where no price is known.
    package var costUSD: Double?
    /// How often the answer had to be sent back for its form.
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
