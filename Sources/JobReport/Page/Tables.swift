import Coordinator
import Support

/// The figures behind the waterfall: every agent, and every attempt, in the order of the result.
///
/// Cells name their column in `data-label`: narrow screens show it, and the detail panel copies it.
struct Tables {
    let result: JobResult
    let timeline: Timeline

    /// The most characters of error text of all attempts together; the whole text is in `result.json`.
    static let sharedErrorCharacters = 400_000
    /// The least and the most characters of one attempt's error text.
    static let errorCharacters = 80...400
    /// The most repeats that have a line.
    static let mostRepeats = 50

    var agents: Markup {
        .element(
            "section", ["id": "agents", "aria-labelledby": "agents-title"],
            .element("h2", ["id": "agents-title"], text: "Agents"), repeats,
            table(
                ["Agent", "Outcome", "Attempts", "Started", "Duration", "Queue", "Error"],
                timeline.rows.enumerated().map { agent($0.offset, $0.element) }))
    }

    /// How the job's repeats ended.
    private var repeats: Markup {
        result.repeats.prefix(Self.mostRepeats).map {
            Markup.element("p", ["class": "muted"], text: "The \($0.sentence).")
        }.joined
    }

    /// The runs of agents for the elements of their lists; nothing where there are none.
    var items: Markup {
        let rows = timeline.rows.enumerated().flatMap { index, row in row.items.map { item(index, row, $0) } }
        guard !rows.isEmpty else { return .empty }
        return .element(
            "section", ["id": "items", "aria-labelledby": "items-title"],
            .element("h2", ["id": "items-title"], text: "Items"),
            table(["Agent", "Item", "Outcome", "Attempts", "Error"], rows), hidden)
    }

    /// How many items the page does not show.
    private var hidden: Markup {
        let count = timeline.rows.reduce(0) { $0 + $1.hiddenItems }
        return count > 0
            ? .element("p", ["class": "muted"], text: "\(Counted.text(count, "item")) more in result.json.") : .empty
    }

    var attempts: Markup {
        let rows = timeline.rows.enumerated().flatMap { index, row in
            ([row.lane] + row.items.map(\.lane)).flatMap { lane in
                lane.attempts.indices.map { attempt(index, $0, lane) }
            }
        }
        let none = Markup.element("p", ["class": "muted"], text: "No call reached an agent.")
        return .element(
            "section", ["id": "attempts", "aria-labelledby": "attempts-title"],
            .element("h2", ["id": "attempts-title"], text: "Attempts"),
            rows.isEmpty
                ? none
                : table(["Agent", "Attempt", "Outcome", "Started", "Duration", "Backoff", "Error", "Span"], rows))
    }

    private func agent(_ index: Int, _ row: Timeline.Row) -> Markup {
        let agent = row.agent
        var name = [Markup.element("b", [:], bdi(agent.name))]
        if agent.role != agent.name { name.append(.element("small", [:], .constant(" role "), bdi(agent.role))) }
        if let other = agent.fallbackOf {
            name.append(.element("small", [:], .constant(" fallback of "), bdi(other)))
        }
        return .element(
            "tr", ["id": "agent-\(index)"],
            cell("Agent", name.joined), cell("Outcome", Badge.of(agent.outcome)),
            cell("Attempts", attempts(of: agent), "number"),
            cell("Started", row.span.map { .line(offset($0)) } ?? .empty, "number"),
            cell("Duration", row.span == nil ? .empty : time(agent.durationMS), "number"),
            cell("Queue", agent.queueMS > 0 ? time(agent.queueMS) : .empty, "number"),
            cell("Error", error(agent.errorType, agent.error), "error"))
    }

    private func attempts(of agent: AgentResult) -> Markup {
        let rounds = agent.rounds > 0 ? Counted.text(agent.rounds, "round") : nil
        let notes = [rounds, agent.itemSummary].compactMap(\.self).map { Markup.element("small", [:], text: $0) }
        return .line(String(agent.allAttempts.count)) + notes.joined
    }

    private func item(_ agentIndex: Int, _ row: Timeline.Row, _ item: Timeline.Item) -> Markup {
        let result = item.result
        let notes = [result.shownKey, result.round.map { "round \($0)" }].compactMap(\.self).map {
            Markup.element("small", [:], .element("bdi", [:], text: $0))
        }
        return .element(
            "tr", ["id": item.anchor],
            cell("Agent", .element("a", ["href": "#agent-\(agentIndex)"], bdi(row.agent.name))),
            cell("Item", .line(String(result.index)) + notes.joined),
            cell("Outcome", Badge.of(result.outcome)),
            cell("Attempts", .line(String(result.attempts.count)), "number"),
            cell("Error", error(result.errorType, result.error), "error"))
    }

    private func attempt(_ agentIndex: Int, _ index: Int, _ lane: Timeline.Lane) -> Markup {
        let attempt = lane.attempts[index]
        let record = attempt.record
        let count = lane.attempts.count { $0.record.round == record.round }
        let round = record.round.map { Markup.element("small", [:], text: "round \($0)") } ?? .empty
        let abandoned =
            record.abandoned
            ? Markup.element("small", ["class": "warn"], text: " abandoned: its code still ran when it finished")
            : .empty
        return .element(
            "tr", ["id": lane.anchor(of: index)],
            cell("Agent", .element("a", ["href": "#agent-\(agentIndex)"], bdi(lane.name))),
            cell("Attempt", .line("\(record.number) of \(count)") + round, "number"),
            cell("Outcome", Badge.of(record.outcome) + abandoned + sandbox(record.sandbox)),
            cell("Started", .line(offset(attempt.span)), "number"),
            cell("Duration", time(record.durationMS), "number"),
            cell("Backoff", record.backoffMS > 0 ? time(record.backoffMS) : .empty, "number"),
            cell("Error", error(record.errorType, record.error), "error"),
            cell("Span", record.spanID.map { .element("code", [:], text: $0) } ?? .empty))
    }

    private func sandbox(_ report: SandboxReport?) -> Markup {
        guard let report else { return .empty }
        return .element(
            "small", ["class": report.level == .unconfined ? "warn" : nil], text: " \(report.sentence)")
    }

    private func table(_ heads: [String], _ rows: [Markup]) -> Markup {
        .element(
            "table", [:],
            .element("thead", [:], .element("tr", [:], heads.map { .element("th", ["scope": "col"], text: $0) })),
            .element("tbody", [:], rows))
    }

    private func cell(_ label: String, _ content: Markup, _ name: String? = nil) -> Markup {
        .element("td", ["data-label": label, "class": name], content)
    }

    private func error(_ type: String?, _ message: String?) -> Markup {
        let (text, omitted) = ForeignText.cut(message ?? "", to: errorLimit)
        var parts = type.map { [Markup.element("code", ["class": "type"], text: $0)] } ?? []
        if !text.isEmpty { parts.append(.line(" \(text)")) }
        if omitted > 0 { parts.append(.element("small", [:], text: " … \(omitted) more characters in result.json")) }
        return parts.joined
    }

    private var errorLimit: Int {
        let texts = timeline.rows.reduce(0) { sum, row in
            sum + 1 + row.lane.attempts.count + row.items.reduce(0) { $0 + 1 + $1.lane.attempts.count }
        }
        return min(
            max(Self.sharedErrorCharacters / max(1, texts), Self.errorCharacters.lowerBound),
            Self.errorCharacters.upperBound)
    }

    private func offset(_ span: Timeline.Span) -> String { "+" + DurationText.words(milliseconds: span.startMS) }
    private func time(_ milliseconds: Double) -> Markup { .line(DurationText.words(milliseconds: milliseconds)) }
    private func bdi(_ name: String) -> Markup {
        .element("bdi", [:], text: ForeignText.cut(name, to: 200).text.description)
    }
}
