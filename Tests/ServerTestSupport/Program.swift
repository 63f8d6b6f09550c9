import Foundation

/// A program run to its end.
package struct Program: Sendable {
    package let status: Int32
    /// What it printed, errors included.
    package let output: String

    /// Runs an executable, or a command found on the PATH, and waits for its end.
    package static func run(_ executable: URL, _ arguments: [String]) async throws -> Program {
        let folder = try TemporaryFolder()
        let file = folder.file("output")
        try Data().write(to: file)
        let output = try FileHandle(forWritingTo: file)
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return Program(status: status, output: String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    /// Runs a command found on the PATH.
    package static func run(command: String, _ arguments: [String]) async throws -> Program {
        try await run(URL(filePath: "/usr/bin/env"), [command] + arguments)
    }
}
