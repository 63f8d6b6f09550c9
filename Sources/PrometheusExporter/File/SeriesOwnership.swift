import Support
import Telemetry
import TelemetryCatalog

/// What tells the series of this package in a file from those of others.
struct SeriesOwnership {
    /// The names in the headers of families that are written.
    var declared: Set<String> = []
    /// The scopes that series of this package are labelled with.
    var scopes: Set<ExactString> = []
    /// The labels by which its service is told from others in `target_info`.
    var service: [String: String] = [:]

    /// Whether a series is this package's.
    func covers(_ name: String, _ labels: [String: String]) -> Bool {
        guard name != PrometheusText.targetInfo else {
            return service.allSatisfy { label, value in (labels[label] ?? "").hasBytes(of: value) }
        }
        return labels[PrometheusText.scopeLabel].map { scopes.contains(ExactString($0)) } ?? false
    }
}

extension SeriesOwnership {
    /// The attributes that name a service, as Prometheus makes the label `job` of them.
    private static let serviceKeys = ["service.namespace", "service.name"]

    /// The ownership of a run.
    ///
    /// - Parameter families: those of the records that are to be written.
    init(_ records: [MetricRecord], _ resource: TelemetryResource, families: [String: MetricFamily] = [:]) {
        declared = Set(families.values.map(\.declaredName)).union([PrometheusText.targetInfo])
        scopes = Set(records.map { ExactString($0.scope.name) })
        for key in Self.serviceKeys { service[PrometheusNames.label(key)] = resource[key]?.text ?? "" }
    }
}
