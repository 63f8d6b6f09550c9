import Coordinator
import Support

/// The waterfall: one row for the job and each agent, drawn as SVG in percent of one shared time axis, so that it
/// fits any width without a script.
struct Waterfall {
    let result: JobResult
    let timeline: Timeline
    let history: ReportHistory

    private var axis: TimeAxis { timeline.axis }
    /// From this many agents on, the page has a switch that hides agents without problems.
    private static let manyAgents = 12
    /// Up to this many items of an agent are shown without a click.
    private static let openItems = 12
    /// The most characters of an item's key beside its bars.
    private static let keyCharacters = 20

    var markup: Markup {
        .element(
            "section", ["id": "timeline", "aria-labelledby": "timeline-title"],
            .element("h2", ["id": "timeline-title"], text: "Timeline"),
            legend,
            filter,
            .element("div", ["class": "axis-row"], axisPicture),
            .element(
                "ol", ["class": "rows"], [jobRow] + timeline.rows.enumerated().flatMap { rows($0.offset, $0.element) }),
            .element("p", ["class": "hint no-script"], .line("Each bar leads to its line in the tables below.")))
    }

    // MARK: Legend, filter, axis

    private var legend: Markup {
        let present = Set(result.agents.flatMap { [$0.outcome] + $0.allAttempts.map(\.outcome) })
        var entries = AgentOutcome.allCases.filter(present.contains).map { outcome in
            entry(
                .void(
                    "rect",
                    ["class": "fill \(outcome.rawValue)", "x": "0", "y": "2", "width": "26", "height": "12", "rx": "3"]),
                outcome.rawValue)
        }
        entries.append(
            entry(.void("rect", ["class": "queue", "x": "0", "y": "2", "width": "26", "height": "12"]), "queue wait"))
        entries.append(
            entry(.void("line", ["class": "backoff", "x1": "0", "y1": "8", "x2": "26", "y2": "8"]), "backoff"))
        if result.agents.contains(where: { $0.allAttempts.contains(where: \.abandoned) }) {
            entries.append(
                entry(
                    .void("line", ["class": "abandoned", "x1": "13", "y1": "1", "x2": "13", "y2": "15"]),
                    "code still running after the outcome (abandoned)"))
        }
        if !history.questions.isEmpty {
            entries.append(
                entry(
                    .void("rect", ["class": "waits", "x": "0", "y": "5", "width": "26", "height": "6"]),
                    "waiting for people"))
        }
        if !history.conversations.steps.isEmpty {
            entries += [("step turn", "a turn of a model"), ("step call", "a call of a tool")].map { names, word in
                entry(.void("rect", ["class": names, "x": "0", "y": "5", "width": "26", "height": "6"]), word)
            }
        }
        if !timeline.gaps.isEmpty {
            entries.append(
                entry(
                    .void("rect", ["class": "down", "x": "0", "y": "0", "width": "24", "height": "16"])
                        + .void("line", ["class": "resumed", "x1": "25", "y1": "0", "x2": "25", "y2": "16"]),
                    "nobody ran the job, until it was taken up again"))
        }
        return .element("ul", ["class": "legend", "aria-label": "Legend"], entries)
    }

    private func entry(_ sample: Markup, _ word: String) -> Markup {
        .element(
            "li", [:], .element("svg", ["width": "26", "height": "16", "aria-hidden": "true"], sample), .line(word))
    }

    private var filter: Markup {
        let fine = result.agents.count { $0.outcome == .succeeded }
        guard result.agents.count >= Self.manyAgents, fine > 0, fine < result.agents.count else { return .empty }
        return .void("input", ["type": "checkbox", "id": "only-trouble"])
            + .element(
                "label", ["for": "only-trouble"],
                text: "Hide the \(fine) agents that succeeded")
    }

    private var axisPicture: Markup {
        let labels = axis.ticks.enumerated().map { index, tick in
            let x = axis.percent(tick.milliseconds)
            let anchor = x > 94 ? "end" : index == 0 ? "start" : "middle"
            return Markup.element(
                "text",
                ["x": percent(x), "y": "13", "text-anchor": anchor, "class": index % 2 == 1 ? "minor" : nil],
                text: tick.label)
        }
        let lines = axis.ticks.map { tick in
            let x = percent(axis.percent(tick.milliseconds))
            return Markup.void("line", ["x1": x, "y1": "0", "x2": x, "y2": "100%"])
        }
        return .element(
            "svg", ["class": "axis", "width": "100%", "height": "20", "aria-hidden": "true"],
            .element("defs", [:], .element("g", ["id": "grid", "class": "grid"], lines + downTime)), labels.joined)
    }

    /// Where nobody ran the job, behind every row: hatched, with a line where it went on.
    private var downTime: [Markup] {
        timeline.gaps.flatMap { gap in
            let (start, end) = (axis.percent(gap.startMS), axis.percent(gap.endMS))
            return [
                Markup.void(
                    "rect",
                    ["class": "down", "x": percent(start), "y": "0", "width": percent(end - start), "height": "100%"]),
                .void("line", ["class": "resumed", "x1": percent(end), "y1": "0", "x2": percent(end), "y2": "100%"]),
            ]
        }
    }

    /// The times in which a run waited for people, on its bars.
    private func waits(_ run: (RunIdentity) -> Bool) -> [Markup] {
        history.questions.enumerated().filter { run($0.element.run) }.map { index, question in
            let start = question.asked.milliseconds(since: result.startedAt)
            let end = question.ended?.milliseconds(since: result.startedAt) ?? axis.lengthMS
            let label = "\(question.run.agent): \(question.text)"
            return .element(
                "a", ["class": "bar waiting", "href": "#question-\(index)", "tabindex": "0", "aria-label": label],
                .element("title", [:], text: label),
                rect(Timeline.Span(start, end - start), y: 12, height: 6, "waits"))
        }
    }

    /// What a run did with a model and tools, below its attempts' bars.
    private func steps(_ run: (RunIdentity) -> Bool) -> [Markup] {
        history.conversations.steps.enumerated().filter { run($0.element.run) }.map { index, step in
            let start = step.began.milliseconds(since: result.startedAt)
            let end = step.ended?.milliseconds(since: result.startedAt) ?? start
            let span = Timeline.Span(start, end - start)
            var label =
                "\(ConversationSection.name(step.run)): \(ForeignText.cut(step.name, to: 80).text), \(when(span))"
            if let tokens = step.tokens { label += ", \(tokens)" }
            if let type = step.errorType { label += ", \(type)" }
            var names = "step call"
            if case .turn = step.work { names = "step turn" }
            if step.errorType != nil { names += " failed" }
            let x = percent(axis.percent(span.startMS))
            return .element(
                "a", ["class": "bar", "href": "#step-\(index)", "tabindex": "0", "aria-label": label],
                .element("title", [:], text: label), rect(span, y: 24, height: 5, names),
                // A line of fixed width, so that what took almost no time can be seen.
                .void("line", ["class": names, "x1": x, "y1": "24", "x2": x, "y2": "29"]))
        }
    }

    // MARK: Rows

    private var jobRow: Markup {
        let label = "Job: \(result.status.rawValue), \(DurationText.words(milliseconds: timeline.job.durationMS))"
        let bar = Markup.element(
            "a", ["class": "bar job", "href": "#facts", "tabindex": "0", "aria-label": label],
            .element("title", [:], text: label), rect(timeline.job, y: 11, height: 8, "whole"))
        return .element(
            "li", ["class": "row job-row"],
            .element("span", ["class": "name"], Badge.icon(result.status.rawValue), .element("b", [:], text: "job")),
            track([bar], label: "job"),
            .element("span", ["class": "took"], text: DurationText.words(milliseconds: timeline.job.durationMS)))
    }

    private func rows(_ index: Int, _ row: Timeline.Row) -> [Markup] {
        row.items.isEmpty ? [self.row(index, row)] : [self.row(index, row), items(row)]
    }

    private func row(_ index: Int, _ row: Timeline.Row) -> Markup {
        let agent = row.agent
        let times = times(agent).map { Markup.element("span", ["class": "times"], text: $0) } ?? .empty
        let took = row.span == nil ? agent.outcome.rawValue : DurationText.words(milliseconds: agent.durationMS)
        return .element(
            "li", ["class": "row \(agent.outcome == .succeeded ? "fine" : "trouble")"],
            .element(
                "a", ["class": "name", "href": "#agent-\(index)", "title": agent.name],
                Badge.icon(agent.outcome.rawValue),
                .element("bdi", [:], text: ForeignText.cut(agent.name, to: 200).text.description), times),
            track(
                pieces(index, row) + waits { $0.agent == agent.name && $0.item == nil }
                    + steps { $0.agent == agent.name && $0.item == nil }, label: agent.name),
            .element("span", ["class": "took"], text: took))
    }

    /// What stands beside an agent's name: how many items succeeded, how many rounds there were, how many attempts.
    private func times(_ agent: AgentResult) -> String? {
        let last = agent.lastItems
        if !last.isEmpty { return "\(last.count { $0.outcome == .succeeded })/\(last.count)" }
        if agent.rounds > 0 { return Counted.text(agent.rounds, "round") }
        return agent.attempts.count > 1 ? "×\(agent.attempts.count)" : nil
    }

    /// The items of an agent, below its row; a long list is opened by a click.
    private func items(_ row: Timeline.Row) -> Markup {
        let hidden =
            row.hiddenItems > 0
            ? Markup.element(
                "p", ["class": "hint"], text: "\(Counted.text(row.hiddenItems, "item")) more in result.json") : .empty
        return .element(
            "li",
            ["class": "items \(row.agent.lastItems.allSatisfy { $0.outcome == .succeeded } ? "fine" : "trouble")"],
            .element(
                "details", ["open": row.items.count <= Self.openItems ? "open" : nil],
                .element("summary", [:], text: row.agent.itemSummary ?? ""),
                .element("ol", ["class": "rows"], row.items.map { item($0, of: row.agent.name) }), hidden))
    }

    private func item(_ item: Timeline.Item, of agent: String) -> Markup {
        let outcome = item.result.outcome
        let round = item.result.round.map { ", round \($0)" } ?? ""
        let took = item.lane.attempts.reduce(0) { $0 + $1.span.durationMS }
        return .element(
            "li", ["class": "row item \(outcome == .succeeded ? "fine" : "trouble")"],
            .element(
                "a", ["class": "name", "href": "#\(item.anchor)", "title": item.lane.name + round],
                Badge.icon(outcome.rawValue),
                .element("bdi", [:], text: "[\(item.result.index)] \(item.result.shownKey.map(Self.end) ?? "")")),
            track(
                item.lane.attempts.indices.map { attempt($0, item.lane) }
                    + waits { $0.agent == agent && $0.item == item.result.index && $0.round == item.result.round }
                    + steps { $0.agent == agent && $0.item == item.result.index && $0.round == item.result.round },
                label: item.lane.name + round),
            .element(
                "span", ["class": "took"],
                text: item.lane.attempts.isEmpty ? outcome.rawValue : DurationText.words(milliseconds: took)))
    }

    /// The end of a key, which tells the members of one folder apart; the whole key is in the row's title.
    private static func end(of key: String) -> String {
        key.count > keyCharacters ? "…\(key.suffix(keyCharacters - 1))" : key
    }

    private func pieces(_ index: Int, _ row: Timeline.Row) -> [Markup] {
        let attempts = row.lane.attempts
        guard let span = row.span else { return attempts.indices.map { attempt($0, row.lane) } }
        let agent = row.agent
        var label = "\(agent.name): \(agent.outcome.sentenceWord), \(when(span))"
        if let type = agent.errorType { label += ", \(type)" }
        if agent.queueMS > 0 { label += ", waited \(DurationText.words(milliseconds: agent.queueMS)) for a slot" }
        var inside = [
            Markup.element("title", [:], text: label), rect(span, y: 6, height: 18, "whole \(agent.outcome.rawValue)"),
        ]
        if let queue = row.queue { inside.append(rect(queue, y: 8, height: 14, "queue")) }
        for attempt in attempts {
            if let backoff = attempt.backoff {
                inside.append(line(from: backoff.startMS, to: backoff.endMS, "backoff"))
            }
        }
        if attempts.isEmpty { inside.append(mark(span, agent.outcome)) }
        let whole = Markup.element(
            "a", ["class": "bar agent", "href": "#agent-\(index)", "tabindex": "0", "aria-label": label], inside)
        return [whole] + attempts.indices.map { attempt($0, row.lane) }
    }

    private func attempt(_ index: Int, _ lane: Timeline.Lane) -> Markup {
        let attempt = lane.attempts[index]
        let record = attempt.record
        let round = record.round.map { ", round \($0)" } ?? ""
        var label =
            "\(lane.name)\(round), attempt \(record.number): \(record.outcome.sentenceWord), \(when(attempt.span))"
        if let type = record.errorType { label += ", \(type)" }
        if record.backoffMS > 0 {
            label += ", after a backoff of \(DurationText.words(milliseconds: record.backoffMS))"
        }
        if record.abandoned { label += ", its code still ran when it finished" }
        if let sandbox = record.sandbox { label += ", \(sandbox.sentence)" }
        var inside: [Markup] = [
            .element("title", [:], text: label),
            rect(attempt.span, y: 8, height: 14, "fill \(record.outcome.rawValue)"),
            mark(attempt.span, record.outcome),
        ]
        if record.abandoned {
            let end = percent(axis.percent(attempt.span.endMS))
            inside.append(.void("line", ["class": "abandoned", "x1": end, "y1": "4", "x2": end, "y2": "26"]))
        }
        if lane.attempts.count > 1, axis.percent(attempt.span.durationMS) > 4 {
            inside.append(
                .element(
                    "text", ["class": "digit", "x": percent(axis.percent(attempt.span.startMS)), "dx": "6", "y": "19"],
                    text: digit(record)))
        }
        return .element(
            "a",
            ["class": "bar attempt", "href": "#\(lane.anchor(of: index))", "tabindex": "0", "aria-label": label],
            inside)
    }

    /// The attempt's number on its bar, and its round before it: `2`, `r3`, `r3.2`.
    private func digit(_ record: AttemptRecord) -> String {
        guard let round = record.round else { return String(record.number) }
        return record.number > 1 ? "r\(round).\(record.number)" : "r\(round)"
    }

    // MARK: Pieces of a row

    private func track(_ content: [Markup], label: String) -> Markup {
        .element(
            "svg", ["class": "track", "width": "100%", "height": "30", "role": "group", "aria-label": label],
            [.void("use", ["href": "#grid"])] + content)
    }

    private func rect(_ span: Timeline.Span, y: Int, height: Int, _ names: String) -> Markup {
        let start = axis.percent(span.startMS)
        return .void(
            "rect",
            [
                "class": names, "x": percent(start), "y": "\(y)", "width": percent(axis.percent(span.endMS) - start),
                "height": "\(height)", "rx": "3",
            ])
    }

    /// A mark of fixed width, so that spans of almost no duration can be seen and pointed at.
    private func mark(_ span: Timeline.Span, _ outcome: AgentOutcome) -> Markup {
        guard axis.percent(span.durationMS) < 0.5 else { return .empty }
        let start = percent(axis.percent(span.startMS))
        return .void("line", ["class": "mark \(outcome.rawValue)", "x1": start, "y1": "8", "x2": start, "y2": "22"])
    }

    private func line(from start: Double, to end: Double, _ name: String) -> Markup {
        .void(
            "line",
            [
                "class": name, "x1": percent(axis.percent(start)), "y1": "15", "x2": percent(axis.percent(end)),
                "y2": "15",
            ])
    }

    private func when(_ span: Timeline.Span) -> String {
        "from \(DurationText.words(milliseconds: span.startMS)) for \(DurationText.words(milliseconds: span.durationMS))"
    }

    private func percent(_ value: Double) -> String { DurationText.trimmed(value, digits: 4) + "%" }
}
