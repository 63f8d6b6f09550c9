import Foundation
import ServerTestSupport

/// A program that has ended: what it printed and how.
struct FinishedProgram: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// Runs a program to its end, with nothing on its standard input.
    static func run(
        _ executable: URL, _ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil,
        input: String = ""
    ) async throws -> FinishedProgram {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // The caller's own telemetry settings must not reach the programs under test.
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("OTEL_") }
        process.environment = inherited.merging(environment) { $1 }
        let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = standardInput
        let ended = AsyncStream<Int32>.makeStream()
        process.terminationHandler = {
            ended.continuation.yield($0.terminationReason == .exit ? $0.terminationStatus : 128 + $0.terminationStatus)
            ended.continuation.finish()
        }
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        async let printed = read(output.fileHandleForReading)
        async let complained = read(errors.fileHandleForReading)
        var status: Int32 = -1
        for await code in ended.stream { status = code }
        return FinishedProgram(status: status, output: await printed, errors: await complained)
    }

    private static func read(_ handle: FileHandle) async -> String {
        let chunks = AsyncStream<Data>.makeStream()
        handle.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                chunks.continuation.finish()
            } else {
                chunks.continuation.yield(data)
            }
        }
        var all = Data()
        for await chunk in chunks.stream { all += chunk }
        return String(decoding: all, as: UTF8.self)
    }
}

/// The program under test, beside the test bundle.
enum CoordinatorProgram {
    static let url = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "coordinator")

    static func run(
        _ arguments: String..., environment: [String: String] = [:], in folder: URL? = nil, input: String = ""
    ) async throws -> FinishedProgram {
        try await FinishedProgram.run(url, arguments, environment: environment, in: folder, input: input)
    }
}
