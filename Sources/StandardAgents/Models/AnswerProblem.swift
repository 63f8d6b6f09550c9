/// What is wrong with a model's answer.
package struct AnswerProblem: Sendable, Hashable {
    /// A sentence, for people and for the model.
    package var words: String
    /// Lines of a file, with their numbers, by which the model can mend it; empty for none.
    package var lines = ""

    /// The problem as the model is told it.
    package var told: String { lines.isEmpty ? words : words + " The nearest lines of the file are:\n" + lines }
}
