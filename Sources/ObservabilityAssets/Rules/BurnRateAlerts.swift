import Support
import TelemetryCatalog

/// Alerts on error budgets that are used up too fast: one for each window of each objective.
enum BurnRateAlerts {
    /// The name and the texts of an objective's alerts.
    private struct Text {
        let alert: String
        let summary: String
        /// A noun phrase for the bad events.
        let bad: String
        let view: AlertFactory.DashboardView
    }

    private static let texts = [
        Objectives.agentSuccess.name: Text(
            alert: "CoordinatorAgentErrorBudgetBurn", summary: "An agent's runs fail too often to keep its objective.",
            bad: "runs of the agent that did not succeed", view: .agent),
        Objectives.jobSuccess.name: Text(
            alert: "CoordinatorJobErrorBudgetBurn",
            summary: "A workflow's jobs fail too often to keep their objective.",
            bad: "jobs of the workflow that did not succeed", view: .workflow),
        Objectives.attemptSuccess.name: Text(
            alert: "CoordinatorAttemptErrorBudgetBurn",
            summary: "An agent's attempts fail too often to keep its objective; retries still hide it.",
            bad: "attempts of the agent that did not succeed", view: .agent),
        Objectives.agentLatency.name: Text(
            alert: "CoordinatorAgentLatencyBudgetBurn", summary: "An agent's runs take too long to keep its objective.",
            bad: "runs of the agent that did not succeed in time", view: .agent),
        Objectives.queueWait.name: Text(
            alert: "CoordinatorQueueWaitBudgetBurn",
            summary: "An agent's runs wait too long for a slot to keep its objective.",
            bad: "runs of the agent that waited too long for a slot", view: .agent),
    ]

    static func file(_ set: ObjectiveSet, _ links: AssetLinks) -> RuleFile {
        let factory = AlertFactory(links: links)
        let groups = Objectives.standard.map(\.name).map { name in
            RuleGroup(
                name: "coordinator-burn-\(name)",
                rules: set.objectives.filter { $0.name == name }.flatMap { objective in
                    objective.windows.compactMap { window in
                        texts[name].map { alert(objective, window, $0, factory) }
                    }
                })
        }
        return RuleFile(
            comment: [
                "Two windows each: the long one says that it matters, the short one that it goes on. Where the short one",
                "holds fewer than \(Objective.minimumEvents) events, a wider one says it; where nothing runs, the last that was known holds.",
                "Fewer than \(Objective.minimumBadEvents) bad events in the long window wake nobody: in a quiet hour one is",
                "already many times the budget.",
            ], groups: groups)
    }

    private static func alert(
        _ objective: Objective, _ window: BurnRateWindow, _ text: Text, _ factory: AlertFactory
    ) -> Rule {
        var matchers = [Matcher.equal(Label.slo, objective.name)]
        if let only = objective.only { matchers.append(.equal(objective.subject, only)) }
        if !objective.except.isEmpty { matchers.append(.noneOf(objective.subject, objective.except)) }
        let factor = PrometheusNames.number(window.factor)
        let limit = "(\(factor) * \(PrometheusNames.number(objective.errorBudget)))"
        let span = PrometheusNames.duration(window.long)
        let recent = PromQL.select(RecordingRules.recentErrorRatio(window), matchers)
        let long = PromQL.select(RecordingRules.errorRatio(window.long), matchers)
        let bad = PromQL.select(RecordingRules.badEvents(window.long), matchers)
        let subject = PrometheusNames.label(objective.subject)
        var labels = [
            Label.slo: objective.name, "long_window": PrometheusNames.duration(window.long),
        ]
        // The label distinguishes the agent's own alert from the alert of the other agents.
        if let only = objective.only { labels[subject] = only }
        let days = PrometheusNames.number((Objective.period / .seconds(8640) / window.factor).rounded() / 10)
        return factory.alert(
            text.alert, window.severity,
            when: "last_over_time(\(recent)[\(span)]) > \(limit)\nand\n\(long) > \(limit)\nand\n"
                + "\(bad) >= \(Objective.minimumBadEvents)",
            hold: window.hold, keep: window.keep, at: text.view, labels: labels, summary: text.summary,
            description: "{{ $labels.\(subject) }} in {{ $labels.job }}: {{ $value | humanizePercentage }} of the "
                + "\(latest(objective, window, subject)) are \(text.bad)\(latency(objective)); the objective is "
                + "\(PrometheusNames.number(objective.target * 100)) % good. Over the last "
                + "\(PrometheusNames.duration(window.long)) too, errors come more than \(factor) times faster than it "
                + "allows: that fast, a month's budget lasts \(days) days.")
    }

    /// The time that the alert's value is of, as a template: the short window where that held enough.
    private static func latest(_ objective: Objective, _ window: BurnRateWindow, _ subject: String) -> String {
        let all = RecordingRules.allEvents(window.short)
        let enough = "\(all){slo=%q, job=%q, \(subject)=%q} >= \(Objective.minimumEvents)"
        return
            "{{ if query (printf \(JSONQuotation.quoted(enough)) \(JSONQuotation.quoted(objective.name)) $labels.job "
            + "$labels.\(subject)) }}last \(PrometheusNames.duration(window.short)){{ else }}latest ones{{ end }}"
    }

    private static func latency(_ objective: Objective) -> String {
        guard case .latency(_, let within, _) = objective.indicator else { return "" }
        return " (\(PrometheusNames.number(within)) s)"
    }
}
