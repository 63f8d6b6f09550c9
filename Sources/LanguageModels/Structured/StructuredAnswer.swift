import Coordinator

/// An answer in the form that was asked for.
public struct StructuredAnswer: Sendable, Hashable {
    /// The answer, which fits the schema.
    public var value: JSONValue
    /// The last response, which holds it.
    public var response: ModelResponse
    /// The tokens and the cost of all responses together.
    public var usage: ModelUsage
    /// How often an answer was sent back because it did not fit.
    public var repairs: Int
}

extension LanguageModel {
    /// Asks for an answer in a form.
    ///
    /// The service's own way to bind answers to a schema is used, and the answer is checked too, since not all services
    /// have one. An answer that does not fit is sent back with its mistakes.
    ///
    /// - Parameters:
    ///   - request: what to ask.
    ///   - schema: the form.
    ///   - repairs: how often a wrong answer may be sent back.
    ///   - deadline: when to give up, all attempts included.
    ///   - receive: gets each piece of each answer as it comes in.
    /// - Throws: ``ModelError``: `invalid_output` when no answer fits, `misconfigured` for a schema that cannot be
    ///   used.
    public func structured(
        _ request: ModelRequest, schema: OutputSchema, repairs: Int = 1, until deadline: ContinuousClock.Instant,
        receiving receive: @Sendable (ModelEvent) -> Void = { _ in }
    ) async throws(ModelError) -> StructuredAnswer {
        let form: AnswerText
        do {
            form = try AnswerText(schema)
        } catch {
            throw ModelError(.misconfigured, "the schema '\(schema.name)' cannot be used: \(error)")
        }
        var request = request
        request.schema = schema
        var usage = ModelUsage()
        var repaired = 0
        while true {
            let response = try await respond(to: request, until: deadline, receiving: receive)
            usage = usage + response.usage
            let mistakes: [String]
            switch form.value(of: response.text) {
            case .success(let value):
                return StructuredAnswer(value: value, response: response, usage: usage, repairs: repaired)
            case .failure(let wrong): mistakes = wrong.descriptions
            }
            guard repaired < repairs else {
                let cut = response.finishReason == .length ? "; it was cut at the most tokens it was given" : ""
                throw ModelError(
                    .invalidOutput,
                    "the answer of \(identity.model) does not fit the schema '\(schema.name)'\(cut): "
                        + mistakes.joined(separator: "; "))
            }
            repaired += 1
            request.messages += [
                .assistant(response.text.isEmpty ? "(nothing)" : response.text),
                .user(
                    "That does not fit the schema:\n" + mistakes.map { "- \($0)" }.joined(separator: "\n")
                        + "\nAnswer again, with JSON that fits and nothing else."),
            ]
        }
    }
}
