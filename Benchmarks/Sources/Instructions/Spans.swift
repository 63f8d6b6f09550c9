import OTLPExporter
import Telemetry
import Workload

/// A span's way to a request's body: made with ten attributes, ended, encoded, kept, taken in a batch of 512, and put
/// into an OTLP request. Batches are taken here and not by tasks, which would be other threads; nothing is sent.
enum Spans {
    private static let batch = 512

    /// - Parameter rounds: batches.
    static func run(rounds: Int) throws {
        let exporter = HeldExporter(
            try OTLPHTTPExporter(
                configuration: OTLPConfiguration(traces: OTLPEndpoint(url: "http://127.0.0.1:9/v1/traces"))))
        let system = TelemetrySystem(
            resource: TelemetryResource([Attribute("service.name", .string("benchmark"))]),
            configuration: .untimed, exporters: [exporter], warn: { _ in })
        for round in 0..<rounds {
            for index in 0..<batch { SampleSpan.record(round * batch + index, system.tracer) }
            let taken = exporter.takeAndFinish()
            guard taken == batch else { throw Unexpected(description: "\(taken) spans of \(batch) were taken") }
        }
    }
}
