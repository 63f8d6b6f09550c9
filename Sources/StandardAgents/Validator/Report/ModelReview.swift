import Support

/// The verified part of a model's answer, as the report holds it.
package struct ModelReview: Sendable, Hashable, Codable {
    /// The model's opinion of one requirement, with the citations that were verified.
    package struct Opinion: Sendable, Hashable, Codable {
        package var verdict: ReviewProposal.Verdict
        package var reason: String
        /// The citations that were found in their files; others are dropped.
        package var evidence: [Evidence]
        /// How many citations were not found in their files.
        package var unfounded: Int
        /// Why each of those does not count, such as the file that is nearest to one which does not exist.
        package var unfoundedReasons: [String] = []

        enum CodingKeys: String, CodingKey {
            case verdict, reason, evidence, unfounded
            case unfoundedReasons = "unfounded_reasons"
        }
    }

    /// One test file that the model wrote.
    package struct TestFile: Sendable, Hashable, Codable {
        package var path: String
        /// The numbers of the requirements that the tests are for.
        package var requirements: [Int]
        /// Why the file was not used; `nil` for one that was put into the scratch copy.
        package var refusal: String?
    }

    /// The model and its usage.
    package var use: ModelUse
    /// The model's opinions, by the requirement's number, from 1, as text.
    package var opinions: [String: Opinion]
    /// The tests that the model wrote.
    package var tests: [TestFile]
    /// The task's commands, run again with those tests in the scratch copy; empty when there was none to run.
    package var commands: [CommandRun]
    /// The points that a person should check.
    package var checklist: [String]
    /// The texts of the tests that were used, by path; the artifact `tests` holds them.
    package var usedTests: [ExactString: String] = [:]

    enum CodingKeys: String, CodingKey { case use, opinions, tests, commands, checklist }

    package init(
        use: ModelUse, opinions: [String: Opinion] = [:], tests: [TestFile] = [], commands: [CommandRun] = [],
        checklist: [String] = []
    ) {
        self.use = use
        self.opinions = opinions
        self.tests = tests
        self.commands = commands
        self.checklist = checklist
    }

    /// Whether the commands passed with the model's tests: `nil` when none of them ran.
    package var testsPassed: Bool? {
        let ran = commands.contains { $0.outcome != .notStarted && $0.outcome != .notRun }
        return ran ? commands.allSatisfy { $0.outcome == .passed } : nil
    }

    /// A requirement's report with the model's opinion merged in. Where a command is named for the requirement, the
    /// command alone decides; without a verified citation an opinion is ignored; and none outweighs a command of the task
    /// that did not pass.
    func merged(_ report: RequirementReport, number: Int, hasCommandFailed: Bool) -> RequirementReport {
        guard let opinion = opinions["\(number)"] else { return report }
        var report = report
        report.evidence = opinion.evidence
        guard report.verify.isEmpty, !opinion.evidence.isEmpty else { return report }
        switch opinion.verdict {
        case .met where hasCommandFailed:
            report.reason = "The model says it is met, but a command of the task did not pass: \(opinion.reason)"
        case .met:
            report.status = .verified
            report.reason = "The model says: \(opinion.reason)"
        case .unmet:
            report.reason = "The model says it is not met: \(opinion.reason)"
        case .unclear: break
        }
        return report
    }
}
