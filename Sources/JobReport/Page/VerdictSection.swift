import Coordinator
import Support

/// What the job was held against, first on the page: what it required and did not hold, and what was validated.
struct VerdictSection {
    let result: JobResult

    /// The most commands, and the most requirements, that are listed.
    static let maxListed = 20
    /// The most characters of a text in one line.
    static let characters = 300

    var markup: Markup { unmet + (result.validation.map(section) ?? .empty) }

    private var unmet: Markup {
        guard let unmet = result.unmetCondition else { return .empty }
        return .element(
            "section", ["class": "failure failed", "id": "unmet", "aria-labelledby": "unmet-title"],
            .element("h2", ["id": "unmet-title"], text: "Why the job failed"),
            .element("p", ["class": "lead"], Badge.icon("failed"), .line(short(unmet))),
            .element("p", ["class": "type-line"], .element("code", ["class": "type"], text: result.errorType ?? "")))
    }

    private func section(_ validation: JobResult.Validation) -> Markup {
        let state = validation.passed ? validation.hasShownAnything ? "succeeded" : "skipped" : "failed"
        let word = validation.passed ? validation.hasShownAnything ? "" : "Nothing was shown: " : "Failed: "
        return .element(
            "section", ["class": "failure \(state)", "id": "validation", "aria-labelledby": "validation-title"],
            .element("h2", ["id": "validation-title"], text: "Validation"),
            .element("p", ["class": "lead"], Badge.icon(state), .line("\(word)\(validation.summary).")),
            unlisted(validation),
            list(validation.commands.sorted { !$0.hasPassed && $1.hasPassed }.lazy.map(item)),
            list(validation.requirements.lazy.map(item)), hint(validation))
    }

    /// Why it failed where no command and no requirement did, as for a patch that does not apply.
    private func unlisted(_ validation: JobResult.Validation) -> Markup {
        guard !validation.passed, validation.unpassedCommands.isEmpty, validation.failedRequirements.isEmpty,
            let statement = validation.statement
        else { return .empty }
        return .element("p", [:], text: short(statement))
    }

    private func item(_ command: JobResult.Validation.Command) -> Markup {
        let ending = command.hasPassed ? "passed" : command.ending
        return Badge.icon(command.hasPassed ? "succeeded" : "failed")
            + .element("code", [:], text: short(command.arguments.commandLine)) + .line(" \(short(ending))")
            + (command.hasPassed ? .empty : command.headline.map { .line(": \(short($0))") } ?? .empty)
    }

    private func item(_ requirement: JobResult.Validation.Requirement) -> Markup {
        let icons = ["verified": "succeeded", "failed": "failed"]
        return Badge.icon(icons[requirement.status] ?? "skipped") + .line(short(requirement.text))
            + .element(
                "small", [:], text: " \(short(requirement.status))\(requirement.reason.map { ": \(short($0))" } ?? "")")
    }

    /// - Parameter items: made as they are shown, since there may be any number of them.
    private func list(_ items: some Collection<Markup>) -> Markup {
        guard !items.isEmpty else { return .empty }
        let more = items.count - Self.maxListed
        let rest =
            more > 0 ? [Markup.element("li", ["class": "muted"], text: "and \(more) more, in the checklist")] : []
        return .element("ul", ["class": "then"], items.prefix(Self.maxListed).map { .element("li", [:], $0) } + rest)
    }

    private func hint(_ validation: JobResult.Validation) -> Markup {
        guard let hint = validation.hint(for: result.status) else { return .empty }
        return .element(
            "p", ["class": "muted"], .text(hint), .element("code", [:], text: JobResult.Validation.remedy))
    }

    private func short(_ text: String) -> String {
        ForeignText.line(text, atMost: Self.characters)
    }
}
