import Foundation
import TestSupport

/// The probe under test: a program that records spans on command.
final class ProbeProcess: Sendable {
    struct Ended: Error { let command: String }

    private let child: ChildProcess
    private let lines: LineReader
    private let errors: URL
    private let input: Int32
    private let folder: TemporaryFolder

    /// Starts it and waits until it is ready.
    ///
    /// - Parameters:
    ///   - shell: what a shell does before it becomes the probe.
    ///   - hasOwnMounts: what the shell mounts is seen by it alone, and goes with it.
    init(
        endpoint: String, directory: String? = nil, segmentBytes: Int? = nil, segments: Int? = nil,
        service: String = "probe", environment: [String: String] = [:], shell: String? = nil, hasOwnMounts: Bool = false
    ) async throws {
        let inputPipe = ClosedOnExecPipe()
        let outputPipe = ClosedOnExecPipe()
        guard let input = inputPipe, let output = outputPipe else { throw Ended(command: "pipe") }
        folder = try TemporaryFolder()
        errors = folder.file("errors")
        let program = CoordinatorProgram.url.deletingLastPathComponent().appending(path: "SpoolProbe").path
        var launch = ChildProcess.Launch(program)
        if let shell {
            let arguments = ["/bin/sh", "-c", "\(shell) && exec \"$0\"", program]
            launch =
                hasOwnMounts
                ? ChildProcess.Launch("/usr/bin/unshare", ["--mount"] + arguments)
                : ChildProcess.Launch(arguments[0], Array(arguments.dropFirst()))
        }
        launch.environment = environment
        launch.environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint
        launch.environment["PROBE_DIR"] = directory
        launch.environment["PROBE_SEGMENT_BYTES"] = segmentBytes.map { String($0) }
        launch.environment["PROBE_SEGMENTS"] = segments.map { String($0) }
        launch.environment["PROBE_SERVICE"] = service
        launch.input = input.reading
        launch.output = output.writing
        let errorsDescriptor = Glibc.open(errors.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        launch.errors = errorsDescriptor
        let child = Result { try ChildProcess(launch) }
        for descriptor in [input.reading, output.writing, errorsDescriptor] { close(descriptor) }
        self.input = input.writing
        lines = LineReader(output.reading)
        self.child = try child.get()
        guard try await lines.next() == "ready" else { throw Ended(command: "start: \(warnings)") }
    }

    deinit {
        child.signal(SIGKILL)
        close(input)
    }

    /// What it has written to standard error.
    var warnings: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// Gives a command and waits for its answer.
    @discardableResult
    func tell(_ command: String) async throws -> String {
        let bytes = Array("\(command)\n".utf8)
        guard write(input, bytes, bytes.count) == bytes.count, let line = try await lines.next() else {
            throw Ended(command: "\(command): \(warnings)")
        }
        return line
    }

    /// Ends it as nothing can be caught.
    func kill() async throws {
        child.signal(SIGKILL)
        _ = try await child.wait()
    }

    /// Waits for its own end.
    func wait() async throws -> Int32 { try await child.wait() }
}
