import Coordinator

/// Finds the answer in a model's text.
struct AnswerText: Sendable {
    /// Why the text holds no answer; each says what is wrong, for the model.
    struct Mistakes: Error { let descriptions: [String] }

    let validator: JSONSchemaValidator

    /// The first document that fits the schema.
    ///
    /// - Returns: where none fits, the mistakes of the one that has fewest.
    func value(of text: String) -> Result<JSONValue, Mistakes> {
        if text.allSatisfy(\.isWhitespace) { return .failure(Mistakes(descriptions: ["the answer is empty"])) }
        var fewest: [String]?
        for value in AnswerDocuments(text).candidates {
            let mistakes = validator.mistakes(in: value)
            if mistakes.isEmpty { return .success(value) }
            if mistakes.count < fewest?.count ?? .max { fewest = mistakes }
        }
        return .failure(Mistakes(descriptions: fewest ?? ["the answer is not a JSON document"]))
    }

    /// Whether a text that may have been cut ends with a whole document that fits.
    func isWhole(_ text: String) -> Bool {
        AnswerDocuments(text).last.map { validator.mistakes(in: $0).isEmpty } ?? false
    }
}
