import Coordinator
import Support

/// What became of items and of rounds, in the lines at a job's end.
enum ItemLines {
    /// The most items that are named for each agent; the others are counted.
    static let named = 5
    /// The most agents and the most repeats that have lines.
    static let most = 50

    static func lines(of result: JobResult, hasColor: Bool) -> [String] {
        let agents = result.agents.filter { !$0.items.isEmpty }
        return agents.prefix(most).flatMap { lines(of: $0, hasColor) }
            + result.repeats.prefix(most).map(\.sentence)
            + more(agents.count, "agent with items") + more(result.repeats.count, "repeat")
    }

    private static func lines(of agent: AgentResult, _ hasColor: Bool) -> [String] {
        let failed = agent.lastItems.filter { $0.outcome != .succeeded }
        let lines = failed.prefix(named).map { item in
            let word = OutcomeWord(item.outcome)
            let type =
                item.errorType.map { $0 == item.outcome.rawValue ? "" : " [\(ForeignText.line($0))]" } ?? ""
            let error = item.error.map { ": \(ResultSummary.shortened($0))" } ?? ""
            return "  " + Ansi.paint(word.sign, word.style, hasColor)
                + " \(ForeignText.line(item.name(of: agent.name))) \(item.outcome.sentenceWord)\(type)\(error)"
        }
        let rest = failed.count > named ? ["  and \(failed.count - named) more in result.json"] : []
        return ["\(ForeignText.line(agent.name)): \(agent.itemSummary ?? "")"] + lines + rest
    }

    private static func more(_ count: Int, _ what: String) -> [String] {
        count > most ? ["and \(Counted.text(count - most, what)) more in result.json"] : []
    }
}
