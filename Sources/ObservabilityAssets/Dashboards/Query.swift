/// A query of a panel, with its data source.
struct Query: Sendable {
    /// The kinds of data sources; the dashboard has a variable for each.
    enum Source: String, Sendable {
        case prometheus, loki, tempo

        /// The variable that selects the data source.
        var variable: String {
            switch self {
            case .prometheus: "datasource"
            case .loki: "loki_datasource"
            case .tempo: "tempo_datasource"
            }
        }

        var reference: JSONText { ["type": .string(rawValue), "uid": .string("${\(variable)}")] }
    }

    /// The form of the answer.
    enum Form: Sendable {
        /// Lines over time.
        case series
        /// Lines over time, with the exemplars that lead to traces.
        case exemplars
        /// The buckets of a histogram over time, with exemplars.
        case heatmap
        /// One row for each series, with the value at the end of the time range.
        case table
    }

    let source: Source
    let expression: String
    var legend = ""
    var form = Form.series

    static func prometheus(_ expression: String, _ legend: String = "", _ form: Form = .series) -> Query {
        Query(source: .prometheus, expression: expression, legend: legend, form: form)
    }

    static func loki(_ expression: String) -> Query { Query(source: .loki, expression: expression) }

    /// - Parameter expression: TraceQL, or a trace's id.
    static func tempo(_ expression: String) -> Query { Query(source: .tempo, expression: expression) }

    func json(reference: String) -> JSONText {
        var members: [String: JSONText] = ["refId": .string(reference), "datasource": source.reference]
        switch source {
        case .prometheus:
            members["expr"] = .string(expression)
            members["editorMode"] = "code"
            members["legendFormat"] = .string(legend)
            let isTable = form == .table
            members["instant"] = .bool(isTable)
            members["range"] = .bool(!isTable)
            members["exemplar"] = .bool(form == .exemplars || form == .heatmap)
            members["format"] = isTable ? "table" : form == .heatmap ? "heatmap" : "time_series"
        case .loki:
            members["expr"] = .string(expression)
            members["queryType"] = "range"
            members["maxLines"] = 500
        case .tempo:
            members["query"] = .string(expression)
            members["queryType"] = "traceql"
            members["tableType"] = "traces"
            members["limit"] = 50
        }
        return .object(members)
    }
}
