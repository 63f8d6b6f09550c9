import Logging
import TelemetryCatalog

/// A verdict on what agents made, for whoever reads logs: the event `gen_ai.evaluation.result`, with the ids of the span that
/// is current.
///
/// ```swift
/// Evaluation(.requirement, passed: nil, because: "nothing shows it").log(by: attempt.agent)
/// ```
package struct Evaluation: Sendable, Hashable {
    /// What is judged.
    package enum Subject: Sendable, Hashable {
        /// One requirement of the task.
        case requirement
        /// The change as a whole.
        case validation
    }

    /// The most characters of an explanation. 1,024.
    package static let explanationLength = 1_024

    private let subject: Subject
    private let label: String
    private let score: Double?
    private let explanation: String?

    /// Describes a verdict.
    ///
    /// - Parameters:
    ///   - passed: whether it is shown to hold; `nil` for nothing shown either way.
    ///   - score: the share of what was judged that is shown to hold, from 0 to 1; `nil` for 1 or 0 by the verdict, and for
    ///     none where nothing is shown.
    ///   - explanation: why, in words that are no content of a model's answer unless content is recorded; cut.
    package init(_ subject: Subject, passed: Bool?, score: Double? = nil, because explanation: String? = nil) {
        self.subject = subject
        label = passed.map { $0 ? EvaluationLabel.pass : EvaluationLabel.fail } ?? EvaluationLabel.unproven
        self.score = score.map { min(max($0, 0), 1) } ?? passed.map { $0 ? 1 : 0 }
        self.explanation = explanation.map { String($0.prefix(Self.explanationLength)) }
    }

    /// Logs the verdict.
    package func log(by agent: String, to logger: Logger = Logger(label: "coordinator")) {
        var metadata: Logger.Metadata = [
            AttributeKey.agentName: "\(agent)", AttributeKey.evaluationLabel: "\(label)",
            AttributeKey.evaluationName:
                "\(subject == .requirement ? EvaluationName.requirement : EvaluationName.validation)",
        ]
        // A number stays one in OTLP, as the conventions want it.
        if let score { metadata[AttributeKey.evaluationScore] = .stringConvertible(score) }
        if let explanation { metadata[AttributeKey.evaluationExplanation] = "\(explanation)" }
        logger.info("\(EventName.evaluation)", metadata: metadata)
    }
}
