import Telemetry

/// Metrics as Prometheus reads them.
///
/// It is our own code, since libraries for Prometheus render only the metrics that they collect themselves, and these
/// metrics are collected by the OpenTelemetry SDK.
public enum PrometheusText {
    /// Renders a cumulative collection, such as that of ``TelemetrySystem/collectMetrics()``.
    ///
    /// Families are sorted by name and series by their labels, so equal collections give equal texts. The resource
    /// becomes the labels of `target_info`.
    /// - Parameters:
    ///   - resource: what produced the metrics; without attributes there is no `target_info`.
    ///   - scopeLabels: whether series carry `otel_scope_name` and `otel_scope_version`.
    ///   - format: text 0.0.4, or OpenMetrics 1.0, which has exemplars and units too.
    public static func render(
        _ records: [MetricRecord], resource: TelemetryResource, scopeLabels: Bool = true, format: Format = .text
    ) -> String {
        render(
            MetricFamily.families(of: records, scopeLabels: scopeLabels), target: targetLabels(resource),
            openMetrics: format == .openMetrics)
    }

    static let targetInfo = "target_info"
    /// The label that names the library whose code measured.
    static let scopeLabel = "otel_scope_name"

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
