import Foundation
import Glibc

/// A program run to its end.
package struct Program: Sendable {
    /// The exit status, 128 more than the signal's number when one ended it.
    package let status: Int32
    /// What it printed on standard output.
    package let standardOutput: String
    /// What it printed on standard error.
    package let standardError: String
    /// All it printed.
    package var output: String { standardOutput + standardError }

    /// Runs a program and waits for its end, or kills it at the limit; the tests' own telemetry settings do not reach it.
    package static func run(
        _ executable: URL, _ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil,
        input: String = "", within limit: Duration = defaultProgramLimit, fileID: String = #fileID, line: Int = #line
    ) async throws -> Program {
        let files = try TemporaryFolder()
        try Data(input.utf8).write(to: files.file("input"))
        let descriptors = [("input", O_RDONLY), ("output", O_WRONLY | O_CREAT), ("errors", O_WRONLY | O_CREAT)].map {
            open(files.file($0).path, $1 | O_CLOEXEC, 0o600)
        }
        var launch = ChildProcess.Launch(executable.path, arguments)
        launch.environment = environment
        launch.folder = folder?.path
        launch.input = descriptors[0]
        launch.output = descriptors[1]
        launch.errors = descriptors[2]
        let child = Result { try ChildProcess(launch) }
        for descriptor in descriptors { close(descriptor) }
        let status = try await child.get().wait(within: limit, fileID: fileID, line: line)
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: files.file(name)), as: UTF8.self)
        }
        return Program(status: status, standardOutput: try text("output"), standardError: try text("errors"))
    }

    /// Runs a command found on the PATH.
    package static func run(
        command: String, _ arguments: [String], in folder: URL? = nil, input: String = "",
        fileID: String = #fileID, line: Int = #line
    ) async throws -> Program {
        try await run(
            URL(filePath: "/usr/bin/env"), [command] + arguments, in: folder, input: input, fileID: fileID, line: line)
    }
}
