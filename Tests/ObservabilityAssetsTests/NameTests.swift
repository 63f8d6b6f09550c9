import PrometheusExporter
import Telemetry
import TelemetryCatalog
import Testing

/// The names that rules and dashboards use are those under which the exporter writes the series.
@Suite struct NameTests {
    @Test(arguments: Instruments.all + SDKInstruments.all)
    func exporterAndCatalogUseTheSamePrometheusNames(instrument: InstrumentDefinition) {
        let kind: MetricRecord.Kind
        var value = MetricPoint.Value.int(1)
        var name = PrometheusNames.metric(instrument)
        switch instrument.kind {
        case .counter: kind = .sum(monotonic: true)
        case .upDownCounter: kind = .sum(monotonic: false)
        case .gauge: kind = .gauge
        case .histogram(let bounds):
            kind = .histogram(bounds: bounds)
            value = .histogram(count: 0, sum: 0, min: 0, max: 0, buckets: bounds.map { _ in 0 } + [0])
            name += "_count"
        }
        let key = instrument.attributes.last ?? AttributeKey.errorType
        let record = MetricRecord(
            name: instrument.name, description: instrument.description, unit: instrument.unit, kind: kind,
            scope: InstrumentationScope(name: "test", version: "1"),
            points: [
                MetricPoint(attributes: [Attribute(key, .string("x"))], startTime: 0, time: 1, value: value)
            ])
        let text = PrometheusText.render([record], resource: TelemetryResource([]), scopeLabels: false)
        #expect(text.contains("\n\(name){\(PrometheusNames.label(key))=\"x\"}"), "\(text)")
        // A latency's threshold is matched by the text of its bound.
        for bound in instrument.bounds ?? [] {
            #expect(text.contains("le=\"\(PrometheusNames.number(bound))\"} "), "\(bound)")
        }
    }
}
