import Coordinator

/// What is wrong with an answer, each mistake worded for the model.
package struct AnswerMistakes: Error, Sendable, Hashable {
    /// The mistakes; at least one.
    package let descriptions: [String]
}

extension OutputSchema {
    /// Finds the answer in a model's text, whatever stands around it.
    ///
    /// - Returns: the first document that fits, or what is wrong with the one that has fewest mistakes.
    /// - Throws: ``ModelError``, `misconfigured`, when the schema cannot be used.
    package func answer(in text: String) throws(ModelError) -> Result<JSONValue, AnswerMistakes> {
        do {
            return try AnswerText(self).value(of: text).mapError { AnswerMistakes(descriptions: $0.descriptions) }
        } catch {
            throw ModelError(.misconfigured, "the schema '\(name)' cannot be used: \(error)")
        }
    }
}
