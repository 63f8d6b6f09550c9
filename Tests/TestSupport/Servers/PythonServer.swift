import Foundation
import Glibc

/// A server written in Python, started for one test on a port the system chose, and stopped with it.
///
/// The script prints its port as its first line, or an address with it, and ends when its standard input does, so that it never outlives the
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
    private let child: ChildProcess
    private let inputDescriptor: Int32

    /// Starts a script and waits for its port.
    package init(python: URL, script: URL, arguments: [String]) async throws {
        guard let input = ClosedOnExecPipe(), let output = ClosedOnExecPipe() else {
            throw StartError.noPort(script: script.lastPathComponent, output: "no pipes are left")
        }
        // No compiled copies of what scripts import: they would lie between the sources.
        var launch = ChildProcess.Launch(python.path, ["-B", script.path] + arguments)
        launch.input = input.reading
        launch.output = output.writing
        launch.errors = STDERR_FILENO
        let child = Result { try ChildProcess(launch) }
        close(input.reading)
        close(output.writing)
        lines = LineReader(output.reading)
        inputDescriptor = input.writing
        self.child = try child.get()
        let line = try await lines.next()
        guard let line, let port = line.split(separator: ":").last.flatMap({ Int($0) }) else {
            self.child.signal(SIGTERM)
            throw StartError.noPort(script: script.lastPathComponent, output: line ?? "")
        }
        self.port = port
    }

    /// The script ends by its closed input too, were it deaf to the signal.
    deinit {
        child.signal(SIGTERM)
        close(inputDescriptor)
    }

    /// Ends the script as a crash would.
    package func kill() { child.signal(SIGKILL) }

    /// `http://127.0.0.1:PORT` and a path.
    package func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }
}
