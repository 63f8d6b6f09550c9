import Foundation

/// A server written in Python, started for one test on a port the system chose, and stopped with it.
///
/// The script prints its port as its first line, and ends when its standard input does, so that it never outlives the
/// tests, however they end.
package final class PythonServer: Sendable {
    package enum StartError: Error, CustomStringConvertible {
        case noPython(String)
        case noPort(script: String, output: String)

        package var description: String {
            switch self {
            case .noPython(let text): text
            case .noPort(let script, let output): "\(script) printed no port but: \(output)"
            }
        }
    }

    /// The port on 127.0.0.1.
    package let port: Int
    /// What the script prints after its port.
    package let lines: LineReader
    private let process: Process
    private let input: Pipe

    /// Starts a script and waits for its port.
    package init(python: URL, script: URL, arguments: [String]) async throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = python
        process.arguments = [script.path] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        lines = LineReader(output.fileHandleForReading)
        let line = await lines.next()
        guard let line, let port = Int(line) else {
            process.terminate()
            throw StartError.noPort(script: script.lastPathComponent, output: line ?? "")
        }
        self.port = port
        self.process = process
        self.input = input
    }

    deinit { stop() }

    /// Stops the server; more calls do nothing.
    package func stop() {
        if process.isRunning { process.terminate() }
        // The script also ends by this, were it deaf to the signal. Waiting for its end would hold up other tests.
        try? input.fileHandleForWriting.close()
    }

    /// `http://127.0.0.1:PORT` and a path.
    package func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }
}
