import Foundation

/// One answer of the scripted server; see scripted_server.py for what each means.
package struct ScriptedAnswer: Encodable, Sendable {
    package enum Act: String, Encodable, Sendable {
        case answer, reset, close, cut, `break`, large, hang, late, linger, hold, drip, endless, garbage, `continue`,
            rebuff
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
    package func waitForRequest() async -> Bool { (try? await server.lines.next()) == "request" }

    /// Waits until the other side has closed a connection whose answer hangs.
    package func waitForClosedConnection() async -> Bool { (try? await server.lines.next()) == "gone" }

    /// What it received so far; a request is here before its answer is sent.
    package func requests() throws -> [RecordedRequest] {
        guard let data = try? Data(contentsOf: folder.file("requests")) else { return [] }
        return try data.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(RecordedRequest.self, from: $0)
        }
    }
}
