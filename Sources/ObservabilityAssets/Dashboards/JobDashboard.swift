import TelemetryCatalog

/// The dashboard that leads from a failing agent to one job's trace, its log lines and its changes of the blackboard.
enum JobDashboard {
    private static let openTrace = Panel.DataLink(
        title: "Open here",
        url: "/d/\(DashboardID.job)?${__url_time_range}&${__all_variables}&var-trace=${__value.raw}")

    static func make(_ links: AssetLinks) -> Dashboard {
        Dashboard(
            uid: DashboardID.job, title: "Coordinator / Job",
            description: "The traces that failed, and one job's trace and log lines.",
            variables: [
                .source(.prometheus), .source(.loki), .source(.tempo), .job, .agent,
                .text(
                    name: "job_id", title: "Job id",
                    description: "The id that `coordinator run` prints, or part of it.",
                    value: ".*"),
                .text(name: "trace", title: "Trace", description: "A trace's id.", value: ""),
            ],
            rows: [
                .init(title: "Find the trace", panels: [failedRuns(), slowJobs(), jobs()]),
                .init(title: "One job", panels: [trace()]),
                .init(title: "What it said", panels: [logs(), conflicts()]),
            ], links: links, refresh: "")
    }

    private static func traces(
        _ title: String, _ description: String, _ query: String, width: Int, noValue: String
    ) -> Panel {
        Panel(
            .table(
                columns: [
                    .init(field: "traceID", title: "Trace", width: 290, links: [openTrace]),
                    .init(field: "startTime", title: "Started"),
                    .init(field: "traceName", title: "Job"),
                    .init(field: "traceDuration", title: "Duration", unit: "ms"),
                ], key: nil), title, description, unit: "short", [.tempo(query)], width: width, height: 9
        ).with { $0.noValue = noValue }
    }

    private static func failedRuns() -> Panel {
        traces(
            "Jobs in which the agent failed",
            "The latest traces with a failed run of the chosen agents. Click one to open it below.",
            "{ name =~ \"\(SpanName.agent) .*\" && status = error && span.\(AttributeKey.agentName) =~ \"${agent:regex}\" }",
            width: 12, noValue: "No failed run in this time range, or no traces: is OTEL_EXPORTER_OTLP_ENDPOINT set?")
    }

    private static func slowJobs() -> Panel {
        traces(
            "Jobs in which the agent was slow",
            "The latest traces in which a run of the chosen agents took more than 51.2 s.",
            "{ name =~ \"\(SpanName.agent) .*\" && duration > 51200ms && span.\(AttributeKey.agentName) =~ \"${agent:regex}\" }",
            width: 12, noValue: "No slow run in this time range")
    }

    private static func jobs() -> Panel {
        traces(
            "Jobs by id", "The traces of the jobs with this id.",
            "{ name =~ \"\(SpanName.workflow) .*\" && span.\(AttributeKey.jobID) =~ \"${job_id}\" }", width: 24,
            noValue: "No job with this id in this time range")
    }

    private static func trace() -> Panel {
        Panel(
            .trace, "Trace", "The job's agents and attempts on a time axis, with their errors and log lines.",
            unit: "none",
            [.tempo("${trace}")], width: 24, height: 16
        ).with { $0.noValue = "Click a trace above, or paste its id" }
    }

    private static func logs() -> Panel {
        Panel(
            .logs, "Log lines of the trace", "Everything the job's agents logged, in order.", unit: "short",
            [.loki("{service_name=~\"$job\"} | trace_id=~\"${trace}.*\"")], width: 12, height: 10
        ).with { $0.noValue = "No log lines for this trace" }
    }

    private static func conflicts() -> Panel {
        Panel(
            .logs, "Conflicts on the blackboard", "Contributions that met another writer's.", unit: "short",
            [.loki("{service_name=~\"$job\"} |= \"\(EventName.contextConflict)\" | trace_id=~\"${trace}.*\"")],
            width: 12,
            height: 10
        ).with { $0.noValue = "No conflict" }
    }
}
