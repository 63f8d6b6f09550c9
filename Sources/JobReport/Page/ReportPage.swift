import Coordinator
import Support

/// `report.html`: one file, no network, readable without a script, well-formed as XML too.
struct ReportPage {
    private let result: JobResult
    private let timeline: Timeline
    private let artifacts: [ArtifactFiles]
    private let history: ReportHistory

    init(_ result: JobResult, artifacts: [ArtifactFiles], history: ReportHistory) {
        self.result = result
        self.artifacts = artifacts
        self.history = history
        timeline = Timeline(result, history)
    }

    /// The document's text.
    var html: String { "<!DOCTYPE html>\n" + page.html + "\n" }

    /// The content security policy: nothing may be loaded, and only the page's own script and style are allowed.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src '\(StyleSheet.hash)'; script-src '\(PanelScript.hash)'; base-uri 'none'; form-action 'none'"

    private var page: Markup {
        .element("html", ["lang": "en"], head, .element("body", [:], Badge.definitions, content, panel, script))
    }

    private var head: Markup {
        .element(
            "head", [:],
            .void("meta", ["charset": "utf-8"]),
            .void("meta", ["http-equiv": "Content-Security-Policy", "content": Self.contentSecurityPolicy]),
            .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .void("meta", ["name": "color-scheme", "content": "light dark"]),
            .void("meta", ["name": "referrer", "content": "no-referrer"]),
            .element(
                "title", [:], text: "\(result.workflow): \(result.status.rawValue)\(isRed ? ", validation failed" : "")"
            ),
            .element("style", [:], .constant(StyleSheet.text)))
    }

    private var content: Markup {
        let tables = Tables(result: result, timeline: timeline)
        return .element(
            "main", [:], header, facts, VerdictSection(result: result).markup,
            FailureSection(result: result, diagnosis: Diagnosis(result, timeline)).markup,
            Waterfall(result: result, timeline: timeline, history: history).markup,
            HistorySection(result: result, history: history).markup, tables.agents,
            tables.items, ConversationSection(result: result, conversations: history.conversations).markup,
            ArtifactSection(artifacts: artifacts).markup, tables.attempts, footer)
    }

    private var isRed: Bool { result.validation?.passed == false }

    private var header: Markup {
        .element(
            "header", [:],
            .element(
                "p", ["class": "status"], Badge.of(result.status),
                isRed ? .constant(" ") + Badge.failedValidation : .empty),
            .element("h1", [:], .element("bdi", [:], text: result.workflow)),
            .element("p", ["class": "verdict"], text: Diagnosis.sentence(result)),
            DraftLine.text(of: result).map { .element("p", ["class": "muted"], text: "Draft: \($0)") } ?? .empty)
    }

    private var facts: Markup {
        let started = result.startedAt.description
        let shown = "\(started.prefix(10)) \(started.dropFirst(11).prefix(8)) UTC"
        return .element(
            "dl", ["id": "facts"],
            fact("Duration", .line(DurationText.words(milliseconds: result.durationMS))),
            fact("Started", .element("time", ["datetime": started], text: shown)),
            fact("Attempts", .line(String(result.agents.reduce(0) { $0 + $1.allAttempts.count }))),
            fact("Most at once", .line(String(result.metrics.job.maxParallel))),
            fact("Job", .element("code", [:], text: result.jobID)),
            fact(
                "Trace", result.traceID.map { .element("code", [:], text: $0) } ?? .constant("none (tracing was off)")),
            result.resumptions > 0
                ? fact("Taken up again", .line(Counted.text(result.resumptions, "time"))) : .empty)
    }

    private func fact(_ name: String, _ value: Markup) -> Markup {
        .element("div", [:], .element("dt", [:], text: name), .element("dd", [:], value))
    }

    private var footer: Markup {
        let files = [
            (RunFolder.result, "the result"), (RunFolder.context, "the blackboard with the origin of each part"),
            (RunFolder.events, "what happened, event by event"), (RunFolder.metrics, "the metrics"),
        ]
        let links = files.map { name, meaning in
            Markup.element("li", [:], .element("a", ["href": name], text: name), .line(" \(meaning)"))
        }
        return .element("footer", [:], .element("ul", [:], links))
    }

    private var panel: Markup {
        .element("aside", ["id": "panel", "hidden": "hidden", "aria-live": "polite", "aria-label": "Details"], .empty)
    }

    private var script: Markup { .element("script", [:], .constant(PanelScript.text)) }
}
