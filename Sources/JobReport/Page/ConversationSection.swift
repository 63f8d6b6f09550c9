import Coordinator
import Support

/// The turns of models and the calls of tools, in the order in which they began: what the waterfall marks below attempts.
struct ConversationSection {
    let result: JobResult
    let conversations: ReportConversations

    /// The most characters of a tool's name.
    static let nameCharacters = 80

    /// Nothing where no agent held a conversation.
    var markup: Markup {
        guard !conversations.steps.isEmpty else { return .empty }
        let heads = ["Agent", "Step", "Started", "Duration", "Tokens", "Arguments", "Error"]
        let more =
            conversations.hidden > 0
            ? Markup.element(
                "p", ["class": "muted"], text: "\(Counted.text(conversations.hidden, "step")) more in events.jsonl.")
            : .empty
        return .element(
            "section", ["id": "conversations", "aria-labelledby": "conversations-title"],
            .element("h2", ["id": "conversations-title"], text: "Turns and calls"),
            .element(
                "table", [:],
                .element("thead", [:], .element("tr", [:], heads.map { .element("th", ["scope": "col"], text: $0) })),
                .element("tbody", [:], conversations.steps.enumerated().map { row($0.offset, $0.element) })), more)
    }

    private func row(_ index: Int, _ step: ReportConversations.Step) -> Markup {
        let attempt = step.attempt.map { Markup.element("small", [:], text: "attempt \($0)") } ?? .empty
        var cells = [
            cell("Agent", bdi(Self.name(step.run)) + attempt), cell("Step", .element("b", [:], bdi(step.name))),
            cell(
                "Started",
                .line("+" + DurationText.words(milliseconds: step.began.milliseconds(since: result.startedAt))),
                "number"),
            cell("Duration", took(step), "number"), cell("Tokens", step.tokens.map { .line($0) } ?? .empty, "number"),
        ]
        if case .call(_, let arguments) = step.work, !arguments.isEmpty {
            cells.append(cell("Arguments", .element("code", [:], bdi(arguments))))
        } else {
            cells.append(cell("Arguments", .empty))
        }
        cells.append(
            cell("Error", step.errorType.map { .element("code", ["class": "type"], bdi($0)) } ?? .empty, "error"))
        return .element("tr", ["id": "step-\(index)"], cells)
    }

    private func took(_ step: ReportConversations.Step) -> Markup {
        guard let ended = step.ended else { return .line("not known") }
        return .line(DurationText.words(milliseconds: ended.milliseconds(since: step.began)))
    }

    /// The run as readers name it: `review[3], round 2`.
    static func name(_ run: RunIdentity) -> String {
        run.agent + (run.item.map { "[\($0)]" } ?? "") + (run.round.map { ", round \($0)" } ?? "")
    }

    private func cell(_ label: String, _ content: Markup, _ name: String? = nil) -> Markup {
        .element("td", ["data-label": label, "class": name], content)
    }

    private func bdi(_ text: String) -> Markup {
        .element("bdi", [:], text: ForeignText.cut(text, to: HistorySection.maxText).text.description)
    }
}
