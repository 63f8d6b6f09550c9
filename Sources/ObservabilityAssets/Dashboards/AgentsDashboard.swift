import TelemetryCatalog

/// The dashboard of one or several agents: rate, errors, duration; attempts, saturation, breaker, blackboard, models.
enum AgentsDashboard {
    private typealias Queries = PanelQueries
    private static let byAgent = [Label.agent]
    private static let agentLegend = "{{\(Label.agent)}}"

    static func make(_ links: AssetLinks) -> Dashboard {
        Dashboard(
            uid: DashboardID.agents, title: "Coordinator / Agents",
            description: "Rate, errors and duration of agents, and what stands behind them.",
            variables: [.source(.prometheus), .source(.loki), .job, .agent],
            rows: [
                .init(title: "Rate, errors, duration", panels: [rate(), errors(), heatmap()]),
                .init(title: "Objectives", panels: [success(), latency(), quantiles()]),
                .init(
                    title: "Attempts",
                    panels: [
                        attemptsPerRun(), firstTry(), retries(), exhausted(), attemptDuration(), items(), programs(),
                    ]),
                .init(title: "Saturation", panels: [queueWait(), active(), oldest(), abandoned()]),
                .init(
                    title: "Circuit breakers and blackboard", panels: [breakers(), transitions(), commits(), refused()]),
            ] + ConversationRows.make() + [.init(title: "Logs", panels: [logs()])], links: links)
    }

    private static func lines(
        _ title: String, _ description: String, unit: String, _ queries: [Query], width: Int = 6,
        stacked: Bool = false, noValue: String = Queries.noRuns
    ) -> Panel {
        Panel(.timeSeries(stacked: stacked), title, description, unit: unit, queries, width: width).with {
            $0.links = [Queries.seriesToTraces]
            $0.noValue = noValue
        }
    }

    private static func rate() -> Panel {
        lines(
            "Runs by outcome", "Runs a second that ended, by outcome.", unit: "ops",
            [
                .prometheus(
                    Queries.rate(Instruments.agentRuns, Queries.agent, by: [Label.outcome]), "{{\(Label.outcome)}}",
                    .exemplars)
            ],
            width: 8, stacked: true)
    }

    // The divisor is all attempts, so that an agent that only fails has the value 1 and not none.
    private static func errors() -> Panel {
        let failed = Queries.rate(
            Instruments.attempts, Queries.agent + [.unequal(AttributeKey.errorType, "")], by: [Label.errorType])
        let all =
            "scalar(sum(rate(\(PromQL.series(Instruments.attempts, .value, Queries.agent))[\(Queries.interval)])))"
        return lines(
            "Failed attempts by error", "The share of attempts that failed, by error.", unit: "percentunit",
            [.prometheus("\(failed) / \(all)", "{{\(Label.errorType)}}", .exemplars)], width: 8, stacked: true,
            noValue: "No attempt failed in this time range")
    }

    private static func heatmap() -> Panel {
        Panel(
            .heatmap, "Duration of runs", "How long runs take. Each point is a trace: click it.", unit: "s",
            [
                .prometheus(
                    PromQL.sum(
                        "rate", PromQL.series(Instruments.agentDuration, .bucket, Queries.runs), Queries.interval,
                        by: ["le"]),
                    "{{le}}", .heatmap)
            ]
        ).with { $0.noValue = Queries.noRuns }
    }

    private static func success() -> Panel {
        lines(
            "Success and objective", "The share of runs that succeeded over the last hour, and what is expected.",
            unit: "percentunit",
            [
                .prometheus(
                    "1 - "
                        + Queries.recorded(
                            RecordingRules.errorRatio(.seconds(3600)), Objectives.agentSuccess, Queries.agent),
                    agentLegend),
                .prometheus(
                    "min(\(Queries.recorded(RecordingRules.objective, Objectives.agentSuccess, Queries.agent)))",
                    "objective"),
            ], width: 8)
    }

    private static func latency() -> Panel {
        lines(
            "In time, and objective",
            "The share of runs that succeeded in time over the last hour, and what is expected.",
            unit: "percentunit",
            [
                .prometheus(
                    "1 - "
                        + Queries.recorded(
                            RecordingRules.errorRatio(.seconds(3600)), Objectives.agentLatency, Queries.agent),
                    agentLegend),
                .prometheus(
                    "min(\(Queries.recorded(RecordingRules.objective, Objectives.agentLatency, Queries.agent)))",
                    "objective"),
            ], width: 8)
    }

    private static func quantiles() -> Panel {
        lines(
            "p50, p95, p99", "Half of the runs, 95 % and 99 % take no longer.", unit: "s",
            [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")].map {
                .prometheus(
                    PromQL.quantile($0, Instruments.agentDuration, Queries.runs, Queries.interval, by: byAgent),
                    "\(agentLegend) \($1)", .exemplars)
            }, width: 8)
    }

    /// An agent that runs for elements of a list has its attempts for them, so that its items are the divisor.
    private static func attemptsPerRun() -> Panel {
        let (runs, items) = (
            Queries.rate(Instruments.agentRuns, Queries.agent, by: byAgent),
            Queries.rate(Instruments.itemRuns, Queries.agent, by: byAgent)
        )
        return lines(
            "Attempts a run", "How many attempts a run, or one of its items, takes; 1 where nothing is retried.",
            unit: "none",
            [
                .prometheus(
                    Queries.rate(Instruments.attempts, Queries.agent, by: byAgent)
                        + " / ((\(items) > 0) or (\(runs) > 0))", agentLegend)
            ])
    }

    private static func items() -> Panel {
        lines(
            "Items by outcome", "Runs for one element of a list a second that ended, by outcome.", unit: "ops",
            [
                .prometheus(
                    Queries.rate(Instruments.itemRuns, Queries.agent, by: [Label.outcome]), "{{\(Label.outcome)}}")
            ],
            stacked: true, noValue: "No agent ran for elements of a list in this time range")
    }

    private static func programs() -> Panel {
        let (level, origin) = (
            PrometheusNames.label(AttributeKey.sandboxLevel), PrometheusNames.label(AttributeKey.codeOrigin)
        )
        return lines(
            "Programs run, by level of confinement",
            "Programs a second that a sandbox was asked for or due, and who wrote what they ran. None is for programs that "
                + "a person trusts.",
            unit: "ops",
            [
                .prometheus(
                    Queries.rate(Instruments.sandboxRuns, Queries.agent, by: [level, origin]),
                    "{{\(level)}}, written by a {{\(origin)}}")
            ], width: 18, stacked: true, noValue: "No program ran that a sandbox was asked for in this time range")
    }

    private static func firstTry() -> Panel {
        let first = Queries.agent + [Matcher.equal(AttributeKey.attemptKind, "first")]
        return lines(
            "Succeeded at once", "The share of first attempts that succeeded.", unit: "percentunit",
            [
                .prometheus(
                    Queries.rate(
                        Instruments.attemptDuration, first + Queries.good, by: byAgent, .count)
                        + " / (" + Queries.rate(Instruments.attemptDuration, first, by: byAgent, .count) + " > 0)",
                    agentLegend)
            ])
    }

    private static func retries() -> Panel {
        byError(
            Instruments.retries, "Retries by error", "Retries a second, by the error that caused them.",
            noValue: "No retries in this time range")
    }

    private static func exhausted() -> Panel {
        byError(
            Instruments.retriesExhausted, "Failed on the last retry",
            "Runs a second that failed although they had retries, by error.", noValue: "No run used up its retries")
    }

    private static func byError(
        _ instrument: InstrumentDefinition, _ title: String, _ description: String, noValue: String
    ) -> Panel {
        let rate = Queries.rate(instrument, Queries.agent, by: [Label.agent, Label.errorType])
        return lines(
            title, description, unit: "ops", [.prometheus(rate, "\(agentLegend): {{\(Label.errorType)}}")],
            stacked: true, noValue: noValue)
    }

    private static func attemptDuration() -> Panel {
        let kind = PrometheusNames.label(AttributeKey.attemptKind)
        return lines(
            "Duration of attempts (p95)", "95 % of the attempts take no longer; first ones and retries apart.",
            unit: "s",
            [
                .prometheus(
                    PromQL.quantile(
                        0.95, Instruments.attemptDuration, Queries.agent, Queries.interval, by: [Label.agent, kind]),
                    "\(agentLegend) {{\(kind)}}", .exemplars)
            ], width: 24)
    }

    private static func queueWait() -> Panel {
        lines(
            "Waiting for a slot (p95)", "95 % of the runs wait no longer before their first attempt.", unit: "s",
            [
                .prometheus(
                    PromQL.quantile(0.95, Instruments.queueDuration, Queries.agent, Queries.interval, by: byAgent),
                    agentLegend, .exemplars)
            ])
    }

    private static func active() -> Panel {
        lines(
            "Running attempts", "Attempts that run now.", unit: "short",
            [.prometheus(Queries.gauge("sum", Instruments.agentActive, Queries.agent, by: byAgent), agentLegend)],
            stacked: true)
    }

    private static func oldest() -> Panel {
        lines(
            "Oldest running attempt", "How long the oldest attempt has been running. One that only grows hangs.",
            unit: "s",
            [.prometheus(Queries.gauge("max", Instruments.attemptOldestAge, Queries.agent, by: byAgent), agentLegend)])
    }

    private static func abandoned() -> Panel {
        lines(
            "Abandoned code", "Attempts that were given up while their code still runs: each holds a thread.",
            unit: "short",
            [.prometheus(Queries.gauge("sum", Instruments.agentAbandoned, Queries.agent, by: byAgent), agentLegend)])
    }

    private static func breakers() -> Panel {
        Panel(
            .stateTimeline, "Breaker open", "Whether each agent's or resource's circuit breaker turns runs away.",
            unit: "none",
            [
                .prometheus(
                    Queries.gauge(
                        "max", Instruments.breakerState, Queries.job + [.equal(AttributeKey.breakerState, "open")],
                        by: [Label.agent, Label.resource]), "{{\(Label.agent)}}{{\(Label.resource)}}")
            ], width: 12
        ).with {
            $0.mappings = [(0, "closed", "green"), (1, "open", "red")]
            $0.noValue = "No breaker has been used"
        }
    }

    private static func transitions() -> Panel {
        let to = PrometheusNames.label(AttributeKey.breakerTo)
        return lines(
            "Breaker transitions", "Changes of circuit breakers' states a second, by the state they went to.",
            unit: "ops",
            [.prometheus(Queries.rate(Instruments.breakerTransitions, Queries.job, by: [to]), "{{\(to)}}")], width: 12,
            noValue: "No breaker changed its state")
    }

    private static func commits() -> Panel {
        let result = PrometheusNames.label(AttributeKey.contextCommitResult)
        return lines(
            "Contributions by result",
            "Contributions a second that were applied, met another writer's or were refused.",
            unit: "ops",
            [.prometheus(Queries.rate(Instruments.contextCommits, Queries.agent, by: [result]), "{{\(result)}}")],
            width: 12, stacked: true)
    }

    private static func refused() -> Panel {
        lines(
            "Denied and late",
            "Reads and writes a role does not allow, and contributions that came too late, a second.",
            unit: "ops",
            [
                .prometheus(
                    Queries.rate(Instruments.accessDenied, Queries.agent, by: byAgent), "\(agentLegend) denied"),
                .prometheus(Queries.rate(Instruments.lateWrites, Queries.agent, by: byAgent), "\(agentLegend) late"),
            ], width: 12)
    }

    private static func logs() -> Panel {
        Panel(
            .logs, "What the agents' attempts said", "Log lines of the chosen agents; each leads to its trace.",
            unit: "short", [.loki("{service_name=~\"$job\"} | \(Label.agent)=~\"$agent\"")], width: 24, height: 10
        ).with { $0.noValue = "No log lines. They come by OTLP: is OTEL_EXPORTER_OTLP_ENDPOINT set?" }
    }
}
