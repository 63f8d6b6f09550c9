import Coordinator
import LanguageModels
import TelemetryCatalog

/// One question to a model: a prompt with parts of files that fit into the context, answered by a schema.
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
        let request = ModelRequest(
            system: system, messages: [.user(user)], maxOutputTokens: model.answerTokens, temperature: 0,
            agentName: attempt.agent, promptVersion: prompt.version)
        attempt.progress(
            "asking \(model.model.identity.model), prompt \(prompt.version), about "
                + "\(TokenEstimate.of(system) + TokenEstimate.of(user)) tokens")
        switch await send(request, schema(pack), attempt) {
        case .success(let answer):
            tellRemarks(answer.response, attempt)
            return reply(answer, attempt)
        case .failure(let error):
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

    /// Says how the answer came, where that is not as it should be.
    private func tellRemarks(_ response: ModelResponse, _ attempt: AttemptContext) {
        if !response.leftOut.isEmpty {
            attempt.progress("asked without \(response.leftOut.joined(separator: ", ")), which the service refuses")
        }
        if response.lacksEndMark { attempt.progress("the answer came without an end mark; it is whole, and used") }
    }

    private func send(
        _ request: ModelRequest, _ schema: OutputSchema, _ attempt: AttemptContext
    ) async -> Result<StructuredAnswer, ModelError> {
        let deadline = ContinuousClock.now + (attempt.remaining ?? AgentModel.defaultTimeout)
        do {
            return .success(
                try await MeteredModel(model: model, attempt: attempt).structured(
                    request, schema: schema, repairs: AgentModel.repairs, until: deadline
                ) { _ in attempt.heartbeat() })
        } catch {
            return .failure(error)
        }
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

    private func reply(_ answer: StructuredAnswer, _ attempt: AttemptContext) -> Reply {
        let usage = answer.usage
        return Reply(
            value: answer.value,
            use: ModelUse(
                provider: model.model.identity.provider, model: answer.response.model, prompt: prompt.version,
                inputTokens: usage.inputTokens, outputTokens: usage.outputTokens, costUSD: usage.costUSD,
                repairs: answer.repairs, attempt: attempt.number),
            usage: Contribution.Usage(usage))
    }
}
