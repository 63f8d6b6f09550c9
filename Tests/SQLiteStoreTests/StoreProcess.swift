import Foundation
import TestSupport

/// A process of its own that writes or reads a store on command.
final class StoreProcess: Sendable {
    struct Ended: Error { let command: String }

    let child: ChildProcess
    private let lines: LineReader
    private let input: Int32

    /// Starts it and waits until it is ready.
    ///
    /// - Parameter launcher: a program and its arguments, which starts the probe.
    init(by launcher: [String] = [], environment: [String: String] = [:]) async throws {
        let (inputPipe, outputPipe) = (ClosedOnExecPipe(), ClosedOnExecPipe())
        guard let input = inputPipe, let output = outputPipe else { throw Ended(command: "pipe") }
        let words = launcher + [Self.program]
        var launch = ChildProcess.Launch(words[0], Array(words.dropFirst()))
        launch.environment = environment
        launch.input = input.reading
        launch.output = output.writing
        let child = Result { try ChildProcess(launch) }
        for descriptor in [input.reading, output.writing] { close(descriptor) }
        self.input = input.writing
        lines = LineReader(output.reading)
        self.child = try child.get()
        guard try await lines.next() == "ready" else { throw Ended(command: "start") }
    }

    deinit {
        child.signal(SIGKILL)
        close(input)
    }

    /// Gives a command and waits for its answer.
    @discardableResult
    func tell(_ command: String) async throws -> String {
        let bytes = Array("\(command)\n".utf8)
        guard write(input, bytes, bytes.count) == bytes.count else { throw Ended(command: command) }
        return try await next()
    }

    /// The next line that it prints.
    func next() async throws -> String {
        guard let line = try await lines.next() else { throw Ended(command: "next line") }
        return line
    }

    /// Ends it as nothing can be caught.
    ///
    /// - Returns: the lines that it has printed and that nobody has read.
    func kill() async throws -> [String] {
        child.signal(SIGKILL)
        _ = try await child.wait()
        var rest: [String] = []
        while let line = try await lines.next() { rest.append(line) }
        return rest
    }

    /// Beside the program of the tests.
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "StoreProbe").path
}
