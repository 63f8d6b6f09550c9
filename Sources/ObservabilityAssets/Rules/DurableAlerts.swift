import TelemetryCatalog

/// Alerts on jobs that outlive their process: what waits for people, and the store that keeps them.
struct DurableAlerts {
    let factory: AlertFactory

    static func file(_ links: AssetLinks) -> RuleFile {
        let alerts = DurableAlerts(factory: AlertFactory(links: links))
        return RuleFile(
            comment: ["Jobs with a store: what waits for people, and whether what happens is kept."],
            groups: [
                RuleGroup(
                    name: "coordinator-durable",
                    rules: [
                        alerts.suspended, alerts.approvals, alerts.doubts, alerts.failing(.warning, atLeast: 1),
                        alerts.failing(.critical, atLeast: 3), alerts.silent, alerts.slow, alerts.large,
                    ])
            ])
    }

    private static let byProcess = "\(Label.job), \(Label.instance)"
    private static let byWorkflow = "\(Label.job), \(Label.workflow)"

    private var suspended: Rule {
        factory.alert(
            "CoordinatorJobSuspended", .warning,
            when: "max by (\(Self.byProcess)) (\(PromQL.series(Instruments.jobsSuspended))) > 0",
            hold: .seconds(300), keep: .seconds(900), at: .process,
            summary: "Jobs are not taken up any more, since they ended their process each time.",
            description: "{{ $value }} jobs in the store of {{ $labels.instance }} ({{ $labels.job }}) are suspended: "
                + "they go on when somebody resumes them by force.")
    }

    // MARK: What waits for people

    /// How long a run may wait for an answer before the alert fires.
    static let approvalAge = Duration.seconds(86_400)

    private var approvals: Rule {
        let limit = "\(Self.approvalAge.components.seconds)"
        return factory.alert(
            "CoordinatorApprovalWaiting", .warning, when: aged(Instruments.approvalOldestAge, above: limit),
            hold: .zero, keep: .seconds(900), at: .workflow,
            summary: "A job has waited for somebody's answer for more than a day.",
            description: "A run of {{ $labels.\(Label.workflow) }} in {{ $labels.job }} has waited for an answer for "
                + "{{ $value | humanizeDuration }}.")
    }

    private var doubts: Rule {
        factory.alert(
            "CoordinatorRunInDoubt", .warning, when: aged(Instruments.inDoubtOldestAge, above: "300"),
            hold: .zero, keep: .seconds(900), at: .workflow,
            summary: "Nobody knows what a run has done whose process ended, and its job waits.",
            description: "A run of {{ $labels.\(Label.workflow) }} in {{ $labels.job }} has been in doubt for "
                + "{{ $value | humanizeDuration }}: it goes on when somebody says what it has done.")
    }

    /// That an age is too large, in a process that lives: a metrics file keeps the age that its last run has shown.
    private func aged(_ instrument: InstrumentDefinition, above limit: String) -> String {
        // Of many workflows' gauges in one series the last value set is kept, which is nobody's age.
        let ages = PromQL.series(instrument, .value, [.named])
        return "max by (\(Self.byWorkflow)) (\(ages)) > \(limit)\nand\n"
            + "max by (\(Self.byWorkflow)) (changes(\(ages)[5m])) > 0"
    }

    // MARK: The store

    private func failing(_ severity: BurnRateWindow.Severity, atLeast count: Int) -> Rule {
        // A job that lost its place to another process is not the store's failure.
        let failed = PromQL.series(
            Instruments.storeAppendDuration, .count, [.equal(AttributeKey.errorType, ErrorType.storeUnavailable)])
        return factory.alert(
            "CoordinatorStoreFailing", severity,
            when: "sum by (\(Self.byProcess)) (increase(\(failed)[15m])) >= \(count)",
            hold: .zero, keep: .seconds(900), at: .process,
            summary: "Jobs stop, since the store does not keep what happens in them.",
            description:
                "{{ $value | humanize }} hand-overs to the store of {{ $labels.instance }} ({{ $labels.job }}) "
                + "failed within 15 minutes; each stops a job, or keeps one from starting.")
    }

    /// How long nothing may be kept while attempts end.
    static let silence = Duration.seconds(900)

    private var silent: Rule {
        let last = PromQL.series(Instruments.storeLastAppend)
        return factory.alert(
            "CoordinatorStoreSilent", .critical,
            when: """
                time() - max by (\(Self.byProcess)) (\(last)) > \(Self.silence.components.seconds)
                and
                sum by (\(Self.byProcess)) (increase(\(PromQL.series(Instruments.attempts))[10m])) > 0
                """,
            hold: .seconds(120), keep: .seconds(300), at: .process,
            summary: "Attempts end, and the store keeps nothing.",
            description: "The store of {{ $labels.instance }} ({{ $labels.job }}) has kept nothing for "
                + "{{ $value | humanizeDuration }}, while attempts end there.")
    }

    /// What a twentieth of the appends may take longer than, in seconds.
    static let slowAppend = 0.5

    private var slow: Rule {
        let durations = PromQL.series(Instruments.storeAppendDuration, .bucket, [.equal(AttributeKey.errorType, "")])
        let count = PromQL.series(Instruments.storeAppendDuration, .count, [.equal(AttributeKey.errorType, "")])
        return factory.alert(
            "CoordinatorStoreSlow", .warning,
            when: """
                histogram_quantile(0.95, sum by (\(Self.byProcess), le) (rate(\(durations)[15m]))) > \
                \(PrometheusNames.number(Self.slowAppend))
                and
                sum by (\(Self.byProcess)) (increase(\(count)[15m])) >= 10
                """,
            hold: .seconds(600), keep: .seconds(900), at: .process,
            summary: "The store takes long to keep what happens.",
            description: "A twentieth of the appends to the store of {{ $labels.instance }} ({{ $labels.job }}) take "
                + "more than {{ $value | humanizeDuration }}; a job stops at an append that takes too long.")
    }

    /// The size above which the alert fires, in bytes.
    static let largeStore = 10 << 30

    private var large: Rule {
        factory.alert(
            "CoordinatorStoreLarge", .warning,
            when: "sum by (\(Self.byProcess)) (\(PromQL.series(Instruments.storeSize))) > \(Self.largeStore)",
            hold: .seconds(900), keep: .seconds(3600), at: .process,
            summary: "The store has grown large.",
            description:
                "The store of {{ $labels.instance }} ({{ $labels.job }}) takes {{ $value | humanize1024 }}B of "
                + "disk; \(Self.largeStore >> 30) GiB is the limit of this alert.")
    }
}
