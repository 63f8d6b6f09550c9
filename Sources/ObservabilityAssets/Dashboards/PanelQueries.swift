import TelemetryCatalog

/// Matchers, queries and links that several dashboards share.
enum PanelQueries {
    static let interval = "$__rate_interval"
    static let range = "$__range"
    /// Matches the chosen scrape jobs.
    static let job = [Matcher.matches("job", "$job")]
    /// Matches the chosen agents.
    static let agent = job + [.matches(AttributeKey.agentName, "$agent")]
    /// Matches the runs of the chosen agents, but no job.
    static let runs = agent + [.equal(AttributeKey.workflowName, "")]
    static let workflow = job + [.matches(AttributeKey.workflowName, "$workflow")]

    static func rate(
        _ instrument: InstrumentDefinition, _ matchers: [Matcher], by labels: [String], _ part: PromQL.Part = .value
    ) -> String {
        PromQL.sum("rate", PromQL.series(instrument, part, matchers), interval, by: labels)
    }

    static func increase(_ instrument: InstrumentDefinition, _ matchers: [Matcher], by labels: [String]) -> String {
        PromQL.sum("increase", PromQL.series(instrument, .value, matchers), range, by: labels)
    }

    static func gauge(
        _ function: String, _ instrument: InstrumentDefinition, _ matchers: [Matcher], by labels: [String]
    ) -> String {
        "\(function) by (\(labels.joined(separator: ", "))) (\(PromQL.series(instrument, .value, matchers)))"
    }

    static func recorded(_ name: String, _ objective: Objective, _ matchers: [Matcher]) -> String {
        PromQL.select(name, [.equal(Label.slo, objective.name)] + matchers)
    }

    static func failed(_ key: String, but good: [String]) -> Matcher { .noneOf(key, good) }

    /// Matches runs that count for the success objective.
    static let counted = [
        Matcher.present(AttributeKey.outcome),
        .noneOf(AttributeKey.outcome, [OutcomeName.cancelled, OutcomeName.skipped]),
    ]
    /// Matches series without an error, but not the one that holds what is beyond the limit on series.
    static let good = [Matcher.named, .equal(AttributeKey.errorType, "")]

    // MARK: Links

    static let toAgent = Panel.DataLink(
        title: "The agent",
        url: "/d/\(DashboardID.agents)?${__url_time_range}&${job:queryparam}&var-agent=${__data.fields.Agent}")
    static let toTraces = Panel.DataLink(
        title: "Its failing traces",
        url: "/d/\(DashboardID.job)?${__url_time_range}&${job:queryparam}&var-agent=${__data.fields.Agent}")
    static let seriesToAgent = Panel.DataLink(
        title: "The agent",
        url: "/d/\(DashboardID.agents)?${__url_time_range}&${job:queryparam}&var-agent=${__field.labels.\(Label.agent)}"
    )
    static let seriesToTraces = Panel.DataLink(
        title: "Its failing traces",
        url: "/d/\(DashboardID.job)?${__url_time_range}&${job:queryparam}&var-agent=${__field.labels.\(Label.agent)}")

    // MARK: Colors

    static let burnRate = [
        Panel.Threshold(from: nil, color: "green"), .init(from: 1, color: "yellow"), .init(from: 6, color: "orange"),
        .init(from: 14.4, color: "red"),
    ]
    static let budget = [
        Panel.Threshold(from: nil, color: "red"), .init(from: 0.1, color: "orange"), .init(from: 0.5, color: "green"),
    ]
    static let anyIsBad = [Panel.Threshold(from: nil, color: "green"), .init(from: 1, color: "red")]
    static let noRuns = "No runs recorded. Is the process scraped? Status → Targets in Prometheus tells."
}
