import Coordinator
import Support

/// The job's failures, the earliest first.
struct FailureSection {
    let result: JobResult
    let diagnosis: Diagnosis

    /// The most characters of the first failure's message; the whole text is in `result.json`.
    static let maxMessage = 12_000
    /// The most agents named in a list.
    static let maxListed = 6

    var markup: Markup {
        guard let first = diagnosis.first else { return diagnosis.recovered.isEmpty ? .empty : recovered }
        return .element(
            "section", ["class": "failure \(first.agent.outcome.rawValue)", "aria-labelledby": "failure-title"],
            .element("h2", ["id": "failure-title"], text: "What went wrong first"),
            .element(
                "p", ["class": "lead"], Badge.icon(first.agent.outcome.rawValue),
                .element("a", ["href": "#agent-\(first.index)"], .element("bdi", [:], text: short(first.agent.name))),
                .line(" \(first.agent.outcome.sentenceWord)\(when(first))\(attempts(first.agent)).")),
            reason(first.agent), history(first), others, held)
    }

    private func when(_ trouble: Diagnosis.Trouble) -> String {
        guard let atMS = trouble.atMS else { return " before it started" }
        let clock = result.startedAt.advanced(by: .bounded(milliseconds: atMS)).description.dropFirst(11).prefix(8)
        return " \(DurationText.words(milliseconds: atMS)) into the job (\(clock) UTC)"
    }

    private func attempts(_ agent: AgentResult) -> String {
        let count = agent.allAttempts.count
        if !agent.items.isEmpty { return ", after \(Counted.text(count, "attempt")) of its items" }
        return switch count {
        case 0: ", without an attempt"
        case 1: ", at its only attempt"
        default: ", after \(count) attempts" + (agent.rounds > 1 ? " in \(agent.rounds) rounds" : "")
        }
    }

    private func reason(_ agent: AgentResult) -> Markup {
        let type = agent.errorType.map { Markup.element("code", ["class": "type"], text: $0) } ?? .empty
        guard let error = agent.error, !error.isEmpty else {
            return agent.errorType == nil
                ? .element("p", ["class": "muted"], text: "It gave no reason.") : .element("p", [:], type)
        }
        let (text, omitted) = ForeignText.cut(error, to: Self.maxMessage)
        let more = omitted > 0 ? Markup.line("… \(omitted) more characters in result.json") : .empty
        return .element("p", ["class": "type-line"], type)
            + (text.contains(where: \.isNewline)
                ? .element("pre", ["class": "message", "tabindex": "0"], .text(String(text)), more)
                : .element("p", ["class": "message", "tabindex": "0"], .line(String(text)), more))
    }

    /// The outcomes of the attempts before the last one, in its round.
    private func history(_ trouble: Diagnosis.Trouble) -> Markup {
        let attempts = trouble.agent.attempts
        let earlier = attempts.filter { $0.round == attempts.last?.round }.dropLast()
        guard !earlier.isEmpty else { return .empty }
        let words = earlier.prefix(Self.maxListed).map { record in
            let type = record.errorType.map { $0 == record.outcome.rawValue ? "" : " (\(short($0)))" } ?? ""
            return "attempt \(record.number) \(record.outcome.sentenceWord)\(type)"
        }
        let more = earlier.count > Self.maxListed ? " and \(earlier.count - Self.maxListed) more" : ""
        return .element("p", ["class": "muted"], text: "Before that: \(words.joined(separator: ", "))\(more).")
    }

    private var others: Markup {
        guard !diagnosis.others.isEmpty else { return .empty }
        let items = diagnosis.others.prefix(Self.maxListed).map { trouble in
            Markup.element(
                "li", [:], Badge.icon(trouble.agent.outcome.rawValue),
                .element(
                    "a", ["href": "#agent-\(trouble.index)"], .element("bdi", [:], text: short(trouble.agent.name))),
                .line(
                    " \(trouble.agent.outcome.sentenceWord)\(trouble.atMS.map { " at \(DurationText.words(milliseconds: $0))" } ?? "")"
                ),
                .line(trouble.agent.error.map { ": \(short($0))" } ?? ""))
        }
        let more = diagnosis.others.count - items.count
        let rest =
            more > 0 ? [Markup.element("li", ["class": "muted"], text: "and \(more) more, in the table below")] : []
        return .element("h3", [:], text: "Then") + .element("ul", ["class": "then"], items + rest)
    }

    private var held: Markup {
        guard !diagnosis.held.isEmpty else { return .empty }
        let one = diagnosis.held.count == 1
        return .element(
            "p", ["class": "muted"],
            text:
                "\(names(diagnosis.held)) did not run, as \(one ? "it needs" : "they need") what failed before \(one ? "it" : "them")."
        )
    }

    private var recovered: Markup {
        let names = names(diagnosis.recovered)
        return .element(
            "p", ["class": "note"], text: "Only after retries: \(names). The timeline shows the attempts that failed.")
    }

    private func names(_ agents: [AgentResult]) -> String {
        let shown = agents.prefix(Self.maxListed).map { short($0.name) }.joined(separator: ", ")
        return agents.count > Self.maxListed ? "\(shown) and \(agents.count - Self.maxListed) more" : shown
    }

    private func short(_ text: String) -> String {
        ForeignText.line(text, atMost: 200)
    }
}
