import TelemetryCatalog

/// The panels on jobs that outlive their process: what was taken up again, what waits for people, the store.
enum DurableJobsRow {
    private typealias Queries = PanelQueries

    static func make() -> Dashboard.Row {
        .init(
            title: "Durable jobs",
            panels: [resumptions(), waiting(), ages(), appends(), failures(), silence(), size()])
    }

    private static let noStore = "No job with a store in this time range"

    private static func resumptions() -> Panel {
        Panel(
            .timeSeries(stacked: true), "Taken up again",
            "Jobs that were taken up again, and attempts that were found cut off, a second. A process that ends over and "
                + "over shows here first.", unit: "ops",
            [
                .prometheus(
                    Queries.rate(Instruments.jobResumptions, Queries.workflow, by: [Label.workflow]),
                    "{{\(Label.workflow)}}"),
                .prometheus(
                    Queries.rate(Instruments.recoveries, Queries.agent, by: [Label.agent]),
                    "{{\(Label.agent)}} (attempts)"),
            ]
        ).with { $0.noValue = noStore }
    }

    private static func waiting() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Waiting for people",
            "Runs that wait for an answer, runs of which nobody knows what they have done, and jobs that are not taken up "
                + "by themselves any more.", unit: "short",
            [
                .prometheus(
                    Queries.gauge("sum", Instruments.approvalPending, Queries.workflow, by: [Label.workflow]),
                    "{{\(Label.workflow)}}"),
                .prometheus(
                    Queries.gauge("sum", Instruments.inDoubt, Queries.workflow, by: [Label.workflow]),
                    "{{\(Label.workflow)}} (in doubt)"),
                .prometheus("sum(\(PromQL.series(Instruments.jobsSuspended, .value, Queries.job)))", "suspended jobs"),
            ]
        ).with {
            $0.minimum = 0
            $0.noValue = "Nothing has waited for anybody"
        }
    }

    private static func ages() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Longest wait",
            "How long the run has waited that waits longest for an answer, or for a word on what it has done.",
            unit: "s",
            [
                .prometheus(
                    Queries.gauge(
                        "max", Instruments.approvalOldestAge, Queries.workflow + [.named], by: [Label.workflow]),
                    "{{\(Label.workflow)}}"),
                .prometheus(
                    Queries.gauge(
                        "max", Instruments.inDoubtOldestAge, Queries.workflow + [.named], by: [Label.workflow]),
                    "{{\(Label.workflow)}} (in doubt)"),
            ]
        ).with {
            $0.minimum = 0
            $0.thresholds = [
                .init(from: nil, color: "green"),
                .init(from: Double(DurableAlerts.approvalAge.components.seconds), color: "orange"),
            ]
            $0.noValue = "Nothing has waited for anybody"
        }
    }

    private static func appends() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Duration of appends",
            "Half of the appends to the store, 95 % and 99 % take no longer. A job waits for one at its start, at each "
                + "agent's end and at its own.", unit: "s",
            [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")].map {
                .prometheus(
                    PromQL.quantile($0, Instruments.storeAppendDuration, kept, Queries.interval, by: []), $1)
            }, width: 6
        ).with {
            $0.thresholds = [
                .init(from: nil, color: "green"), .init(from: DurableAlerts.slowAppend, color: "orange"),
            ]
            $0.noValue = noStore
        }
    }

    private static let kept = Queries.job + [.equal(AttributeKey.errorType, "")]

    private static func failures() -> Panel {
        Panel(
            .timeSeries(stacked: true), "Appends that failed",
            "Hand-overs to the store a second that were not kept, by error: each stops a job.", unit: "ops",
            [
                .prometheus(
                    Queries.rate(
                        Instruments.storeAppendDuration, Queries.job + [.present(AttributeKey.errorType)],
                        by: [Label.errorType], .count), "{{\(Label.errorType)}}")
            ], width: 6
        ).with {
            $0.thresholds = Queries.anyIsBad
            $0.noValue = noStore
        }
    }

    private static func silence() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Since the last append",
            "How long ago the store kept something. It grows while nothing happens; while attempts end it must not.",
            unit: "s",
            [
                .prometheus(
                    "time() - max by (\(Label.instance)) (\(PromQL.series(Instruments.storeLastAppend, .value, Queries.job)))",
                    "{{\(Label.instance)}}")
            ], width: 6
        ).with { $0.noValue = noStore }
    }

    private static func size() -> Panel {
        let file = PrometheusNames.label(AttributeKey.storeFile)
        return Panel(
            .timeSeries(stacked: true), "Size of the store",
            "What the store takes of the disk: the database, and its log of what was written last.", unit: "bytes",
            [.prometheus(Queries.gauge("sum", Instruments.storeSize, Queries.job, by: [file]), "{{\(file)}}")], width: 6
        ).with { $0.noValue = noStore }
    }
}
