/// A validation report as a Markdown checklist.
package struct ChecklistText: Sendable {
    private let report: ValidationReport

    /// Makes the writer of one report.
    package init(_ report: ValidationReport) { self.report = report }

    /// The Markdown: requirements, the patch, the commands, files left out. A box is ticked only where something was
    /// found or passed.
    package var markdown: String {
        var lines = ["# Validation checklist", "", report.statement, "", "## Requirements", ""]
        if report.requirements.isEmpty { lines.append("The task states no requirements.") }
        for item in report.requirements {
            let box = item.verdict == .supported ? "x" : " "
            lines.append("- [\(box)] \(Self.line(item.requirement)) (**\(Self.word(item.verdict))**)")
            lines.append("  - \(Self.line(item.reason))")
            lines += item.evidence.prefix(3).map { "  - \(Self.location($0)): \(Self.what($0))" }
        }
        lines += ["", "## Patch", ""] + patch + ["", "## Commands", ""]
        if report.commands.isEmpty { lines.append("The task names no validation commands.") }
        lines += report.commands.map(Self.item)
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

    private static func item(_ run: CommandRun) -> String {
        let command = code(run.arguments.map(argument).joined(separator: " "))
        return "- [\(run.outcome == .passed ? "x" : " ")] \(command): \(ending(run))"
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
                lines.append("They were not run: the task names no validation commands.")
            } else {
                lines += ["With them in the copy:"] + review.commands.map(item)
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

    private static func word(_ verdict: ValidationReport.Verdict) -> String {
        switch verdict {
        case .supported: "supported"
        case .noEvidence: "no evidence"
        case .failed: "failed"
        }
    }

    private static func ending(_ run: CommandRun) -> String {
        let seconds = (run.durationMilliseconds / 100).rounded() / 10
        switch run.outcome {
        case .passed: return "passed in \(seconds) s"
        case .failed:
            let how = run.exitStatus.map { "exit status \($0)" } ?? run.signal.map { "signal \($0)" } ?? "failed"
            return "\(how) after \(seconds) s"
        case .timedOut: return "did not end within \(seconds) s and was killed"
        case .notStarted, .notRun: return line(run.errorTail)
        }
    }

    private static func location(_ evidence: Evidence) -> String {
        guard let path = evidence.path else { return code(evidence.name ?? "command") }
        let name = evidence.name.map { " (\(code($0)))" } ?? ""
        return code(path + (evidence.line.map { ":\($0)" } ?? "")) + name
    }

    /// The words found in a piece of evidence, or the line that the model cites.
    private static func what(_ evidence: Evidence) -> String {
        evidence.kind == .model
            ? "the model points at \(code(evidence.excerpt))" : evidence.matchedWords.joined(separator: ", ")
    }

    private static func argument(_ text: String) -> String {
        text.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "'" })
            ? "'" + text.replacing("'", with: "'\\''") + "'" : text
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
