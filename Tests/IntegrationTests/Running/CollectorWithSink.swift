import Foundation
import TestSupport

/// A real OTLP collector in front of a sink that decodes with the official messages.
final class CollectorWithSink: Sendable {
    /// Where the collector takes OTLP over HTTP.
    let endpoint: String
    private let sink: PythonServer
    private let collector: ChildProcess
    private let received: URL
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        received = folder.file("received.jsonl")
        let python = try TestPython.withOfficialMessages
        let script = TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/otlp_sink.py")
        sink = try await PythonServer(python: python, script: script, arguments: [received.path])
        let located = try await Program.run(
            python, ["-c", "import pathlib, rotel; print(pathlib.Path(rotel.__file__).parent / 'rotel-agent', end='')"])
        let (http, grpc) = (try FreePort.find(), try FreePort.find())
        endpoint = "http://127.0.0.1:\(http)"
        var launch = ChildProcess.Launch(
            located.standardOutput,
            [
                "start", "--otlp-http-endpoint", "127.0.0.1:\(http)", "--otlp-grpc-endpoint", "127.0.0.1:\(grpc)",
                "--exporter", "otlp", "--otlp-exporter-protocol", "http", "--otlp-exporter-endpoint",
                "http://127.0.0.1:\(sink.port)", "--log-file", folder.file("rotel.log").path,
                "--pid-file", folder.file("rotel.pid").path,
            ])
        launch.folder = folder.url.path
        collector = try ChildProcess(launch)
    }

    deinit { collector.signal(SIGTERM) }

    /// Stops the collector, which sends on everything it holds, and gives what the sink received.
    func finish() async throws -> [ReceivedRequest] {
        collector.signal(SIGTERM)
        _ = try await collector.wait()
        guard let data = try? Data(contentsOf: received) else { return [] }
        return try data.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(ReceivedRequest.self, from: $0)
        }
    }
}

enum FreePort {
    /// A port that was free a moment ago.
    static func find() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
