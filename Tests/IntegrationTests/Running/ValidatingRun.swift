import Foundation
import Glibc
import TestSupport
import Testing

/// `coordinator run` as a process whose validator is at work on commands that do not end.
struct ValidatingRun {
    let process: ChildProcess

    /// Starts the run and waits until the validator has begun.
    ///
    /// - Parameter command: what the validator runs, as a YAML list.
    static func start(
        _ command: String, in repository: Repository, environment: [String: String] = [:]
    ) async throws -> (run: ValidatingRun, files: JobFiles) {
        let files = try JobFiles(
            """
            workflow: test
            task: {description: answer, requirements: [the answer is 42], validation: [\(command)]}
            agents:
              - {name: collector, uses: collector}
              - {name: validator, uses: validator, needs: [collector]}
            """)
        let progress = try #require(ClosedOnExecPipe())
        var launch = ChildProcess.Launch(
            CoordinatorProgram.url.path, ["run", files.job, "--workspace", repository.path, "--out", files.out])
        launch.environment = environment
        launch.errors = progress.writing
        let process = try ChildProcess(launch)
        close(progress.writing)
        let lines = LineReader(progress.reading)
        try #require(try await lines.first(matching: /validator: (validating)/) != nil, "\(lines.text)")
        return (ValidatingRun(process: process), files)
    }

    /// Sends a signal and waits for the end; gives the exit status.
    func end(with signal: Int32) async throws -> Int32 {
        process.signal(signal)
        return try await process.wait()
    }
}
