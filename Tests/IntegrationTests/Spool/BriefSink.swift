import Foundation
import TestSupport

/// A receiver that keeps up with a hundred thousand spans, and can come back at the same address.
struct BriefSink {
    struct Span: Decodable, Hashable {
        let id: String
        let name: String
        let scope: String
        let service: String
        let errorType: String?
        let statusCode: Int

        init(from decoder: any Decoder) throws {
            var fields = try decoder.unkeyedContainer()
            id = try fields.decode(String.self)
            name = try fields.decode(String.self)
            scope = try fields.decode(String.self)
            service = try fields.decode(String.self)
            errorType = try fields.decodeIfPresent(String.self)
            statusCode = try fields.decode(Int.self)
        }
    }

    private struct Line: Decodable { let spans: [Span] }

    private let server: PythonServer
    private let file: URL
    private let folder: TemporaryFolder

    /// - Parameter port: where to listen; the system chooses when it is `nil`.
    init(port: Int? = nil) async throws {
        folder = try TemporaryFolder()
        file = folder.file("lines")
        let script = TestPython.packageRoot.appending(path: "Tests/IntegrationTests/Support/otlp_sink.py")
        server = try await PythonServer(
            python: TestPython.withOfficialMessages, script: script,
            arguments: (port.map { ["--port", String($0)] } ?? []) + ["--brief", file.path])
    }

    var endpoint: String { server.url("") }

    /// Every span in the order of its arrival.
    func spans() throws -> [Span] {
        guard let data = try? Data(contentsOf: file) else { return [] }
        return try data.split(separator: UInt8(ascii: "\n")).flatMap {
            try JSONDecoder().decode(Line.self, from: $0).spans
        }
    }
}
