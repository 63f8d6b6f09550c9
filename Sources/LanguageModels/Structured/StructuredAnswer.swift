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
        let validator: JSONSchemaValidator
        do {
            validator = try JSONSchemaValidator(schema.schema)
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
            switch AnswerText.value(of: response) {
            case .success(let value):
                mistakes = validator.mistakes(in: value)
                if mistakes.isEmpty {
                    return StructuredAnswer(value: value, response: response, usage: usage, repairs: repaired)
                }
            case .failure(let mistake): mistakes = [mistake.description]
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

/// Finds the JSON in an answer's text.
enum AnswerText {
    /// Why the answer contains no JSON value.
    struct Mistake: Error, CustomStringConvertible { let description: String }

    /// The JSON that the whole answer is; or the one object in a code fence or between other words, since models
    /// without a strict mode write it that way.
    static func value(of response: ModelResponse) -> Result<JSONValue, Mistake> {
        let text = response.text
        if text.allSatisfy(\.isWhitespace) { return .failure(Mistake(description: "the answer is empty")) }
        if let value = try? JSONValue(json: text.utf8) { return .success(value) }
        if let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end,
            let value = try? JSONValue(json: text[start...end].utf8)
        {
            return .success(value)
        }
        return .failure(Mistake(description: "the answer is not a JSON document"))
    }
}
