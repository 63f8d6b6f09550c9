import TelemetryCatalog

/// Alerts on incomplete telemetry: losses in the SDK and in the collector, and missing targets.
enum TelemetryAlerts {
    static func file(_ links: AssetLinks) -> RuleFile {
        let factory = AlertFactory(links: links)
        return RuleFile(
            comment: [
                "Losses of telemetry: in the process, and in an OpenTelemetry collector whose own metrics are scraped."
            ],
            groups: [
                RuleGroup(
                    name: "coordinator-telemetry",
                    rules: [dropped(factory), overflow(factory), filling(factory), failing(factory)]),
                RuleGroup(name: "coordinator-collector", rules: [refused(factory), sendFailed(factory)]),
            ])
    }

    /// A file of its own, since it is left out where only one-shot runs and no scraped process exist.
    static func availabilityFile(_ links: AssetLinks) -> RuleFile {
        RuleFile(
            comment: [
                "For a process that is scraped under the job name `coordinator`. With one-shot runs alone there is none:",
                "leave this file out.",
            ],
            groups: [RuleGroup(name: "coordinator-availability", rules: [down(AlertFactory(links: links))])])
    }

    private static let byComponent = "\(Label.job), \(Label.instance), \(Label.component)"
    private static let failed = Matcher.unequal(AttributeKey.errorType, "")

    private static func dropped(_ factory: AlertFactory) -> Rule {
        let by = "\(byComponent), \(Label.errorType)"
        func lost(_ instrument: InstrumentDefinition) -> String {
            "sum by (\(by)) (increase(\(PromQL.series(instrument, .value, [failed]))[10m])) > 0"
        }
        return factory.alert(
            "CoordinatorTelemetryDropped", .warning,
            when: [SDKInstruments.processorSpanProcessed, SDKInstruments.processorLogProcessed].map(lost)
                .joined(separator: "\nor\n"),
            hold: .zero, keep: .seconds(300), at: .telemetry,
            summary: "Spans or log lines are dropped before they are exported.",
            description: "{{ $labels.\(Label.component) }} on {{ $labels.instance }} ({{ $labels.job }}) dropped "
                + "{{ $value | humanize }} records within 10 minutes: {{ $labels.\(Label.errorType) }}.")
    }

    private static func overflow(_ factory: AlertFactory) -> Rule {
        let by = "\(Label.job), \(Label.instance), \(Label.limitedMetric)"
        let all = PromQL.series(Instruments.seriesOverflow)
        // The first measurement beyond a limit is what makes the series: it has no increase, so it counts by being new.
        return factory.alert(
            "CoordinatorSeriesLimitReached", .warning,
            when: "sum by (\(by)) ((\(all) unless \(all) offset 15m) or increase(\(all)[15m])) > 0",
            hold: .zero, keep: .seconds(3600), at: .telemetry, summary: "A metric has reached its limit on series.",
            description: "{{ $value | humanize }} measurements of {{ $labels.\(Label.limitedMetric) }} on "
                + "{{ $labels.instance }} ({{ $labels.job }}) were recorded without their names within 15 minutes: sums "
                + "are right, and whose they are is lost.")
    }

    private static func filling(_ factory: AlertFactory) -> Rule {
        func share(_ size: InstrumentDefinition, _ capacity: InstrumentDefinition) -> String {
            "sum by (\(byComponent)) (\(PromQL.series(size))) / sum by (\(byComponent)) (\(PromQL.series(capacity))) > 0.8"
        }
        let process = "\(Label.job), \(Label.instance)"
        return factory.alert(
            "CoordinatorTelemetryQueueFilling", .warning,
            when: "(\n" + share(SDKInstruments.processorSpanQueueSize, SDKInstruments.processorSpanQueueCapacity)
                + "\nor\n"
                + share(SDKInstruments.processorLogQueueSize, SDKInstruments.processorLogQueueCapacity)
                + "\n)\nand on (\(process))\n"
                // A queue that receives nothing loses nothing, and neither does the queue of an ended process.
                + "sum by (\(process)) (increase(\(PromQL.series(SDKInstruments.spanStarted))[10m])) > 0",
            hold: .seconds(300), keep: .seconds(600), at: .telemetry,
            summary: "Telemetry waits for a collector that does not take it.",
            description: "{{ $labels.\(Label.component) }} on {{ $labels.instance }} ({{ $labels.job }}) is "
                + "{{ $value | humanizePercentage }} full; once it is full, the oldest records go.")
    }

    private static func failing(_ factory: AlertFactory) -> Rule {
        let failures = PromQL.series(SDKInstruments.exporterOperationDuration, .count, [failed])
        let all = PromQL.series(SDKInstruments.exporterOperationDuration, .count)
        return factory.alert(
            "CoordinatorExportFailing", .warning,
            when:
                "sum by (\(byComponent)) (rate(\(failures)[10m]))\n/\nsum by (\(byComponent)) (rate(\(all)[10m])) > 0.5",
            hold: .seconds(600), keep: .seconds(600), at: .telemetry,
            summary: "Most calls to the collector fail.",
            description: "{{ $value | humanizePercentage }} of the export calls of {{ $labels.\(Label.component) }} on "
                + "{{ $labels.instance }} ({{ $labels.job }}) fail.")
    }

    /// The kinds of records that a collector counts.
    static let collectorRecords = ["spans", "metric_points", "log_records"]

    private static func anyKind(_ prefix: String, by labels: String, over window: String) -> String {
        collectorRecords.map { "sum by (\(labels)) (rate(\(prefix)_\($0)_total[\(window)])) > 0" }
            .joined(separator: "\nor\n")
    }

    private static func refused(_ factory: AlertFactory) -> Rule {
        factory.alert(
            "CoordinatorCollectorRefused", .warning,
            when: anyKind("otelcol_receiver_refused", by: "job, instance, receiver", over: "5m"),
            hold: .seconds(300), keep: .seconds(600), at: .collector,
            summary: "The collector refuses telemetry.",
            description:
                "The receiver {{ $labels.receiver }} on {{ $labels.instance }} refuses {{ $value | humanize }} "
                + "records a second.")
    }

    private static func sendFailed(_ factory: AlertFactory) -> Rule {
        factory.alert(
            "CoordinatorCollectorSendFailed", .warning,
            when: anyKind("otelcol_exporter_send_failed", by: "job, instance, exporter", over: "10m") + "\nor\n"
                + anyKind("otelcol_exporter_enqueue_failed", by: "job, instance, exporter", over: "10m"),
            hold: .seconds(300), keep: .seconds(600), at: .collector,
            summary: "The collector loses telemetry on its way to a backend.",
            description:
                "The exporter {{ $labels.exporter }} on {{ $labels.instance }} gives up {{ $value | humanize }} "
                + "records a second.")
    }

    private static func down(_ factory: AlertFactory) -> Rule {
        factory.alert(
            "CoordinatorDown", .critical, when: "up{job=\"coordinator\"} == 0\nor\nabsent(up{job=\"coordinator\"})",
            hold: .seconds(120), keep: .seconds(300), at: .process, summary: "A coordinator cannot be scraped.",
            description: "{{ if $labels.instance }}{{ $labels.instance }} does not answer{{ else }}Prometheus has no "
                + "target{{ end }} under the job {{ $labels.job }}: no job runs there, or nobody can see it.")
    }
}
