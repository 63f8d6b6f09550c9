import Coordinator
import LanguageModels
import TelemetryCatalog

/// One question to a model: a prompt with parts of files that fit into the context, answered by a schema.
///
/// It is a conversation with a form and without tools: services bind an answer to its form only where no tool is offered, and
/// what is to be read stands in the prompt already.
struct ModelQuestion: Sendable {
    /// The parts of the prompt other than files.
    struct Words: Sendable {
        /// The agent's own texts, by placeholder name.
        var trusted: [String: String]
        /// Texts from outside, by placeholder name: a title by the agent, and the data, which is fenced. A title begins with
        /// a capital letter.
        var data: [String: (title: String, text: String)] = [:]
    }

    /// The model's answer.
    struct Reply: Sendable {
        var value: JSONValue
        var use: ModelUse
        var usage: Contribution.Usage
    }

    let model: AgentModel
    let prompt: PromptTemplate
    /// The form of the answer, by the files that are shown.
    let schema: @Sendable (ContextPack) -> OutputSchema
    let memory: RunMemory

    /// Asks the model.
    ///
    /// - Parameters:
    ///   - words: the parts of the prompt other than files.
    ///   - pack: cuts the files to a number of tokens.
    /// - Throws: `ModelError`; `AgentError` when the prompt does not fit the model's context, transient while a
    ///   smaller one may fit.
    func ask(_ words: Words, _ attempt: AttemptContext, pack: (Int) -> ContextPack) async throws -> Reply {
        let key = attempt.idempotencyKey
        var note = memory.note(for: key)
        let problems = note.problems.map { "- \($0)" }.joined(separator: "\n")
        let form = try schema(ContextPack(budgetTokens: 0, estimatedTokens: 0, entries: [], omitted: [])).sent.json()
        let others = Array(words.trusted.values) + words.data.values.map(\.text) + [problems, form]
        let budget = min(
            note.packTokens ?? .max, model.packTokens(beside: others + [try Self.bare(prompt, words)]))
        guard budget >= AgentModel.smallestPack else {
            throw AgentError(
                .permanent, errorType: ErrorType.invalidOutput,
                "the task leaves no room for files: the model's context is taken as \(model.contextTokens) tokens; shorten the "
                    + "task, use a model with more, or set COORDINATOR_MODEL_CONTEXT_TOKENS to what it has")
        }
        let pack = pack(budget)
        let fence = PromptFence(
            key: key,
            data: pack.entries.flatMap { [$0.path, $0.text] } + pack.omitted + words.data.values.map(\.text) + [
                problems
            ])
        var values = words.trusted
        for (name, data) in words.data { values[name] = data.text.isEmpty ? "" : fence.fenced(data.title, data.text) }
        values["fence"] = fence.word
        values["context"] = fence.fenced(pack)
        values["feedback"] =
            problems.isEmpty
            ? "" : "\nYour last answer could not be used. Mend this:\n" + fence.fenced("What was wrong", problems)
        let (system, user) = try prompt.filled(values)
        // What is wrong with the last answer, or that it was too long, makes another question of it.
        let isAnew = !note.problems.isEmpty || note.packTokens != nil
        do {
            let outcome = try await conversation(attempt).hold(anew: isAnew) {
                ConversationStart(
                    prompt: prompt.version, system: system, user: user, fence: fence.word,
                    form: ConversationStart.Form(schema(pack)), tools: [])
            }
            return reply(outcome, attempt)
        } catch let error as ModelError {
            guard error.code == .contextTooLong else { throw error }
            // The estimate was wrong for this model, or its context is smaller than configured: try half of the files.
            note.packTokens = budget / 2
            memory.keep(note, for: key)
            throw AgentError(
                budget / 2 >= AgentModel.smallestPack ? .transient : .permanent, errorType: error.errorType,
                "\(error); the next attempt sends half of the files. Set COORDINATOR_MODEL_CONTEXT_TOKENS to what the model has"
            )
        }
    }

    private func conversation(_ attempt: AttemptContext) throws -> ModelConversation {
        ModelConversation(
            model: model, tools: try ToolSet([]),
            limits: ConversationLimits(turns: ConversationLimits.turnRange.upperBound, toolCalls: 0), isPatient: false,
            temperature: 0, promptVersion: prompt.version, recorder: ToolCalls(), attempt: attempt)
    }

    /// Keeps the problems with an answer for the next attempt.
    ///
    /// - Returns: the error of this attempt.
    func refuse(_ problems: [AnswerProblem], _ attempt: AttemptContext) -> AgentError {
        var note = memory.note(for: attempt.idempotencyKey)
        note.problems = problems.map(\.told)
        memory.keep(note, for: attempt.idempotencyKey)
        return AgentError(
            .transient, errorType: ErrorType.invalidOutput,
            "the answer of \(model.model.identity.model) cannot be used: \(problems.map(\.words).joined(separator: " "))"
        )
    }

    /// The prompt with empty placeholders, for its length.
    private static func bare(_ prompt: PromptTemplate, _ words: Words) throws -> String {
        let names = Array(words.trusted.keys) + words.data.keys + ["fence", "context", "feedback"]
        let (system, user) = try prompt.filled(Dictionary(uniqueKeysWithValues: names.map { ($0, "") }))
        return system + user
    }

    private func reply(_ outcome: ModelConversation.Outcome, _ attempt: AttemptContext) -> Reply {
        let total = outcome.total
        return Reply(
            value: outcome.value,
            use: ModelUse(
                provider: model.model.identity.provider, model: outcome.state.model, prompt: prompt.version,
                inputTokens: total.inputTokens, outputTokens: total.outputTokens,
                costUSD: model.price == nil && total.costUSD == 0 ? nil : total.costUSD,
                repairs: outcome.state.repairs, attempt: outcome.state.lastAttempt),
            usage: outcome.usage)
    }
}
