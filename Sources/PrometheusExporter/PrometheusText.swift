import Telemetry

/// Metrics as Prometheus reads them.
public enum PrometheusText {
    /// The value of the `Content-Type` header for a rendered text.
    public static func contentType(openMetrics: Bool = false) -> String {
        openMetrics
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8"
    }

    /// Renders a cumulative collection, such as that of ``TelemetrySystem/collectMetrics()``.
    ///
    /// Families are sorted by name and series by their labels, so equal collections give equal texts. The resource
    /// becomes the labels of `target_info`.
    /// - Parameters:
    ///   - resource: what produced the metrics; without attributes there is no `target_info`.
    ///   - scopeLabels: whether series carry `otel_scope_name` and `otel_scope_version`.
    ///   - openMetrics: OpenMetrics 1.0 with exemplars and units instead of text 0.0.4.
    public static func render(
        _ records: [MetricRecord], resource: TelemetryResource, scopeLabels: Bool = true, openMetrics: Bool = false
    ) -> String {
        render(
            MetricFamily.families(of: records, scopeLabels: scopeLabels), target: targetLabels(resource),
            openMetrics: openMetrics)
    }

    static let targetInfo = "target_info"

    static func targetLabels(_ resource: TelemetryResource) -> String {
        LabelText.render(LabelText.labels(resource.attributes))
    }

    static func render(_ families: [String: MetricFamily], target: String, openMetrics: Bool) -> String {
        var text = ""
        if !target.isEmpty {
            text += "# HELP \(openMetrics ? "target" : targetInfo) What produced the metrics.\n"
            text += openMetrics ? "# TYPE target info\n" : "# TYPE \(targetInfo) gauge\n"
            text += "\(targetInfo){\(target)} 1\n"
        }
        for family in families.values.sorted(by: { $0.name < $1.name }) where family.name != targetInfo {
            family.write(to: &text, openMetrics: openMetrics)
        }
        if openMetrics { text += "# EOF\n" }
        return text
    }
}
