import TelemetryCatalog

/// The panels on agents made of models: the calls of their models, and what they do with tools.
enum ConversationRows {
    private typealias Queries = PanelQueries
    private static let agentLegend = "{{\(Label.agent)}}"
    private static let noCall = "No model call recorded"
    private static let noTool = "No call of a tool recorded"

    static func make() -> [Dashboard.Row] {
        [
            .init(title: "Models", panels: [inference(), firstChunk(), tokens(), cached(), reasoning()]),
            .init(title: "Conversations and tools", panels: [turns(), calls(), failing(), duration(), servers()]),
        ]
    }

    private static func lines(
        _ title: String, _ description: String, unit: String, _ queries: [Query], width: Int, stacked: Bool = false,
        noValue: String
    ) -> Panel {
        Panel(.timeSeries(stacked: stacked), title, description, unit: unit, queries, width: width).with {
            $0.links = [Queries.seriesToTraces]
            $0.noValue = noValue
        }
    }

    // MARK: Models

    private static func inference() -> Panel {
        slowest(
            Instruments.inferenceDuration, "Duration of model calls (p95)",
            "95 % of the model calls take no longer, by model.", noValue: noCall)
    }

    private static func firstChunk() -> Panel {
        slowest(
            Instruments.timeToFirstChunk, "First chunk (p95)",
            "95 % of the streamed answers begin within this time, by model.",
            noValue: "No streamed model call recorded")
    }

    /// The time that 95 % of a model's calls keep to.
    private static func slowest(
        _ instrument: InstrumentDefinition, _ title: String, _ description: String, noValue: String
    ) -> Panel {
        let quantile = PromQL.quantile(0.95, instrument, Queries.job, Queries.interval, by: [Label.model])
        return lines(
            title, description, unit: "s", [.prometheus(quantile, "{{\(Label.model)}}", .exemplars)], width: 8,
            noValue: noValue)
    }

    private static func tokens() -> Panel {
        lines(
            "Tokens by agent", "Tokens a second that each agent's model calls took and gave.", unit: "short",
            [
                .prometheus(
                    Queries.rate(Instruments.inputTokens, Queries.agent, by: [Label.agent]), "\(agentLegend) in"),
                .prometheus(
                    Queries.rate(Instruments.outputTokens, Queries.agent, by: [Label.agent]), "\(agentLegend) out"),
            ], width: 8, stacked: true, noValue: noCall)
    }

    private static func cached() -> Panel {
        let by = [Label.agent]
        let all = Queries.rate(Instruments.inputTokens, Queries.agent, by: by)
        return lines(
            "Tokens from caches",
            "The share of each agent's input that its model's service had in its cache, and that it put there. A conversation "
                + "sends what it said before with each turn: a share that falls is paid for.", unit: "percentunit",
            [
                .prometheus(
                    "\(Queries.rate(Instruments.cacheReadTokens, Queries.agent, by: by)) / (\(all) > 0)",
                    "\(agentLegend) read"),
                .prometheus(
                    "\(Queries.rate(Instruments.cacheWriteTokens, Queries.agent, by: by)) / (\(all) > 0)",
                    "\(agentLegend) written"),
            ], width: 12, noValue: "No service has stated cached tokens")
    }

    private static func reasoning() -> Panel {
        lines(
            "Tokens spent on reasoning", "Tokens a second of each agent's answers that were spent on reasoning.",
            unit: "short",
            [
                .prometheus(
                    Queries.rate(Instruments.reasoningTokens, Queries.agent, by: [Label.agent]), agentLegend)
            ], width: 12, stacked: true, noValue: "No service has stated tokens of reasoning")
    }

    // MARK: Conversations and tools

    private static func turns() -> Panel {
        lines(
            "Turns and calls a run (p95)",
            "95 % of the runs that hold a conversation have no more answers of the model, and no more calls of tools.",
            unit: "none",
            [(Instruments.inferenceCalls, "answers"), (Instruments.toolCalls, "calls")].map {
                .prometheus(
                    PromQL.quantile(0.95, $0, Queries.agent, Queries.interval, by: [Label.agent]),
                    "\(agentLegend) \($1)", .exemplars)
            }, width: 8, noValue: "No run held a conversation")
    }

    private static func calls() -> Panel {
        lines(
            "Calls by tool", "Calls of tools a second, by tool.", unit: "ops",
            [
                .prometheus(
                    Queries.rate(Instruments.toolDuration, Queries.agent, by: [Label.tool], .count),
                    "{{\(Label.tool)}}")
            ], width: 8, stacked: true, noValue: noTool)
    }

    private static func failing() -> Panel {
        lines(
            "Failed calls by tool and error",
            "Calls of tools a second that were refused or failed, by tool and error. The model is told of each.",
            unit: "ops",
            [
                .prometheus(
                    Queries.rate(
                        Instruments.toolDuration, Queries.agent + [.unequal(AttributeKey.errorType, "")],
                        by: [Label.tool, Label.errorType], .count), "{{\(Label.tool)}}: {{\(Label.errorType)}}")
            ], width: 8, stacked: true, noValue: "No call of a tool failed in this time range")
    }

    private static func duration() -> Panel {
        lines(
            "Duration of calls (p95)", "95 % of the calls of each tool take no longer.", unit: "s",
            [
                .prometheus(
                    PromQL.quantile(
                        0.95, Instruments.toolDuration, Queries.agent, Queries.interval, by: [Label.tool]),
                    "{{\(Label.tool)}}", .exemplars)
            ], width: 12, noValue: noTool)
    }

    private static func servers() -> Panel {
        let (server, method) = (
            PrometheusNames.label(AttributeKey.toolServer), PrometheusNames.label(AttributeKey.mcpMethodName)
        )
        return lines(
            "Requests to servers of tools (p95)",
            "95 % of the requests to each server of tools take no longer, by method; and how many fail a second.",
            unit: "s",
            [
                .prometheus(
                    PromQL.quantile(
                        0.95, Instruments.toolServerDuration, Queries.job, Queries.interval, by: [server, method]),
                    "{{\(server)}} {{\(method)}}", .exemplars),
                .prometheus(
                    Queries.rate(
                        Instruments.toolServerDuration, Queries.job + [.unequal(AttributeKey.errorType, "")],
                        by: [server, Label.errorType], .count), "{{\(server)}} failed: {{\(Label.errorType)}}"),
            ], width: 12, noValue: "No request to a server of tools recorded")
    }
}
