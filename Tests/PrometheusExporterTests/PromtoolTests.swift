import Metrics
import PrometheusExporter
import Support
import Telemetry
import TelemetryCatalog
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PromtoolTests {
    @Test func promtoolAcceptsEveryInstrumentOfTheCatalog() async throws {
        let system = TelemetrySystem(
            resource: ResourceDetection.detect(environment: [:]).resource, exporters: [RecordingExporter()],
            warn: { _ in })
        for instrument in Instruments.all {
            let factory = system.metricsFactory
            let dimensions = instrument.attributes.map { ($0, "a value") }
            switch instrument.kind {
            case .counter:
                _ = Counter(label: instrument.name, dimensions: dimensions, factory: factory)
                Counter(label: instrument.name, factory: factory).increment(by: 3)
            case .upDownCounter: Meter(label: instrument.name, dimensions: dimensions, factory: factory).set(2)
            case .gauge: Gauge(label: instrument.name, dimensions: dimensions, factory: factory).record(2.5)
            case .histogram:
                let timer = Timer(label: instrument.name, dimensions: dimensions, factory: factory)
                for milliseconds in [1, 100, 51_200, 10_000_000] { timer.recordMilliseconds(milliseconds) }
                _ = Timer(label: instrument.name, factory: factory)
            }
        }
        Counter(label: "undescribed", factory: system.metricsFactory).increment()
        _ = await system.flush(within: .seconds(120))
        let records = system.collectMetrics()
        #expect(Set(Instruments.all.map(\.name)).isSubset(of: records.map(\.name)))
        #expect(Set(SDKInstruments.all.map(\.name)).isSubset(of: records.map(\.name)))
        let text = PrometheusText.render(records, resource: system.resource)
        let complaints = try await Promtool.complaints(about: text)
        #expect(complaints == "")
        #expect(text.contains("coordinator_cost_USD_total"))
        #expect(text.contains("coordinator_attempt_oldest_age_seconds"))
        // A counter that has never counted is there, with the value 0.
        let zero = #/coordinator_agent_runs_total\{coordinator_outcome="a value",[^}]*\} 0\n/#
        #expect(text.contains(zero))
        _ = await system.shutdown(within: .seconds(120))
    }

    @Test func promtoolRejectsInvalidText() async throws {
        #expect(try await Promtool.complaints(about: "no_help 1\n") != "")
        #expect(try await Promtool.complaints(about: "broken{ 1\n") != "")
    }

    @Test func hostileLabelsAreAcceptedAndRoundTripThroughAFile() async throws {
        var random = SeededGenerator.announced()
        var records: [MetricRecord] = []
        for index in 0..<60 {
            let attributes = Dictionary(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    (random.text(), random.text())
                }, uniquingKeysWith: { $1 })
            records.append(
                counter("c\(index)", Int64(index), attributes, description: random.text()))
            records.append(histogram("h\(index)", buckets: [1, 0, 2], sum: 0.1, attributes))
        }
        let hostileResource = TelemetryResource([Attribute("host.name", .string("a\"\\\n\u{0}é\u{2028}"))])
        let text = PrometheusText.render(records, resource: hostileResource)
        let complaints = try await Promtool.complaints(about: text)
        #expect(complaints == "")
        let folder = try TemporaryFolder()
        let file = MetricsFile(path: folder.file("m.prom").path)
        try file.add(records, resource: hostileResource)
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
        try file.add(records, resource: hostileResource)
        for index in records.indices {
            switch records[index].points[0].value {
            case .int(let value): records[index].points[0].value = .int(value * 2)
            default:
                records[index].points[0].value = .histogram(
                    count: 6, sum: 0.2, min: 0, max: 1, buckets: [2, 0, 4])
            }
        }
        let doubled = PrometheusText.render(records, resource: hostileResource)
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == doubled)
    }
}

extension SeededGenerator {
    /// Control characters, quotation marks and backslashes more often than others.
    mutating func text() -> String {
        text(20, of: ["\"", "\\", "\n", "\r", "\t", "\0", "{", "}", ",", "=", " ", "#", "\u{7F}"])
    }
}
