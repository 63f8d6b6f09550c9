import TelemetryCatalog

/// The dashboard that on-call opens first: which agent burns its budget, since when, with which error.
enum OverviewDashboard {
    private typealias Queries = PanelQueries

    static func make(_ links: AssetLinks) -> Dashboard {
        Dashboard(
            uid: DashboardID.overview, title: "Coordinator / Overview",
            description: "Which agent or workflow uses up its error budget, since when and with which error.",
            variables: [.source(.prometheus), .job, .workflow, .agent],
            rows: [
                .init(
                    title: "Who burns the budget, since when, with which error",
                    panels: [agents(), errors(), alerts(links)]),
                .init(title: "Objectives", panels: [budgetLeft(), burnRate(), workflowBurnRate()]),
                .init(title: "Jobs", panels: [jobRate(), jobDuration(), running(), waiting()]),
                DurableJobsRow.make(),
                .init(title: "Cost and threads", panels: [cost(), tokens(), starved()]),
            ], links: links)
    }

    private static func agents() -> Panel {
        let by = [Label.agent]
        let runs = Queries.increase(Instruments.agentRuns, Queries.agent + Queries.counted, by: by)
        let good = Queries.increase(
            Instruments.agentRuns, Queries.agent + [.equal(AttributeKey.outcome, OutcomeName.succeeded)], by: by)
        let success = Objectives.agentSuccess
        let errors = Queries.increase(
            Instruments.attempts, Queries.agent + [.unequal(AttributeKey.errorType, "")], by: by + [Label.errorType])
        let since =
            "min by (\(Label.agent)) (ALERTS_FOR_STATE{alertname=~\"Coordinator.+\", job=~\"$job\", "
            + "\(Label.agent)=~\"$agent\"}) * 1000"
        return Panel(
            .table(
                columns: [
                    .init(field: Label.agent, title: "Agent", links: [Queries.toAgent, Queries.toTraces]),
                    .init(
                        field: "Value #A", title: "Burn rate (1 h)", unit: "none", width: 120,
                        thresholds: Queries.burnRate),
                    .init(field: "Value #B", title: "Alert since", unit: "dateTimeFromNow", width: 130),
                    .init(
                        field: Label.errorType, title: "Commonest error", width: 170, links: [Queries.toTraces]),
                    .init(
                        field: "Value #D", title: "Budget left", unit: "percentunit", width: 110,
                        thresholds: Queries.budget),
                    .init(field: "Value #E", title: "Success", unit: "percentunit", width: 90),
                    .init(field: "Value #F", title: "Runs", unit: "short", width: 80),
                    .init(field: "Value #G", title: "p95", unit: "s", width: 80),
                    .init(field: "Value #H", title: "Retries", unit: "short", width: 80),
                    .init(
                        field: "Value #I", title: "Breaker open", unit: "short", width: 110,
                        thresholds: Queries.anyIsBad),
                ], key: Label.agent),
            "Agents",
            "One row an agent, for the time range. Burn rate 1 uses up the budget in exactly 30 days; above 14.4 somebody "
                + "is woken. Click the agent for its figures, its error for the traces that failed.",
            unit: "short",
            [
                .prometheus(
                    "max by (\(Label.agent)) (\(Queries.recorded(RecordingRules.currentBurnRate, success, Queries.agent)))",
                    "", .table),
                .prometheus(since, "", .table),
                .prometheus("topk by (\(Label.agent)) (1, \(errors) > 0)", "", .table),
                .prometheus(
                    "min by (\(Label.agent)) (\(Queries.recorded(RecordingRules.budgetLeft, success, Queries.agent)))",
                    "", .table),
                .prometheus("\(good) / (\(runs) > 0)", "", .table), .prometheus(runs, "", .table),
                .prometheus(
                    PromQL.quantile(0.95, Instruments.agentDuration, Queries.runs, Queries.range, by: by), "", .table),
                .prometheus(Queries.increase(Instruments.retries, Queries.agent, by: by), "", .table),
                .prometheus(
                    Queries.gauge(
                        "max", Instruments.breakerState, Queries.agent + [.equal(AttributeKey.breakerState, "open")],
                        by: by),
                    "", .table),
            ], width: 24, height: 9
        ).with {
            $0.noValue = Queries.noRuns
            $0.sortedBy = "Burn rate (1 h)"
        }
    }

    private static func errors() -> Panel {
        Panel(
            .timeSeries(stacked: true), "Failed attempts by error",
            "Attempts a second that failed, by agent and error. A point's menu leads to the traces.", unit: "ops",
            [
                .prometheus(
                    Queries.rate(
                        Instruments.attempts, Queries.agent + [.unequal(AttributeKey.errorType, "")],
                        by: [Label.agent, Label.errorType]), "{{\(Label.agent)}}: {{\(Label.errorType)}}", .exemplars)
            ], width: 12
        ).with {
            $0.noValue = "No attempt failed in this time range"
            $0.links = [Queries.seriesToTraces, Queries.seriesToAgent]
        }
    }

    private static func alerts(_ links: AssetLinks) -> Panel {
        Panel(
            .table(
                columns: [
                    .init(
                        field: "alertname", title: "Alert",
                        links: [.init(title: "Runbook", url: links.runbook("${__data.fields.Alert}"))]),
                    .init(field: "severity", title: "Severity", width: 90),
                    .init(field: Label.agent, title: "Agent", width: 130, links: [Queries.toAgent]),
                    .init(field: Label.workflow, title: "Workflow", width: 130),
                    .init(field: "Value", title: "Since", unit: "dateTimeFromNow", width: 130),
                ], key: nil),
            "Firing alerts", "What fires now, and since when. Click an alert for its runbook.", unit: "short",
            [
                .prometheus(
                    "max by (alertname, severity, \(Label.agent), \(Label.workflow)) "
                        + "(ALERTS_FOR_STATE{alertname=~\"Coordinator.+\", job=~\"$job\"} * 1000 and ignoring (alertstate) "
                        + "ALERTS{alertname=~\"Coordinator.+\", alertstate=\"firing\", job=~\"$job\"})", "", .table)
            ], width: 12
        ).with { $0.noValue = "No alert fires" }
    }

    private static func budgetLeft() -> Panel {
        Panel(
            .barGauge, "Error budget left",
            "What is left of the error budget of 30 days. Below 0 the objective is missed.", unit: "percentunit",
            [
                .prometheus(
                    Queries.recorded(RecordingRules.budgetLeft, Objectives.agentSuccess, Queries.agent),
                    "{{\(Label.agent)}}"),
                .prometheus(
                    Queries.recorded(RecordingRules.budgetLeft, Objectives.jobSuccess, Queries.workflow),
                    "{{\(Label.workflow)}} (jobs)"),
            ]
        ).with {
            $0.thresholds = Queries.budget
            $0.minimum = 0
            $0.maximum = 1
            $0.noValue = Queries.noRuns
        }
    }

    private static func burnRate() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Burn rate of agents",
            "How many times faster than allowed each agent fails, over the last hour. 14.4 wakes somebody at once, 6 "
                + "within hours, 1 uses up the budget in exactly 30 days.", unit: "none",
            [
                .prometheus(
                    Queries.recorded(RecordingRules.currentBurnRate, Objectives.agentSuccess, Queries.agent),
                    "{{\(Label.agent)}}")
            ]
        ).with {
            $0.thresholds = Queries.burnRate
            $0.links = [Queries.seriesToAgent, Queries.seriesToTraces]
            $0.noValue = Queries.noRuns
        }
    }

    private static func workflowBurnRate() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Burn rate of workflows",
            "How many times faster than allowed each workflow's jobs fail, over the last hour.", unit: "none",
            [
                .prometheus(
                    Queries.recorded(RecordingRules.currentBurnRate, Objectives.jobSuccess, Queries.workflow),
                    "{{\(Label.workflow)}}")
            ]
        ).with {
            $0.thresholds = Queries.burnRate
            $0.noValue = Queries.noRuns
        }
    }

    private static func jobRate() -> Panel {
        Panel(
            .timeSeries(stacked: true), "Jobs by status", "Jobs a second that ended, by status.", unit: "ops",
            [
                .prometheus(
                    Queries.rate(Instruments.jobRuns, Queries.workflow, by: [Label.status]), "{{\(Label.status)}}",
                    .exemplars)
            ],
            width: 6
        ).with { $0.noValue = Queries.noRuns }
    }

    private static func jobDuration() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Duration of jobs", "Half of the jobs, 95 % and 99 % take no longer.",
            unit: "s",
            [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")].map {
                .prometheus(
                    PromQL.quantile($0, Instruments.agentDuration, Queries.workflow, Queries.interval, by: []), $1,
                    .exemplars)
            }, width: 6
        ).with { $0.noValue = Queries.noRuns }
    }

    private static func running() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Running now", "Jobs and attempts that run, and how many runs may at once.",
            unit: "short",
            [
                .prometheus("sum(\(PromQL.series(Instruments.jobActive, .value, Queries.job)))", "jobs"),
                .prometheus("sum(\(PromQL.series(Instruments.agentActive, .value, Queries.agent)))", "attempts"),
                .prometheus("sum(\(PromQL.series(Instruments.concurrencyLimit, .value, Queries.job)))", "limit"),
            ], width: 6)
    }

    private static func waiting() -> Panel {
        Panel(
            .timeSeries(stacked: false), "Waiting for a slot", "Agents' runs that wait for a concurrency slot.",
            unit: "short",
            [.prometheus("sum(\(PromQL.series(Instruments.queueSize, .value, Queries.job)))", "waiting")],
            width: 6)
    }

    private static func cost() -> Panel {
        Panel(
            .timeSeries(stacked: true), "Cost of model calls", "US dollars an hour, by agent and model.",
            unit: "currencyUSD",
            [
                .prometheus(
                    "3600 * " + Queries.rate(Instruments.cost, Queries.agent, by: [Label.agent, Label.model]),
                    "{{\(Label.agent)}} ({{\(Label.model)}})")
            ]
        ).with { $0.noValue = "No model call recorded" }
    }

    private static func tokens() -> Panel {
        Panel(
            .timeSeries(stacked: true), "Tokens",
            "Tokens a second that models took and gave, and of those taken the ones that were cached.", unit: "short",
            [
                .prometheus(
                    Queries.rate(Instruments.inputTokens, Queries.agent, by: [Label.model]), "in: {{\(Label.model)}}"),
                .prometheus(
                    Queries.rate(Instruments.outputTokens, Queries.agent, by: [Label.model]), "out: {{\(Label.model)}}"),
                .prometheus(
                    Queries.rate(Instruments.cacheReadTokens, Queries.agent, by: [Label.model]),
                    "cached: {{\(Label.model)}}"),
            ]
        ).with { $0.noValue = "No model call recorded" }
    }

    private static func starved() -> Panel {
        let executor = PrometheusNames.label(AttributeKey.executor)
        return Panel(
            .stateTimeline, "Threads",
            "Whether the agents' threads or Swift's own take no more work: something blocks them.", unit: "none",
            [
                .prometheus(
                    Queries.gauge("max", Instruments.executorStarved, Queries.job, by: [executor]), "{{\(executor)}}")
            ]
        ).with { $0.mappings = [(0, "takes work", "green"), (1, "starved", "red")] }
    }
}
