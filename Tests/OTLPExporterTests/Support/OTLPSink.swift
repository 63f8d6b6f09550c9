import Foundation
import OTLPExporter
import Telemetry
import TestSupport
import Testing

/// The receiver that decodes with the official messages.
struct OTLPSink {
    private let server: PythonServer
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        let script = TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/otlp_sink.py")
        server = try await PythonServer(
            python: TestPython.withOfficialMessages, script: script, arguments: [folder.file("lines").path])
    }

    func url(_ path: String) -> String { server.url(path) }

    /// A configuration that sends everything here.
    func configuration(compression: OTLPEndpoint.Compression = .none) -> OTLPConfiguration {
        func endpoint(_ signal: OTLPSignal) -> OTLPEndpoint {
            OTLPEndpoint(url: url("/v1/\(signal)"), timeout: .seconds(600), compression: compression)
        }
        return OTLPConfiguration(traces: endpoint(.traces), metrics: endpoint(.metrics), logs: endpoint(.logs))
    }

    /// What arrived, request by request.
    func lines() throws -> [ExactJSON] {
        guard let data = try? Data(contentsOf: folder.file("lines")) else { return [] }
        return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(ExactJSON.self, from: $0) }
    }
}

/// Sends one batch to a fresh sink, which must take it, and answers the one message that came of it.
func decodedOfficially(_ batch: SignalBatch, resource: TelemetryResource = anyResource) async throws -> ExactJSON {
    let sink = try await OTLPSink()
    let exporter = try OTLPHTTPExporter(configuration: sink.configuration())
    let result = await exporter.export(batch, resource: resource, deadline: .now + .seconds(600))
    #expect(result == .delivered(httpStatus: 200))
    let lines = try sink.lines()
    try #require(lines.count == 1)
    return lines[0]["message"]
}
