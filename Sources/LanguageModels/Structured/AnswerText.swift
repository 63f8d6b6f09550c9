import Coordinator

/// Finds the answer in a model's text.
struct AnswerText: Sendable {
    /// Why the text holds no answer; each says what is wrong, for the model.
    struct Mistakes: Error { let descriptions: [String] }

    private let validator: JSONSchemaValidator
    private let asked: JSONSchemaValidator?

    /// - Throws: `SchemaError` when the schema cannot be used.
    init(_ schema: OutputSchema) throws(JSONSchemaValidator.SchemaError) {
        validator = try JSONSchemaValidator(schema.schema)
        if let narrower = schema.asked { asked = try JSONSchemaValidator(narrower) } else { asked = nil }
    }

    /// The first document that fits what was asked for, or else the first that is taken.
    ///
    /// - Returns: where none is taken, the mistakes of the one that has fewest.
    func value(of text: String) -> Result<JSONValue, Mistakes> {
        if text.allSatisfy(\.isWhitespace) { return .failure(Mistakes(descriptions: ["the answer is empty"])) }
        var fewest: [String]?
        var taken: JSONValue?
        for value in AnswerDocuments(text).candidates {
            let mistakes = validator.mistakes(in: value)
            if mistakes.isEmpty {
                guard let asked, !asked.mistakes(in: value).isEmpty else { return .success(value) }
                taken = taken ?? value
            }
            if mistakes.count < fewest?.count ?? .max { fewest = mistakes }
        }
        if let taken { return .success(taken) }
        return .failure(Mistakes(descriptions: fewest ?? ["the answer is not a JSON document"]))
    }

    /// Whether a text that may have been cut ends with a whole document that fits.
    func isWhole(_ text: String) -> Bool {
        AnswerDocuments(text).last.map { validator.mistakes(in: $0).isEmpty } ?? false
    }
}
