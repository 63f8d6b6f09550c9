import Coordinator
import Support

/// The live table: a pure function of the job's state, the time and the terminal's size.
struct ProgressTable {
    let state: ProgressState
    let now: Timestamp
    let columns: Int
    /// The most agents shown.
    let maxAgents: Int
    let hasColor: Bool

    /// The lines, each no wider than the terminal, with their widths.
    var lines: [(text: String, width: Int)] {
        let shown = visible
        let nameWidth = min(
            max(5, shown.map { ColumnWidth.of(ForeignText.line($0.name)) }.max() ?? 5), max(5, columns / 3))
        let stepWidth = shown.map { ColumnWidth.of(Self.step($0)) }.max().map { max(3, $0) } ?? 3
        let tokenWidth = shown.map { ColumnWidth.of(Self.tokens($0)) }.max() ?? 0
        var lines = [heading] + shown.map { row($0, nameWidth, stepWidth, tokenWidth) } + breakers
        if shown.count < state.agents.count { lines.append(rest(shown)) }
        return lines
    }

    private var heading: (String, Int) {
        let status = state.finished.map { OutcomeWord($0.status, state.validation) }
        let elapsed = state.finished?.durationMS ?? state.offsetMS(now)
        let finished = state.agents.count { $0.isFinished }
        let title = ForeignText.line(state.workflow.isEmpty ? state.jobID : state.workflow)
        let tail =
            "  \(status.map { "\($0.sign) \($0.word)\($0.reservation)" } ?? "running")  "
            + "\(finished)/\(Counted.text(state.agents.count, "agent")) done  \(DurationText.words(milliseconds: elapsed))"
        let room = columns - ColumnWidth.of(tail)
        guard room >= 4 else { return styled(ColumnWidth.fit(title + tail, columns), .bold) }
        let name = ColumnWidth.fit(title, room)
        return (
            Ansi.paint(name, .bold, hasColor) + Ansi.paint(tail, status?.style ?? .dim, hasColor),
            ColumnWidth.of(name) + ColumnWidth.of(tail)
        )
    }

    /// The breakers that are open or half-open.
    private var breakers: [(String, Int)] {
        guard !state.breakers.isEmpty else { return [] }
        let names = state.breakers.sorted { $0.key < $1.key }
            .map { "\(ForeignText.line($0.key)) \($0.value.replacing("_", with: "-"))" }
        return [styled(ColumnWidth.fit("⊘ circuit breakers: " + names.joined(separator: ", "), columns), .magenta)]
    }

    /// An agent's tokens, such as `1.2k tok`; empty where none were reported.
    private static func tokens(_ agent: ProgressState.Agent) -> String {
        guard agent.tokens > 0 else { return "" }
        let count =
            agent.tokens < 1000 ? "\(agent.tokens)" : DurationText.fixed(Double(agent.tokens) / 1000, digits: 1) + "k"
        return "  \(count) tok"
    }

    /// How far the agent is: `#2` for a second attempt, `12/40 items`, `round 2 of 3`.
    private static func step(_ agent: ProgressState.Agent) -> String {
        var parts: [String] = []
        if let rounds = agent.rounds, rounds.current > 0 { parts.append("round \(rounds.current) of \(rounds.most)") }
        if let items = agent.items { parts.append("\(items.finished)/\(Counted.text(items.count, "item"))") }
        if agent.items == nil, agent.attempt > (parts.isEmpty ? 0 : 1) { parts.append("#\(agent.attempt)") }
        return parts.joined(separator: ", ")
    }

    private func row(
        _ agent: ProgressState.Agent, _ nameWidth: Int, _ stepWidth: Int, _ tokenWidth: Int
    ) -> (String, Int) {
        let word = OutcomeWord(agent.phase)
        let name = ColumnWidth.padded(ForeignText.line(agent.name), nameWidth)
        let step = ColumnWidth.padded(Self.step(agent), stepWidth)
        let time = ColumnWidth.leftPadded(elapsed(agent), 11)
        let head = "\(word.sign) \(name)  "
        let phase = ColumnWidth.padded(word.word, 9)
        let tail = " \(step) \(time)" + ColumnWidth.padded(Self.tokens(agent), tokenWidth)
        let used = ColumnWidth.of(head) + 9 + ColumnWidth.of(tail)
        guard used <= columns else { return styled(ColumnWidth.fit(head + phase + tail, columns), word.style) }
        var note = ""
        if let message = message(agent), columns - used > 8 {
            note =
                "  "
                + ColumnWidth.fit(
                    ForeignText.line(ForeignText.cut(message, to: 500).text.description), columns - used - 2)
        }
        let text = head + Ansi.paint(phase, word.style, hasColor) + tail + Ansi.paint(note, .dim, hasColor)
        return (text, used + ColumnWidth.of(note))
    }

    /// The agent's latest message; during a pause, preceded by the time until the next attempt.
    private func message(_ agent: ProgressState.Agent) -> String? {
        if let items = agent.items, items.failed > 0, !agent.isFinished {
            return "\(items.failed) failed" + (agent.message.map { "; \($0)" } ?? "")
        }
        guard agent.phase == .backingOff, let pause = agent.pauseMS, let since = agent.since else {
            return agent.message
        }
        let left = DurationText.words(milliseconds: max(0, pause - now.milliseconds(since: since)))
        return "next in \(left)" + (agent.message.map { ": \($0)" } ?? "")
    }

    private func rest(_ shown: [ProgressState.Agent]) -> (String, Int) {
        let names = Set(shown.map(\.name))
        var counts: [(word: String, count: Int)] = []
        for agent in state.agents where !names.contains(agent.name) {
            let word = OutcomeWord(agent.phase).word
            if let position = counts.firstIndex(where: { $0.word == word }) {
                counts[position].count += 1
            } else {
                counts.append((word, 1))
            }
        }
        let total = counts.reduce(0) { $0 + $1.count }
        let detail = counts.map { "\($0.count) \($0.word)" }.joined(separator: ", ")
        return styled(ColumnWidth.fit("  and \(total) more (\(detail))", columns), .dim)
    }

    private func styled(_ text: String, _ style: Ansi.Style?) -> (String, Int) {
        (Ansi.paint(text, style, hasColor), ColumnWidth.of(text))
    }

    private func elapsed(_ agent: ProgressState.Agent) -> String {
        if let duration = agent.durationMS { return DurationText.words(milliseconds: duration) }
        guard agent.phase != .waiting, let since = agent.since else { return "" }
        return DurationText.words(milliseconds: now.milliseconds(since: since))
    }

    /// The agents shown when not all fit: running ones first, then failed ones; listed in registration order.
    private var visible: [ProgressState.Agent] {
        guard state.agents.count > maxAgents else { return state.agents }
        let chosen = state.agents.enumerated()
            .sorted { (urgency($0.element.phase), $0.offset) < (urgency($1.element.phase), $1.offset) }
            .prefix(maxAgents)
        return chosen.sorted { $0.offset < $1.offset }.map(\.element)
    }

    private func urgency(_ phase: AgentState.Phase) -> Int {
        switch phase {
        case .failed, .timeout: state.finished == nil ? 1 : 0
        case .running, .suspended, .inDoubt, .backingOff: state.finished == nil ? 0 : 1
        case .cancelled, .rejected: 2
        case .queued: 3
        case .waiting: 4
        case .skipped: 5
        case .succeeded: 6
        }
    }
}
