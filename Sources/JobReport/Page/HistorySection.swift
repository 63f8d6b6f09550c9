import Coordinator
import Support

/// Where nobody ran the job, and what waited for people: what the waterfall marks, in words.
struct HistorySection {
    let result: JobResult
    let history: ReportHistory

    /// The most characters of a question, and of an answer.
    static let maxText = 400
    /// The most things that were accepted though they had changed, of one resumption.
    static let maxChanges = 5

    var markup: Markup { gaps + questions }

    private var gaps: Markup {
        guard !history.gaps.isEmpty else { return .empty }
        let rows = history.gaps.enumerated().map { index, gap in
            row(
                "gap-\(index)",
                [
                    ("Resumption", .line(String(index + 1))), ("Stopped", .line(offset(gap.from))),
                    ("Nobody ran it", .line(DurationText.words(milliseconds: gap.to.milliseconds(since: gap.from)))),
                    ("Why", bdi(gap.reason ?? "its process ended")), ("Then", then(gap)),
                ])
        }
        return section("Taken up again", id: "resumptions", rows, hidden: history.hiddenGaps)
    }

    private func then(_ gap: ReportHistory.Gap) -> Markup {
        let shown = gap.changes.prefix(Self.maxChanges).map { Markup.element("small", [:], bdi($0)) }
        let more = gap.changes.count - shown.count
        let rest = more > 0 ? Markup.element("small", [:], text: "and \(Counted.text(more, "more change"))") : .empty
        return .line(gap.isForced ? "resumed by force" : "resumed") + shown.joined + rest
    }

    private var questions: Markup {
        guard !history.questions.isEmpty else { return .empty }
        let rows = history.questions.enumerated().map { index, question in
            row(
                "question-\(index)",
                [
                    ("Agent", .element("b", [:], bdi(name(question.run)))),
                    ("Question", bdi(question.text)), ("Asked", .line(offset(question.asked))),
                    ("Waited", waited(question)), ("Answer", bdi(answer(question))), ("By", bdi(question.by ?? "")),
                ])
        }
        return section("Waited for people", id: "questions", rows, hidden: history.hiddenQuestions)
    }

    private func answer(_ question: ReportHistory.Question) -> String {
        question.answer ?? (question.ended == nil ? "none yet" : "none in time")
    }

    private func waited(_ question: ReportHistory.Question) -> Markup {
        question.ended.map { .line(DurationText.words(milliseconds: $0.milliseconds(since: question.asked))) } ?? .empty
    }

    private func name(_ run: RunIdentity) -> String {
        run.agent + (run.item.map { "[\($0)]" } ?? "") + (run.round.map { ", round \($0)" } ?? "")
    }

    // MARK: Pieces

    private func section(_ title: String, id: String, _ rows: [(columns: [String], row: Markup)], hidden: Int) -> Markup
    {
        let columns = rows.first?.columns ?? []
        let head = columns.map { Markup.element("th", ["scope": "col"], text: $0) }
        let more =
            hidden > 0 ? Markup.element("p", ["class": "muted"], text: "\(hidden) more in events.jsonl.") : .empty
        return .element(
            "section", ["id": id, "aria-labelledby": "\(id)-title"],
            .element("h2", ["id": "\(id)-title"], text: title),
            .element(
                "table", [:], .element("thead", [:], .element("tr", [:], head)),
                .element("tbody", [:], rows.map(\.row))), more)
    }

    private func row(_ id: String, _ cells: [(column: String, content: Markup)]) -> (columns: [String], row: Markup) {
        let content = cells.map { Markup.element("td", ["data-label": $0.column], $0.content) }
        return (cells.map(\.column), .element("tr", ["id": id], content))
    }

    private func offset(_ instant: Timestamp) -> String {
        "+" + DurationText.words(milliseconds: instant.milliseconds(since: result.startedAt))
    }

    private func bdi(_ text: String) -> Markup {
        .element("bdi", [:], text: ForeignText.cut(text, to: Self.maxText).text.description)
    }
}
