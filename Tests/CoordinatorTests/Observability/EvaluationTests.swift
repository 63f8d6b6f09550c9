import Coordinator
import Logging
import Support
import TelemetryCatalog
import Testing

/// Verdicts as events of the conventions.
@Suite struct EvaluationEvents {
    private struct Handler: LogHandler {
        let lines: Locked<[LogEvent]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.withLock { $0.append(event) } }
    }

    private struct Line {
        let level: Logger.Level
        let text: String
        let metadata: [String: String]
        let score: Double?
    }

    private func logged(_ evaluation: Evaluation) throws -> Line {
        let lines = Locked<[LogEvent]>([])
        evaluation.log(by: "validator", to: Logger(label: "test") { _ in Handler(lines: lines) })
        let event = try #require(lines.withLock { $0.first })
        var score: Double?
        if case .stringConvertible(let value) = event.metadata?[AttributeKey.evaluationScore] {
            score = value as? Double
        }
        return Line(
            level: event.level, text: "\(event.message)", metadata: (event.metadata ?? [:]).mapValues { "\($0)" },
            score: score)
    }

    @Test func verdictHasTheNamesOfTheConventions() throws {
        let line = try logged(Evaluation(.requirement, passed: true, because: "its command passed"))
        #expect(line.level == .info && line.text == "gen_ai.evaluation.result")
        #expect(
            line.metadata == [
                "gen_ai.agent.name": "validator", "gen_ai.evaluation.name": "requirement",
                "gen_ai.evaluation.score.value": "1.0", "gen_ai.evaluation.score.label": "pass",
                "gen_ai.evaluation.explanation": "its command passed",
            ])
        #expect(line.score == 1.0, "a number, and no text")
        #expect(Set(line.metadata.keys).isSubset(of: Set(LogEvents.evaluation.attributes)))
    }

    @Test func whatNothingShowsHasNoScore() throws {
        let line = try logged(Evaluation(.validation, passed: nil))
        #expect(line.metadata["gen_ai.evaluation.score.label"] == "unproven")
        #expect(line.metadata["gen_ai.evaluation.score.value"] == nil)
        #expect(line.metadata["gen_ai.evaluation.explanation"] == nil)
    }

    @Test func scoresAndExplanationsAreBounded() throws {
        let long = String(repeating: "x", count: Evaluation.explanationLength + 1)
        let line = try logged(Evaluation(.validation, passed: false, score: 7, because: long))
        #expect(line.metadata["gen_ai.evaluation.score.value"] == "1.0")
        #expect(line.metadata["gen_ai.evaluation.score.label"] == "fail")
        #expect(line.metadata["gen_ai.evaluation.explanation"]?.count == Evaluation.explanationLength)
    }
}
