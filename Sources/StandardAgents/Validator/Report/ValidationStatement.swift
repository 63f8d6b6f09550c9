import Coordinator
import Support

/// The first paragraph of a report: what came out, what it is about, and how much a reader may make of it.
struct ValidationStatement {
    private let report: ValidationReport

    init(_ report: ValidationReport) { self.report = report }

    var text: String { ([outcome] + faults + [subject, judges] + places).joined(separator: " ") }

    private var outcome: String {
        let verdict = report.verdict
        let word =
            if !verdict.passed { "The validation failed" } else {
                verdict.hasShownAnything ? "The validation passed" : "Nothing was shown"
            }
        return "\(word): \(verdict.summary)."
    }

    private var faults: [String] {
        let broken = report.patch.broken
        guard let first = broken.first else { return [] }
        let others =
            broken.count > 1 ? " and \(Counted.text(broken.count - 1, "more file")) do not parse" : " does not parse"
        return ["\(first.path)\(others) with the patch."]
    }

    private var subject: String {
        switch report.patch.state {
        case .none: "There was no patch: a copy of the workspace was validated as it is."
        case .applied: "A copy of the workspace was validated with the patch applied."
        case .refused:
            "The patch was refused before anything was applied: a copy of the workspace was validated without it."
        case .rejected: "The patch does not apply: a copy of the workspace was validated without it."
        }
    }

    private var judges: String {
        guard let use = report.model?.use else {
            return
                "No model was asked: a requirement is verified by the commands that the task names for it, or not at all."
        }
        return "Requirements were judged by the commands that the task names for them, and the others by the model "
            + "\(use.model) (prompt \(use.prompt)), whose word counts where a place shows it."
    }

    private var places: [String] {
        report.requirements.contains { !$0.places.isEmpty }
            ? ["Places that have a requirement's words are places to look, and show nothing."] : []
    }
}

extension ValidationReport {
    /// The report's verdict as results of jobs hold it.
    var verdict: JobResult.Validation {
        JobResult.Validation(
            passed: passed, statement: statement.isEmpty ? nil : statement,
            commands: commands.map { run in
                JobResult.Validation.Command(
                    arguments: run.arguments, outcome: run.outcome.rawValue, exitStatus: run.exitStatus.map(Int.init),
                    signal: run.signal.map(Int.init), headline: run.headline)
            },
            requirements: requirements.map {
                JobResult.Validation.Requirement(text: $0.text, status: $0.status.rawValue, reason: $0.reason)
            })
    }
}
