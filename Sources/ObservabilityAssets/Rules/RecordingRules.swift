import TelemetryCatalog

/// The recorded series from which alerts and dashboards are made, so that Prometheus evaluates each expression once.
enum RecordingRules {
    /// The windows over which error ratios are recorded, for every objective.
    static let windows = BurnRateWindow.all.flatMap { [$0.short, $0.long] }.sorted().reduce(into: [Duration]()) {
        if $0.last != $1 { $0.append($1) }
    }

    static func errorRatio(_ window: Duration) -> String {
        "slo:sli_error:ratio_rate\(PrometheusNames.duration(window))"
    }

    static func badEvents(_ window: Duration) -> String {
        "slo:sli_bad:increase\(PrometheusNames.duration(window))"
    }

    static func allEvents(_ window: Duration) -> String {
        "slo:sli_total:increase\(PrometheusNames.duration(window))"
    }

    /// The error ratio over the short window, or the wider one where the short one holds too little to judge by.
    static func recentErrorRatio(_ window: BurnRateWindow) -> String {
        "slo:sli_error:ratio_recent\(PrometheusNames.duration(window.short))"
    }

    static let objective = "slo:objective:ratio"
    static let errorBudget = "slo:error_budget:ratio"
    static let currentBurnRate = "slo:current_burn_rate:ratio"
    static let periodBurnRate = "slo:period_burn_rate:ratio"
    static let budgetLeft = "slo:period_error_budget_remaining:ratio"

    static func file(_ set: ObjectiveSet) -> RuleFile {
        let families = Dictionary(grouping: set.objectives, by: \.name)
        let names = Objectives.standard.map(\.name)
        let groups = names.compactMap { name in families[name].map { group(name, $0) } }
        let recent = RuleGroup(name: "coordinator-slo-recent", rules: BurnRateWindow.all.map(recent))
        let period = RuleGroup(
            name: "coordinator-slo-period", interval: "5m",
            rules: names.compactMap { name in
                families[name].map {
                    Rule.record(errorRatio(Objective.period), ratio($0, Objective.period), labels: [Label.slo: name])
                }
            })
        let meta = RuleGroup(
            name: "coordinator-slo-meta",
            rules: names.compactMap { name in
                families[name].map { Rule.record(objective, target($0), labels: [Label.slo: name]) }
            } + [
                .record(errorBudget, "1 - \(objective)"),
                .record(currentBurnRate, "\(errorRatio(.seconds(3600))) / \(errorBudget)"),
                .record(periodBurnRate, "\(errorRatio(Objective.period)) / \(errorBudget)"),
                .record(budgetLeft, "1 - \(periodBurnRate)"),
            ])
        return RuleFile(
            comment: [
                "Error ratios of every objective over every window, and what is left of the error budgets.",
                "An agent without errors reads 0, and one without runs has no series: 0 of 0 is nothing to judge by.",
                "What is beyond the limit on series, without labels, is neither good nor bad.",
            ], groups: groups + [recent, period, meta])
    }

    private static func group(_ name: String, _ objectives: [Objective]) -> RuleGroup {
        let ratios = windows.map { Rule.record(errorRatio($0), ratio(objectives, $0), labels: [Label.slo: name]) }
        let long = Set(objectives.flatMap(\.windows).map(\.long))
        let bad = windows.filter(long.contains).map {
            Rule.record(badEvents($0), union(objectives, $0, "increase") { $0.bad }, labels: [Label.slo: name])
        }
        let short = Set(objectives.flatMap(\.windows).map(\.short))
        let all = windows.filter(short.contains).map {
            Rule.record(allEvents($0), union(objectives, $0, "increase") { $0.total }, labels: [Label.slo: name])
        }
        return RuleGroup(name: "coordinator-slo-\(name)", rules: ratios + bad + all)
    }

    private static func recent(_ window: BurnRateWindow) -> Rule {
        .record(
            recentErrorRatio(window),
            "(\(errorRatio(window.short)) and \(allEvents(window.short)) >= \(Objective.minimumEvents))\nor\n"
                + errorRatio(window.wider))
    }

    private static func ratio(_ objectives: [Objective], _ window: Duration) -> String {
        union(objectives, window, "rate") { "(\($0.bad))\n/\n(\($0.total) > 0)" }
    }

    private static func target(_ objectives: [Objective]) -> String {
        objectives.map { objective in
            let events = EventCount(objective, withSubject: true)
            return "0 * sum by (\(events.labels)) (\(events.all)) + \(PrometheusNames.number(objective.target))"
        }.joined(separator: "\nor\n")
    }

    /// One expression if all objectives have the same indicator; otherwise the union of one for each objective.
    private static func union(
        _ objectives: [Objective], _ window: Duration, _ function: String, _ make: (EventCount.Over) -> String
    ) -> String {
        let differ = Set(objectives.map(\.indicator)).count > 1
        let counts = objectives.map { EventCount($0, withSubject: differ).over(window, function) }
        guard differ else { return counts.first.map(make) ?? "" }
        return counts.map { "(\(make($0)))" }.joined(separator: "\nor\n")
    }
}
