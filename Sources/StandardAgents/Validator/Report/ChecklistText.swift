/// A validation report as a Markdown checklist.
package struct ChecklistText: Sendable {
    private let report: ValidationReport

    /// Makes the writer of one report.
    package init(_ report: ValidationReport) { self.report = report }

    /// The most places listed for a requirement.
    private static let listedPlaces = 3

    /// The Markdown: what came out, the commands, the requirements, the patch, files left out. A box is ticked only for
    /// what passed or was verified.
    package var markdown: String {
        var lines = ["# Validation checklist", "", Self.line(report.statement), "", "## Commands", ""]
        if report.commands.isEmpty { lines.append("The task names no commands.") }
        lines += report.commands.flatMap(Self.items)
        lines += ["", "## Requirements", ""]
        if report.requirements.isEmpty { lines.append("The task states no requirements.") }
        lines += report.requirements.flatMap(Self.items)
        lines += ["", "## Patch", ""] + patch
        if let model = report.model { lines += Self.review(model) }
        if !report.copy.skipped.isEmpty {
            lines += ["", "## Not in the scratch copy", ""]
            lines += report.copy.skipped.prefix(20).map {
                "- \(Self.code($0.path)): \($0.reason.rawValue)\($0.detail.isEmpty ? "" : ", \(Self.line($0.detail))")"
            }
            if report.copy.skipped.count > 20 { lines.append("- and \(report.copy.skipped.count - 20) more") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func items(_ requirement: RequirementReport) -> [String] {
        let box = requirement.status == .verified ? "x" : " "
        var lines = [
            "- [\(box)] \(line(requirement.text)) (**\(requirement.status.rawValue)**)",
            "  - \(line(requirement.reason))",
        ]
        lines += requirement.evidence.map { "  - \(location($0)): the model points at \(code($0.excerpt))" }
        let places = requirement.places.prefix(listedPlaces).map(location)
        if requirement.status != .verified, !places.isEmpty {
            lines.append("  - Places to look: \(places.joined(separator: ", "))")
        }
        return lines
    }

    private var patch: [String] {
        switch report.patch.state {
        case .none: return ["There was no patch."]
        case .refused, .rejected: return ["- [ ] The patch applies: \(Self.line(report.patch.reason))"]
        case .applied:
            return ["- [x] The patch applies."]
                + report.patch.files.map { file in
                    let box = file.syntax.outcome == .parses ? "x" : " "
                    return
                        "- [\(box)] \(Self.code(file.path)) \(file.change.rawValue): \(file.syntax.outcome.rawValue) (\(Self.line(file.syntax.detail)))"
                }
        }
    }

    private static func items(_ run: CommandRun) -> [String] {
        let confined = run.sandbox.map { $0 == .unconfined ? ", unconfined" : ", confined by \($0.rawValue)" } ?? ""
        let item = "- [\(run.outcome == .passed ? "x" : " ")] \(code(run.commandLine)): \(line(run.ending))\(confined)"
        guard run.outcome == .failed || run.outcome == .timedOut, let headline = run.headline else { return [item] }
        return [item, "  - \(code(headline))"]
    }

    /// The model's review; only its tests, which were run, can have a ticked box.
    private static func review(_ review: ModelReview) -> [String] {
        var lines = ["", "## Tests that the model wrote", ""]
        if review.tests.isEmpty { lines.append("It wrote none.") }
        lines += review.tests.map { test in
            let purpose = test.requirements.map(String.init).joined(separator: ", ")
            let what = purpose.isEmpty ? "" : " for requirement \(purpose)"
            return
                "- \(code(test.path))\(what): \(test.refusal.map { "not used, \(line($0))" } ?? "put into the scratch copy")"
        }
        if !review.usedTests.isEmpty {
            if review.commands.isEmpty {
                lines.append("They were not run: the task names no commands.")
            } else {
                lines += ["With them in the copy:"] + review.commands.flatMap(items) + [confinement(review.commands)]
            }
            if review.testsPassed == false {
                lines.append("A test that fails may be wrong itself: read it before you believe it.")
            }
        }
        if !review.checklist.isEmpty {
            lines += ["", "## To look at, says the model", ""] + review.checklist.map { "- [ ] \(line($0))" }
        }
        return lines
    }

    /// How what the model wrote was kept away from the machine, as a sentence.
    private static func confinement(_ runs: [CommandRun]) -> String {
        let levels = runs.compactMap(\.sandbox)
        if levels.contains(.unconfined) {
            return
                "They ran unconfined, as this job or this machine is set: tests that a model wrote could read and change "
                + "what the user of this process may."
        }
        guard let level = levels.first else { return "None of them ran, so that no test of the model did either." }
        return "They were confined by \(level.rawValue), since a model wrote a part of what they run."
    }

    private static func location(_ evidence: Evidence) -> String {
        code("\(evidence.path):\(evidence.line)") + (evidence.name.map { " (\(code($0)))" } ?? "")
    }

    /// A text on one line.
    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("<", with: "&lt;")
    }

    /// A text as code; the fence is longer than any run of backticks in it.
    private static func code(_ text: String) -> String {
        let plain = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        guard plain.contains("`") else { return "`\(plain)`" }
        let longest = plain.split { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        return "\(fence) \(plain) \(fence)"
    }
}
