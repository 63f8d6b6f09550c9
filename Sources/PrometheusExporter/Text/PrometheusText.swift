import Support
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
            MetricFamily.families(of: records, scopeLabels: scopeLabels).values, target: target(resource),
            openMetrics: format == .openMetrics)
    }

    static let targetInfo = "target_info"
    /// The label that names the library whose code measured.
    static let scopeLabel = "otel_scope_name"

    /// The family that says what produced the metrics; `nil` where the resource has no attributes.
    static func target(_ resource: TelemetryResource) -> MetricFamily? {
        let labels = LabelText.render(LabelText.labels(resource.attributes))
        guard !labels.isEmpty else { return nil }
        return MetricFamily(
            name: targetInfo, kind: .gauge, help: "What produced the metrics.",
            series: [ExactString(labels): .number(.whole(1))])
    }

    /// - Parameters:
    ///   - families: in any order.
    ///   - target: the family that stands before all others.
    static func render(
        _ families: some Collection<MetricFamily>, target: MetricFamily?, openMetrics: Bool
    ) -> String {
        var text = ""
        if openMetrics, let target {
            text += "# HELP target \(LabelText.escapedHelp(target.help, openMetrics: true))\n# TYPE target info\n"
            target.writeSamples(to: &text, openMetrics: true)
        } else {
            target?.write(to: &text, openMetrics: false)
        }
        for family in families.sorted(by: { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }) {
            family.write(to: &text, openMetrics: openMetrics)
        }
        if openMetrics { text += "# EOF\n" }
        return text
    }
}
