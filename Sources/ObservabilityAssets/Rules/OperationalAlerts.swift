import TelemetryCatalog

/// Alerts on conditions that error budgets show too late, or not at all.
struct OperationalAlerts {
    let factory: AlertFactory
    let objectives: ObjectiveSet

    static func file(_ set: ObjectiveSet, _ links: AssetLinks) -> RuleFile {
        let alerts = OperationalAlerts(factory: AlertFactory(links: links), objectives: set)
        return RuleFile(
            comment: ["What an error budget shows too late, or not at all."],
            groups: [
                RuleGroup(
                    name: "coordinator-operation",
                    rules: [
                        alerts.stalled, alerts.hung, alerts.breakerOpen, alerts.retryStorm, alerts.conflicts,
                        alerts.accessDenied, alerts.unconfined, alerts.toolFailing, alerts.cost,
                    ])
            ])
    }

    /// How long the alerts go on whose rates are over this time too: one window without a new event ends them.
    private static let quarter = Duration.seconds(900)
    private static let byAgent = "\(Label.job), \(Label.agent)"

    private var stalled: Rule {
        let by = "\(Label.job), \(Label.instance)"
        return factory.alert(
            "CoordinatorStalled", .critical,
            when: """
                sum by (\(by)) (\(PromQL.series(Instruments.queueSize))) > 0
                and
                sum by (\(by)) (increase(\(PromQL.series(Instruments.attempts))[15m])) == 0
                """,
            hold: .seconds(300), keep: .seconds(300), at: .process,
            summary: "Agents wait for a slot, and no attempt ends.",
            description:
                "{{ $value }} runs wait for a slot on {{ $labels.instance }} ({{ $labels.job }}), and no attempt "
                + "has ended for 15 minutes.")
    }

    /// The alert on hung code. Abandoned code is past its deadline by definition. Where the objectives' files state how
    /// long an attempt may take, the age of the oldest attempt is compared with that too, so that a supervisor that
    /// does not enforce the deadline is noticed.
    private var hung: Rule {
        // Of many agents' gauges in one series the last value set is kept, which is nobody's age.
        let ages = PromQL.series(Instruments.attemptOldestAge, .value, [.named])
        let abandoned = PromQL.series(Instruments.agentAbandoned, .value, [.named])
        var late = ["max by (\(Self.byAgent)) (\(ages)) and max by (\(Self.byAgent)) (\(abandoned)) > 0"]
        late += objectives.attemptTimeouts.map { timeout in
            let own = PromQL.series(
                Instruments.attemptOldestAge, .value, [.equal(AttributeKey.agentName, timeout.agent)])
            return "max by (\(Self.byAgent)) (\(own)) > \(PrometheusNames.number(timeout.seconds))"
        }
        // A metrics file keeps the last run's age after its process has ended; only the age in a live process changes.
        let expression =
            "(\n\(late.joined(separator: "\nor\n"))\n)\nand\nmax by (\(Self.byAgent)) (changes(\(ages)[2m])) > 0"
        return factory.alert(
            "CoordinatorAgentHung", .warning, when: expression, hold: .seconds(120),
            keep: Self.quarter, at: .agent,
            summary: "An agent's code runs on after its deadline.",
            description: "The oldest attempt of {{ $labels.\(Label.agent) }} in {{ $labels.job }} is "
                + "{{ $value | humanizeDuration }} old and past its deadline: its code does not end.")
    }

    private var breakerOpen: Rule {
        // A breaker that tries a call is half open for a moment; a scrape at that moment must not begin the hold anew.
        let open = PromQL.series(
            Instruments.breakerState, .value, [.equal(AttributeKey.breakerState, "open")])
        let rejected = PromQL.series(
            Instruments.agentRuns, .value, [.equal(AttributeKey.outcome, OutcomeName.rejected)])
        return factory.alert(
            "CoordinatorCircuitBreakerOpen", .warning,
            when: """
                max by (\(Self.byAgent), \(Label.resource)) (max_over_time(\(open)[1m])) > 0
                and on (\(Label.job))
                sum by (\(Label.job)) (increase(\(rejected)[15m])) > 0
                """,
            hold: .seconds(600), keep: Self.quarter, at: .agent,
            summary: "A circuit breaker stays open, and runs are rejected.",
            description:
                "The breaker of {{ $labels.\(Label.agent) }}{{ $labels.\(Label.resource) }} in {{ $labels.job }} "
                + "has been open for 10 minutes.")
    }

    private var retryStorm: Rule {
        factory.alert(
            "CoordinatorRetryStorm", .warning,
            when: share(
                of: PromQL.series(Instruments.retries, .value, [.named]),
                in: PromQL.series(Instruments.attempts, .value, [.named]), above: "0.5", atLeast: 10),
            hold: .seconds(600), keep: Self.quarter, at: .agent,
            summary: "Most attempts of an agent are retries.",
            description: "{{ $value | humanizePercentage }} of the attempts of {{ $labels.\(Label.agent) }} in "
                + "{{ $labels.job }} are retries: they load what already fails.")
    }

    private var conflicts: Rule {
        let conflict = PromQL.series(
            Instruments.contextCommits, .value, [.equal(AttributeKey.contextCommitResult, CommitResultName.conflict)])
        return factory.alert(
            "CoordinatorContextConflictRate", .warning,
            when: share(
                of: conflict, in: PromQL.series(Instruments.contextCommits, .value, [.named]), above: "0.1", atLeast: 5),
            hold: .seconds(600), keep: Self.quarter, at: .agent,
            summary: "An agent's contributions are refused since others were first.",
            description: "{{ $value | humanizePercentage }} of the contributions of {{ $labels.\(Label.agent) }} in "
                + "{{ $labels.job }} meet another writer's on a field that allows one.")
    }

    /// That of an agent's events within 15 minutes more than this share are of one kind, and not too few to tell.
    private func share(of some: String, in all: String, above limit: String, atLeast count: Int) -> String {
        """
        sum by (\(Self.byAgent)) (rate(\(some)[15m])) / sum by (\(Self.byAgent)) (rate(\(all)[15m])) > \(limit)
        and
        sum by (\(Self.byAgent)) (increase(\(some)[15m])) >= \(count)
        """
    }

    private var accessDenied: Rule {
        factory.alert(
            "CoordinatorAccessDenied", .warning,
            when: "sum by (\(Self.byAgent)) (increase(\(PromQL.series(Instruments.accessDenied))[15m])) > 0",
            hold: .zero, keep: .seconds(3600), at: .agent,
            summary: "An agent reads or writes what its role does not allow.",
            description:
                "{{ $labels.\(Label.agent) }} in {{ $labels.job }} was refused {{ $value | humanize }} reads or "
                + "writes within 15 minutes.")
    }

    private var unconfined: Rule {
        let runs = PromQL.series(
            Instruments.sandboxRuns, .value,
            [
                .equal(AttributeKey.sandboxLevel, SandboxLevelName.none),
                .equal(AttributeKey.codeOrigin, CodeOriginName.model),
            ])
        // The first such run is what makes the series: it has no increase, so it counts by being new.
        return factory.alert(
            "CoordinatorUnconfinedRun", .warning,
            when: "sum by (\(Self.byAgent)) ((\(runs) unless \(runs) offset 30m) or increase(\(runs)[30m])) > 0",
            hold: .zero, keep: .seconds(3600), at: .agent,
            summary: "Code that a model wrote ran without a sandbox.",
            description:
                "{{ $labels.\(Label.agent) }} in {{ $labels.job }} ran {{ $value | humanize }} programs of a model within "
                + "30 minutes that could read, write and send whatever their process could.")
    }

    private var toolFailing: Rule {
        let by = "\(Self.byAgent), \(Label.tool)"
        // A call that was cancelled failed by nobody's fault.
        let called = [Matcher.present(AttributeKey.toolName), .unequal(AttributeKey.errorType, ErrorType.cancelled)]
        let all = PromQL.series(Instruments.toolDuration, .count, called)
        let failed = PromQL.series(
            Instruments.toolDuration, .count, called + [.present(AttributeKey.errorType)])
        return factory.alert(
            "CoordinatorToolFailing", .warning,
            when: """
                sum by (\(by)) (rate(\(failed)[15m])) / sum by (\(by)) (rate(\(all)[15m])) > 0.5
                and
                sum by (\(by)) (increase(\(failed)[15m])) >= 5
                """,
            hold: .seconds(300), keep: Self.quarter, at: .agent,
            summary: "Most calls of a tool fail.",
            description: "{{ $value | humanizePercentage }} of the calls of {{ $labels.\(Label.tool) }} by "
                + "{{ $labels.\(Label.agent) }} in {{ $labels.job }} fail: its model pays for answers that lead nowhere."
        )
    }

    /// The cost above which the alert fires, in US dollars an hour.
    static let costPerHour = 10

    private var cost: Rule {
        factory.alert(
            "CoordinatorCostHigh", .warning,
            when: "sum by (\(Label.job)) (increase(\(PromQL.series(Instruments.cost))[1h])) > \(Self.costPerHour)",
            hold: .seconds(300), keep: .seconds(3600), at: .process,
            summary: "Model calls cost more than expected.",
            description:
                "Model calls of {{ $labels.job }} cost {{ $value | printf \"%.2f\" }} USD within the last hour; "
                + "\(Self.costPerHour) USD is the limit of this alert.")
    }
}
