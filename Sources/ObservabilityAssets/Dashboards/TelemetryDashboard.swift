import TelemetryCatalog

/// The dashboard of telemetry itself: whether the SDK in the process or the collector loses records.
enum TelemetryDashboard {
    private typealias Queries = PanelQueries
    private static let byComponent = [Label.component]
    private static let legend = "{{\(Label.component)}}"
    private static let failed = Queries.job + [Matcher.unequal(AttributeKey.errorType, "")]
    /// Matches the scrape job of the collector's own metrics.
    private static let collector = "job=~\".*otel.*|.*collector.*\""

    static func make(_ links: AssetLinks) -> Dashboard {
        Dashboard(
            uid: DashboardID.telemetry, title: "Coordinator / Telemetry",
            description: "Whether what the other dashboards show is complete.",
            variables: [.source(.prometheus), .job],
            rows: [
                .init(title: "Spans and log lines in the process", panels: [started(), live(), queue(), dropped()]),
                .init(title: "Export", panels: [exported(), inflight(), exportDuration(), exportErrors()]),
                .init(title: "Metrics", panels: [collection(), logsRecorded(), points(), overflow()]),
                .init(title: "Collector", panels: [refused(), lost(), collectorQueue()]),
            ], links: links)
    }

    private static func lines(
        _ title: String, _ description: String, unit: String, _ queries: [Query], width: Int = 6,
        noValue: String = "Nothing recorded. Is the process scraped?"
    ) -> Panel {
        Panel(.timeSeries(stacked: false), title, description, unit: unit, queries, width: width)
            .with { $0.noValue = noValue }
    }

    /// The time that 95 % of a component's operations keep to.
    private static func slowest(_ instrument: InstrumentDefinition) -> Query {
        .prometheus(PromQL.quantile(0.95, instrument, Queries.job, Queries.interval, by: byComponent), legend)
    }

    private static func rates(
        _ instruments: [InstrumentDefinition], _ matchers: [Matcher], by labels: [String], _ legend: String
    ) -> [Query] {
        instruments.map { .prometheus(Queries.rate($0, matchers, by: labels), legend) }
    }

    private static func started() -> Panel {
        let result = PrometheusNames.label(AttributeKey.spanSamplingResult)
        return lines(
            "Spans started", "Spans a second, sampled and not.", unit: "ops",
            rates([SDKInstruments.spanStarted], Queries.job, by: [result], "{{\(result)}}"))
    }

    private static func live() -> Panel {
        lines(
            "Spans not ended", "Spans that were started and have not ended. One that only grows is a leak.",
            unit: "short",
            [.prometheus("sum(\(PromQL.series(SDKInstruments.spanLive, .value, Queries.job)))", "spans")])
    }

    private static func queue() -> Panel {
        func share(_ size: InstrumentDefinition, _ capacity: InstrumentDefinition) -> Query {
            .prometheus(
                Queries.gauge("sum", size, Queries.job, by: byComponent) + " / "
                    + Queries.gauge("sum", capacity, Queries.job, by: byComponent), legend)
        }
        return lines(
            "Queues", "How full the queues to the exporters are. A full one drops the oldest.", unit: "percentunit",
            [
                share(SDKInstruments.processorSpanQueueSize, SDKInstruments.processorSpanQueueCapacity),
                share(SDKInstruments.processorLogQueueSize, SDKInstruments.processorLogQueueCapacity),
            ]
        ).with {
            $0.maximum = 1
            $0.thresholds = [.init(from: nil, color: "green"), .init(from: 0.8, color: "red")]
        }
    }

    private static func dropped() -> Panel {
        lines(
            "Dropped", "Spans and log lines a second that were dropped before they were exported, by reason.",
            unit: "ops",
            rates(
                [SDKInstruments.processorSpanProcessed, SDKInstruments.processorLogProcessed], failed,
                by: [Label.component, Label.errorType], "\(legend): {{\(Label.errorType)}}"), noValue: "Nothing dropped"
        )
    }

    private static func exported() -> Panel {
        let good = Queries.job + Queries.good
        return lines(
            "Exported", "Spans, log lines and metric points a second that arrived.", unit: "ops",
            rates([SDKInstruments.exporterSpanExported], good, by: byComponent, "spans \(legend)")
                + rates([SDKInstruments.exporterLogExported], good, by: byComponent, "log lines \(legend)")
                + rates([SDKInstruments.exporterPointExported], good, by: byComponent, "points \(legend)"))
    }

    private static func inflight() -> Panel {
        lines(
            "On their way", "Records that were sent and of which nobody has answered yet.", unit: "short",
            [
                (SDKInstruments.exporterSpanInflight, "spans"), (SDKInstruments.exporterLogInflight, "log lines"),
                (SDKInstruments.exporterPointInflight, "points"),
            ].map { .prometheus("sum(\(PromQL.series($0, .value, Queries.job)))", $1) })
    }

    private static func exportDuration() -> Panel {
        lines(
            "Duration of exports (p95)", "95 % of the export calls take no longer.", unit: "s",
            [slowest(SDKInstruments.exporterOperationDuration)])
    }

    private static func exportErrors() -> Panel {
        lines(
            "Failed exports", "Export calls a second that failed, by error; failed ones are repeated as OTLP says.",
            unit: "ops",
            [
                .prometheus(
                    Queries.rate(
                        SDKInstruments.exporterOperationDuration, failed, by: [Label.component, Label.errorType], .count
                    ),
                    "\(legend): {{\(Label.errorType)}}")
            ], noValue: "No export failed")
    }

    private static func collection() -> Panel {
        lines(
            "Collection of metrics (p95)", "95 % of the collections take no longer.", unit: "s",
            [slowest(SDKInstruments.readerCollectionDuration)], noValue: "Metrics are not pushed by OTLP")
    }

    private static func logsRecorded() -> Panel {
        lines(
            "Log lines recorded", "Log lines a second.", unit: "ops",
            rates([SDKInstruments.logCreated], Queries.job, by: ["job"], "{{job}}"))
    }

    private static func points() -> Panel {
        lines(
            "Metric points refused", "Metric points a second that the collector did not take.", unit: "ops",
            rates([SDKInstruments.exporterPointExported], failed, by: [Label.errorType], "{{\(Label.errorType)}}"),

            noValue: "No point refused")
    }

    private static func overflow() -> Panel {
        lines(
            "Beyond the limit on series",
            "Measurements a second that were recorded without their names, by metric. Sums are right, and whose they are "
                + "is lost.", unit: "ops",
            rates(
                [Instruments.seriesOverflow], Queries.job, by: [Label.limitedMetric], "{{\(Label.limitedMetric)}}"),
            noValue: "Every series has its names")
    }

    private static func collectorLines(_ title: String, _ description: String, _ metrics: [(String, String)]) -> Panel {
        lines(
            title, description, unit: "ops",
            metrics.flatMap { metric, label in
                TelemetryAlerts.collectorRecords.map { kind in
                    .prometheus(
                        "sum by (\(label)) (rate(\(metric)_\(kind)_total{\(collector)}[\(Queries.interval)]))",
                        "{{\(label)}} \(kind)")
                }
            }, width: 8, noValue: "The collector's own metrics are not scraped")
    }

    private static func refused() -> Panel {
        collectorLines(
            "Refused by the collector", "Records a second that the collector did not take in.",
            [("otelcol_receiver_refused", "receiver")])
    }

    private static func lost() -> Panel {
        collectorLines(
            "Lost by the collector", "Records a second that the collector gave up on its way to a backend.",
            [("otelcol_exporter_send_failed", "exporter"), ("otelcol_exporter_enqueue_failed", "exporter")])
    }

    private static func collectorQueue() -> Panel {
        lines(
            "Queues of the collector", "How full the collector's queues to its backends are.", unit: "percentunit",
            [
                .prometheus(
                    "sum by (exporter) (otelcol_exporter_queue_size{\(collector)}) / "
                        + "sum by (exporter) (otelcol_exporter_queue_capacity{\(collector)})", "{{exporter}}")
            ], width: 8, noValue: "The collector's own metrics are not scraped"
        ).with { $0.maximum = 1 }
    }
}
