import TelemetryCatalog

/// A choice at the top of a dashboard.
enum DashboardVariable: Sendable, Equatable {
    /// A data source.
    case source(Query.Source)
    /// The values of a label, any number of them.
    case label(name: String, title: String, description: String, query: String)
    /// A text that the reader types.
    case text(name: String, title: String, description: String, value: String)

    /// The scrape job; Grafana's own tools expect this name and label.
    static let job = DashboardVariable.label(
        name: "job", title: "Job", description: "The Prometheus job that the series came by.",
        query: "label_values(\(PromQL.series(Instruments.agentRuns)), job)")
    static let workflow = DashboardVariable.label(
        name: "workflow", title: "Workflow", description: "The job files' workflows.",
        query: "label_values(\(PromQL.series(Instruments.jobRuns)){job=~\"$job\"}, \(Label.workflow))")
    static let agent = DashboardVariable.label(
        name: "agent", title: "Agent", description: "The agents.",
        query: "label_values(\(PromQL.series(Instruments.agentRuns)){job=~\"$job\"}, \(Label.agent))")

    var json: JSONText {
        switch self {
        case .source(let source):
            [
                "type": "datasource", "name": .string(source.variable), "label": .string(Self.title(source)),
                "query": .string(source.rawValue), "hide": 0, "refresh": 1, "regex": "", "multi": false,
                "includeAll": false, "skipUrlSync": false, "options": [], "current": .object([:]),
                "description": "Where the panels ask.",
            ]
        case .label(let name, let title, let description, let query):
            [
                "type": "query", "name": .string(name), "label": .string(title), "description": .string(description),
                "datasource": Query.Source.prometheus.reference, "definition": .string(query),
                "query": ["query": .string(query), "refId": "StandardVariableQuery"], "multi": true,
                "includeAll": true, "allValue": ".+", "refresh": 2, "sort": 1, "hide": 0, "regex": "",
                "skipUrlSync": false, "options": [], "current": ["text": ["All"], "value": ["$__all"]],
            ]
        case .text(let name, let title, let description, let value):
            [
                "type": "textbox", "name": .string(name), "label": .string(title), "description": .string(description),
                "query": .string(value), "hide": 0, "skipUrlSync": false,
                "current": ["text": .string(value), "value": .string(value)],
                "options": [["selected": true, "text": .string(value), "value": .string(value)]],
            ]
        }
    }

    private static func title(_ source: Query.Source) -> String {
        switch source {
        case .prometheus: "Data source"
        case .loki: "Loki data source"
        case .tempo: "Tempo data source"
        }
    }
}

/// An annotation: a mark on every panel's time axis.
struct DashboardAnnotation: Sendable {
    let name: String
    let color: String
    /// PromQL that has a sample at the time of each mark; `nil` for marks that are set by Grafana's API.
    let expression: String?
    let tags: [String]
    let title: String
    let text: String

    /// The annotations of a dashboard with these variables.
    static func all(of variables: [DashboardVariable]) -> [DashboardAnnotation] {
        var marks = [
            DashboardAnnotation(
                name: "Deployments (marked)", color: "blue", expression: nil, tags: ["deployment"], title: "", text: ""),
            DashboardAnnotation(
                name: "Prompt and model changes", color: "purple", expression: nil, tags: ["prompt", "model"],
                title: "",
                text: ""),
        ]
        guard variables.contains(.job) else { return marks }
        let models =
            "sum by (\(Label.model)) (\(PromQL.series(Instruments.inputTokens, .value, [.matches("job", "$job")]))"
        marks += [
            DashboardAnnotation(
                name: "New versions", color: "green",
                expression: "count by (service_version) (target_info{job=~\"$job\"}) unless "
                    + "count by (service_version) (target_info{job=~\"$job\"} offset 10m)", tags: [],
                title: "Version", text: "{{service_version}}"),
            DashboardAnnotation(
                name: "New models", color: "purple", expression: "\(models)) unless \(models) offset 10m)", tags: [],
                title: "Model", text: "{{\(Label.model)}}"),
            DashboardAnnotation(
                name: "Firing alerts", color: "red",
                expression: "ALERTS{alertname=~\"Coordinator.+\", alertstate=\"firing\", job=~\"$job\"}", tags: [],
                title: "{{alertname}}", text: "{{\(Label.agent)}} {{\(Label.workflow)}} {{slo}} ({{severity}})"),
        ]
        return marks
    }

    var json: JSONText {
        guard let expression else {
            return [
                "name": .string(name), "enable": true, "hide": false, "iconColor": .string(color),
                "datasource": ["type": "datasource", "uid": "-- Grafana --"],
                "target": ["type": "tags", "tags": .array(tags.map { .string($0) }), "matchAny": true, "limit": 100],
            ]
        }
        return [
            "name": .string(name), "enable": true, "hide": false, "iconColor": .string(color),
            "datasource": Query.Source.prometheus.reference, "expr": .string(expression), "step": "60s",
            "titleFormat": .string(title), "textFormat": .string(text), "useValueForTime": false,
        ]
    }
}
