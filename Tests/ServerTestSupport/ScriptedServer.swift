import Foundation

/// One answer of the scripted server; see scripted_server.py for what each means.
package struct ScriptedAnswer: Encodable, Sendable {
    package enum Act: String, Encodable, Sendable {
        case answer, reset, close, cut, `break`, large, hang, late, linger, drip, endless, garbage, `continue`, rebuff
        case headers, tunnel
    }

    private enum CodingKeys: String, CodingKey {
        case act, status, headers, body
        case bodyHex = "body_hex"
    }

    private var act: Act
    private var status: Int
    private var headers: [[String]]
    private var body: String?
    private var bodyHex: String?

    package init(
        _ status: Int = 200, headers: [(String, String)] = [], body: String? = nil, bytes: [UInt8]? = nil,
        act: Act = .answer
    ) {
        self.act = act
        self.status = status
        self.headers = headers.map { [$0.0, $0.1] }
        self.body = body
        bodyHex = bytes.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }

    package static func act(_ act: Act) -> ScriptedAnswer { ScriptedAnswer(act: act) }
}

/// One request the scripted server received.
package struct RecordedRequest: Decodable, Sendable {
    package let method: String
    package let path: String
    private let headers: [[String]]
    private let body: String
    /// Connections are numbered from 1.
    package let connection: Int

    /// The values of the header fields with this name.
    package func values(of name: String) -> [String] {
        headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] }
    }

    package var bodyBytes: [UInt8] {
        func value(_ digit: UInt8) -> UInt8 { digit < UInt8(ascii: "a") ? digit - 48 : digit - 87 }
        let digits = Array(body.utf8)
        return stride(from: 0, to: digits.count, by: 2).map { value(digits[$0]) << 4 | value(digits[$0 + 1]) }
    }
}

/// A server that answers as told, in order, the last answer again and again.
package struct ScriptedServer: Sendable {
    private let server: PythonServer
    private let folder: TemporaryFolder

    /// Starts it; `tls` are command-line options for TLS.
    package init(_ answers: ScriptedAnswer..., tls: [String] = []) async throws {
        try await self.init(answers: answers, tls: tls)
    }

    package init(answers: [ScriptedAnswer], tls: [String] = []) async throws {
        folder = try TemporaryFolder()
        let script = String(decoding: try JSONEncoder().encode(answers), as: UTF8.self)
        server = try await PythonServer(
            python: TestPython.fromPath, script: TestPython.folder.appending(path: "scripted_server.py"),
            arguments: tls + [folder.file("requests").path, script])
    }

    /// Where the server listens.
    package func url(_ path: String = "/") -> String { server.url(path) }

    package var port: Int { server.port }

    /// Waits until a request has come in that no earlier call has seen; `false` when the server has ended.
    package func waitForRequest() async -> Bool { await server.lines.next() == "request" }

    /// Waits until the other side has closed a connection whose answer hangs.
    package func waitForClosedConnection() async -> Bool { await server.lines.next() == "gone" }

    /// What it received so far; a request is here before its answer is sent.
    package func requests() throws -> [RecordedRequest] {
        guard let data = try? Data(contentsOf: folder.file("requests")) else { return [] }
        return try data.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(RecordedRequest.self, from: $0)
        }
    }
}

/// A folder that goes when its last reference does.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "coordinator-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func file(_ name: String) -> URL { url.appending(path: name) }
}

/// Where Python and its scripts are.
package enum TestPython {
    /// This folder.
    package static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// The package's root.
    package static let packageRoot = folder.deletingLastPathComponent().deletingLastPathComponent()

    /// Python with nothing but its standard library.
    package static var fromPath: URL {
        get throws {
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            for folder in folders {
                let file = URL(filePath: String(folder)).appending(path: "python3")
                if FileManager.default.isExecutableFile(atPath: file.path) { return file }
            }
            throw PythonServer.StartError.noPython("python3 is not on the PATH: apt-get install python3")
        }
    }

    /// Python with the official OpenTelemetry messages.
    package static var withOfficialMessages: URL {
        get throws {
            let environment = ProcessInfo.processInfo.environment
            let folder =
                environment["COORDINATOR_TEST_VENV"].map { URL(filePath: $0) }
                ?? packageRoot.appending(path: ".build/venv")
            let file = folder.appending(path: "bin/python3")
            guard FileManager.default.isExecutableFile(atPath: file.path) else {
                throw PythonServer.StartError.noPython(
                    "no Python at \(file.path): make a virtual environment there with `pip install opentelemetry-proto "
                        + "protobuf`, as scripts/test does, or point COORDINATOR_TEST_VENV to one")
            }
            return file
        }
    }
}
