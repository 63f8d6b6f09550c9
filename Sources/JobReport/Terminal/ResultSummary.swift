import Coordinator
import Support

/// The text printed at a job's end: the job's status, each agent's outcome, what was validated, and the report's path.
public enum ResultSummary {
    /// The most characters of an agent's error that are printed.
    static let maxErrorCharacters = 2000
    /// The most agents listed; the others are counted.
    static let maxAgents = 250

    /// The text, ending with a line break.
    ///
    /// - Parameters:
    ///   - reportPath: where the page was written, if it was.
    ///   - hasColor: whether colours may be used.
    public static func text(for result: JobResult, reportPath: String? = nil, hasColor: Bool = false) -> String {
        var lines = [headline(result, hasColor), ""]
        lines += table(Array(result.agents.prefix(maxAgents)), result.status, hasColor)
        if result.agents.count > maxAgents { lines.append("and \(result.agents.count - maxAgents) more") }
        let items = ItemLines.lines(of: result, hasColor: hasColor)
        if !items.isEmpty { lines += [""] + items }
        let errors = result.agents.filter { $0.outcome != .succeeded && !$0.isOpen(in: result.status) }.map(sentence)
        if !errors.isEmpty { lines += [""] + errors }
        if let unmet = result.unmetCondition {
            lines += ["", "The job failed [\(ForeignText.line(result.errorType ?? ""))]: \(shortened(unmet))"]
        }
        if let draft = DraftLine.text(of: result) { lines += ["", "Draft: \(draft)"] }
        if let validation = result.validation {
            lines += [""] + ValidationLines(validation, of: result.status).lines(hasColor: hasColor)
        }
        lines.append("")
        if let reportPath { lines.append("Report: \(ForeignText.line(reportPath))") }
        lines.append("Trace:  \(result.traceID.map(ForeignText.line) ?? "none (tracing was off)")")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func headline(_ result: JobResult, _ hasColor: Bool) -> String {
        let word = OutcomeWord(result.status, result.validation)
        let good = result.agents.count { $0.outcome == .succeeded }
        return Ansi.paint("\(word.sign) \(ForeignText.line(result.workflow)) \(word.word)", word.style, hasColor)
            + " after \(DurationText.words(milliseconds: result.durationMS))\(word.reservation): \(good) of "
            + "\(Counted.text(result.agents.count, "agent")) succeeded (job \(ForeignText.line(result.jobID)))"
    }

    private static func table(_ agents: [AgentResult], _ status: JobStatus, _ hasColor: Bool) -> [String] {
        let head = ["AGENT", "OUTCOME", "ATTEMPTS", "DURATION", "QUEUE"]
        let rows = agents.map { agent in
            let word = OutcomeWord(agent, in: status)
            return [
                ColumnWidth.fit(ForeignText.line(agent.name), 40), "\(word.sign) \(word.word)",
                String(agent.allAttempts.count), DurationText.words(milliseconds: agent.durationMS),
                DurationText.words(milliseconds: agent.queueMS),
            ]
        }
        let widths = head.indices.map { column in ([head] + rows).map { ColumnWidth.of($0[column]) }.max() ?? 0 }
        func line(_ cells: [String], _ style: Ansi.Style?) -> String {
            let parts = cells.enumerated().map { column, cell in
                let padded =
                    column < 2
                    ? ColumnWidth.padded(cell, widths[column]) : ColumnWidth.leftPadded(cell, widths[column])
                return column == 1 ? Ansi.paint(padded, style, hasColor) : padded
            }
            return parts.joined(separator: "  ")
        }
        return [line(head, nil)] + zip(agents, rows).map { line($1, OutcomeWord($0, in: status).style) }
    }

    /// An agent's outcome, such as `drafter timed out after 3 attempts [timeout]: no answer within 30 s`.
    private static func sentence(_ agent: AgentResult) -> String {
        let count = agent.allAttempts.count
        let rounds = agent.rounds > 1 ? " in \(agent.rounds) rounds" : ""
        let attempts = count == 0 ? "before any attempt" : "after " + Counted.text(count, "attempt") + rounds
        let type = KnownErrorType.of(agent.errorType).map { " [\(ForeignText.line($0))]" } ?? ""
        let error = shortened(agent.error ?? "")
        let replaced = agent.fallbackOf.map { " (fallback of \(ForeignText.line($0)))" } ?? ""
        return "\(ForeignText.line(agent.name))\(replaced) \(agent.outcome.sentenceWord) \(attempts)\(type)"
            + (error.isEmpty ? "" : ": \(error)")
    }

    static func shortened(_ error: String) -> String {
        let (text, omitted) = ForeignText.cut(ForeignText.line(error), to: maxErrorCharacters)
        return text + (omitted > 0 ? "… (\(omitted) more characters in result.json)" : "")
    }
}
