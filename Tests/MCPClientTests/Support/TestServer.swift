import Coordinator
import CurlClient
import Foundation
import Logging
import MCPClient
import Processes
import Support
import TestSupport

/// Servers of tools that tests start, and what they wrote to their standard error.
struct TestServer: Sendable {
    static let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Scripts")

    let connection: MCPConnection
    let log: LogLines

    /// A server that behaves as its arguments say.
    static func hostile(_ behaviours: String...) throws -> TestServer { try hostile(behaviours: behaviours) }

    static func hostile(behaviours: [String], probe: Duration = defaultWaitLimit) throws -> TestServer {
        try program(TestPython.fromPath, "hostile_server.py", behaviours, probe: probe)
    }

    /// A server made with the official package, over standard streams.
    static func official(_ arguments: String...) throws -> TestServer {
        try program(
            TestPython.withOfficialMessages, "official_server.py", ["stdio"] + arguments)
    }

    private static func program(
        _ python: URL, _ script: String, _ arguments: [String], probe: Duration = defaultWaitLimit
    ) throws -> TestServer {
        let command = [python.path, "-B", scripts.appending(path: script).path] + arguments
        return TestServer(
            MCPServer(
                name: "s",
                transport: .command(
                    command, environment: ProgramVariables.passed, folder: ProgramInvocation.neutralFolder, sandbox: nil
                )),
            probe: probe)
    }

    /// - Parameter probe: far longer than a server needs on a busy machine; tests of servers that say nothing wait less.
    init(_ server: MCPServer, runner: ProgramRunner = ProgramRunner(), probe: Duration = defaultWaitLimit) {
        let log = LogLines()
        self.log = log
        connection = MCPConnection(
            server, client: { try HTTPClient() }, runner: runner,
            logger: Logger(label: "test", factory: { _ in log.handler }), probe: probe)
    }

    /// The text of a call's result.
    func text(
        _ tool: String, _ arguments: JSONObject = [:], within limit: Duration = defaultWaitLimit
    ) async throws -> String {
        guard case .result(let text, _, let isError) = try await connection.call(tool, arguments, until: .now + limit)
        else { return "a question" }
        return (isError ? "error: " : "") + text
    }

    /// The error that a call ends with.
    func error(
        _ tool: String = "echo", _ arguments: JSONObject = ["x": "a"], within limit: Duration = defaultWaitLimit
    ) async -> MCPError? {
        do {
            _ = try await connection.call(tool, arguments, until: .now + limit)
            return nil
        } catch {
            return error
        }
    }
}

/// Keeps what is logged.
final class LogLines: Sendable {
    private let state = Locked<[String]>([])

    var lines: [String] { state.withLock { $0 } }

    var handler: any LogHandler { Handler(lines: self) }

    func contains(_ text: String) -> Bool { lines.contains { $0.contains(text) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.state.withLock { $0.append("\(event.message)") } }
    }
}

extension ContinuousClock.Instant {
    /// Later than any test waits.
    static var late: Self { .now + defaultWaitLimit }
}
