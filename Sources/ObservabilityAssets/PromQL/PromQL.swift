import Support
import TelemetryCatalog

/// Queries over the catalog's instruments, by their names in Prometheus.
enum PromQL {
    /// The series of an instrument; a histogram has several.
    enum Part: String {
        case value = ""
        case bucket = "_bucket"
        case count = "_count"
        case sum = "_sum"
    }

    /// A selector, such as `coordinator_agent_runs_total{coordinator_outcome="failed"}`.
    static func series(_ instrument: InstrumentDefinition, _ part: Part = .value, _ matchers: [Matcher] = []) -> String
    {
        select(PrometheusNames.metric(instrument) + part.rawValue, matchers)
    }

    /// A selector of a series that is not an instrument's, such as a recorded one.
    static func select(_ name: String, _ matchers: [Matcher]) -> String {
        matchers.isEmpty ? name : "\(name){\(matchers.map(\.text).joined(separator: ", "))}"
    }

    /// `sum by (job, …) (function(selector[window]))`.
    static func sum(_ function: String, _ selector: String, _ window: String, by labels: [String]) -> String {
        "sum by (\(labels.joined(separator: ", "))) (\(function)(\(selector)[\(window)]))"
    }

    /// A quantile of a histogram over a window, by the labels.
    static func quantile(
        _ quantile: Double, _ instrument: InstrumentDefinition, _ matchers: [Matcher], _ window: String,
        by labels: [String]
    ) -> String {
        let rate = sum("rate", series(instrument, .bucket, matchers), window, by: labels + ["le"])
        return "histogram_quantile(\(PrometheusNames.number(quantile)), \(rate))"
    }
}

/// A condition on a label.
struct Matcher: Sendable, Hashable {
    let text: String

    private init(_ label: String, _ symbol: String, _ value: String) {
        text = "\(PrometheusNames.label(label))\(symbol)\(JSONQuotation.quoted(value))"
    }

    // `le` is not an attribute, so its name is not translated.
    private init(bucket: String) { text = "le=\(JSONQuotation.quoted(bucket))" }

    /// The bucket up to this bound.
    static func bound(_ bound: Double) -> Matcher { Matcher(bucket: PrometheusNames.number(bound)) }
    /// The label has this value; the empty value also matches a missing label.
    static func equal(_ key: String, _ value: String) -> Matcher { Matcher(key, "=", value) }
    /// The series is not the one that holds what is beyond the limit on series: that one has no other label, so it says
    /// nothing of any agent, outcome or error.
    static let named = Matcher(AttributeKey.metricOverflow, "=", "")
    /// The label is there. A negative condition needs this beside it, since it also holds where the label is missing.
    static func present(_ key: String) -> Matcher { unequal(key, "") }
    /// The label does not have this value.
    static func unequal(_ key: String, _ value: String) -> Matcher { Matcher(key, "!=", value) }
    /// The label has none of these values.
    static func noneOf(_ key: String, _ values: [String]) -> Matcher { Matcher(key, "!~", pattern(values)) }
    /// The whole label matches a regular expression.
    static func matches(_ key: String, _ pattern: String) -> Matcher { Matcher(key, "=~", pattern) }

    private static func pattern(_ values: [String]) -> String {
        values.map { value in
            value.map { "\\^$.|?*+()[]{}".contains($0) ? "\\\($0)" : String($0) }.joined()
        }.joined(separator: "|")
    }
}

/// The labels that distinguish the coordinator's series.
enum Label {
    static let job = "job"
    static let instance = "instance"
    static let agent = PrometheusNames.label(AttributeKey.agentName)
    static let workflow = PrometheusNames.label(AttributeKey.workflowName)
    static let outcome = PrometheusNames.label(AttributeKey.outcome)
    static let status = PrometheusNames.label(AttributeKey.jobStatus)
    static let errorType = PrometheusNames.label(AttributeKey.errorType)
    static let tool = PrometheusNames.label(AttributeKey.toolName)
    static let model = PrometheusNames.label(AttributeKey.requestModel)
    static let component = PrometheusNames.label(AttributeKey.componentName)
    static let resource = PrometheusNames.label(AttributeKey.resource)
    static let limitedMetric = PrometheusNames.label(AttributeKey.limitedMetric)
    static let slo = "slo"
}
