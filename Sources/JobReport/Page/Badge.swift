import Coordinator

/// Outcomes on the page: a class for colour and pattern, a picture and a word.
enum Badge {
    static func icon(_ name: String) -> Markup {
        .element(
            "svg", ["class": "icon \(name)", "viewBox": "0 0 16 16", "aria-hidden": "true"],
            .void("use", ["href": "#icon-\(name)"]))
    }

    static func of(_ outcome: AgentOutcome) -> Markup { of(outcome.rawValue) }
    static func of(_ status: JobStatus) -> Markup { of(status.rawValue) }

    /// What stands beside a job's status when its validation failed: no reader should take the status for the whole.
    static let failedValidation = of("failed", "validation failed")

    private static func of(_ name: String, _ word: String? = nil) -> Markup {
        .element("span", ["class": "badge \(name)"], icon(name), .line(word ?? name))
    }

    /// The SVG definitions that the page refers to: icons, and the patterns that fill bars.
    static let definitions = Markup.constant(
        """
        <svg class="definitions" width="0" height="0" aria-hidden="true"><defs>
        <symbol id="icon-succeeded" viewBox="0 0 16 16"><path d="M3 8.5l3.2 3.3L13 4.6"/></symbol>
        <symbol id="icon-failed" viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8"/></symbol>
        <symbol id="icon-timeout" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.6 1.8"/></symbol>
        <symbol id="icon-cancelled" viewBox="0 0 16 16"><rect x="3.5" y="3.5" width="9" height="9" rx="1.5"/></symbol>
        <symbol id="icon-rejected" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6"/><path d="M4 12l8-8"/></symbol>
        <symbol id="icon-skipped" viewBox="0 0 16 16"><path d="M3 4l4.5 4L3 12M8.5 4L13 8l-4.5 4"/></symbol>
        <symbol id="icon-partial" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6"/><path class="half" d="M8 2a6 6 0 0 1 0 12z"/></symbol>
        <pattern id="fill-failed" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="paint failed" width="7" height="7"/><rect class="mark" width="2.2" height="7"/></pattern>
        <pattern id="fill-timeout" width="6" height="6" patternUnits="userSpaceOnUse">
        <rect class="paint timeout" width="6" height="6"/><rect class="mark" width="1.8" height="6"/></pattern>
        <pattern id="fill-cancelled" width="6" height="6" patternUnits="userSpaceOnUse">
        <rect class="paint cancelled" width="6" height="6"/><circle class="mark" cx="3" cy="3" r="1.2"/></pattern>
        <pattern id="fill-rejected" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="paint rejected" width="7" height="7"/><rect class="mark" width="1.6" height="7"/>
        <rect class="mark" width="7" height="1.6"/></pattern>
        <pattern id="fill-queue" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect class="queue-mark" width="1.2" height="5"/></pattern>
        <pattern id="fill-down" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="down-mark" width="1.6" height="6"/></pattern>
        </defs></svg>
        """)
}
