import Coordinator
import Processes

/// One command of the task, and its outcome in the scratch copy.
package struct CommandRun: Sendable, Hashable, Codable {
    /// How a command ended.
    package enum Outcome: String, Sendable, Hashable, Codable {
        case passed, failed
        case timedOut = "timed_out"
        /// The command could not be started.
        case notStarted = "not_started"
        /// The command was beyond ``CommandLimits/commandCount``.
        case notRun = "not_run"
    }

    /// The program and its arguments.
    package var arguments: [String]
    /// How it ended.
    package var outcome: Outcome
    /// The exit status; `nil` after a signal, a timeout, or when it never ran.
    package var exitStatus: Int32?
    /// The signal that ended it.
    package var signal: Int32?
    /// The line of its output that says most about why it did not pass; `nil` without one, or when it passed.
    package var headline: String?
    /// How long it ran, in milliseconds.
    package var durationMilliseconds: Double
    /// The end of standard output.
    package var outputTail: String
    /// The end of standard error, or why the command could not be started.
    package var errorTail: String
    /// Whether either stream was longer than what is kept.
    package var truncated: Bool
    /// How far it was kept away from the machine; `nil` where nobody asked for that, or it was not started.
    package var sandbox: SandboxLevel?
    /// The limits of its sandbox that it ran into; `nil` where it is known of none.
    package var reachedLimits: [SandboxReport.Limit]?

    enum CodingKeys: String, CodingKey {
        case arguments = "argv"
        case outcome
        case exitStatus = "exit_status"
        case signal, headline
        case durationMilliseconds = "duration_ms"
        case outputTail = "output_tail"
        case errorTail = "error_tail"
        case truncated, sandbox
        case reachedLimits = "reached_limits"
    }
}

/// Limits of validation commands.
package struct CommandLimits: Sendable, Hashable, Codable {
    /// How long one command may run, in seconds; then its whole process group is killed. Default 300.
    package var timeoutSeconds: Int
    /// How much of the end of each stream is kept, in bytes. Default 16 KiB.
    package var tailBytes: Int
    /// The most commands that are run. Default `JobTask.commandLimit`.
    package var commandCount: Int

    /// Makes limits; a timeout is at least 1 s.
    package init(timeoutSeconds: Int = 300, tailBytes: Int = 16 << 10, commandCount: Int = JobTask.commandLimit) {
        self.timeoutSeconds = max(1, timeoutSeconds)
        self.tailBytes = max(0, tailBytes)
        self.commandCount = max(0, commandCount)
    }

    enum CodingKeys: String, CodingKey {
        case timeoutSeconds = "timeout_s"
        case tailBytes = "tail_bytes"
        case commandCount = "command_count"
    }
}

/// Runs validation commands one after the other in a folder, with the environment of every program that is started and
/// the variables that the job names.
package struct CommandRunner: Sendable {
    /// The part of the caller's time that is kept for the report when commands use up the rest. 3 s.
    package static let reserve = Duration.seconds(3)

    private let limits: CommandLimits
    private let variables: [String: String]
    private let runner: ProgramRunner

    /// Makes a runner.
    /// - Parameter variables: what commands get beside `ProgramVariables.passed`.
    package init(limits: CommandLimits, variables: [String: String] = [:], runner: ProgramRunner) {
        self.limits = limits
        self.variables = variables
        self.runner = runner
    }

    /// Runs all commands; the next one runs even when one fails.
    /// - Parameters:
    ///   - commands: Programs with their arguments; never given to a shell.
    ///   - folder: The folder to run in.
    ///   - temporaryFolder: The commands' `TMPDIR`.
    ///   - sandbox: How they are confined; `nil` for commands that are trusted like this process.
    ///   - ran: Receives how a command was confined, once it has run, also where the run was cancelled.
    ///   - timeLeft: How long the caller can still wait; each command ends at least ``reserve`` before that.
    /// - Throws: `ProgramError` where a command cannot be confined as asked; `CancellationError`.
    package func run(
        _ commands: [[String]], in folder: String, temporaryFolder: String, sandbox: SandboxPolicy? = nil,
        timeLeft: @Sendable () -> Duration? = { nil }, ran: @escaping @Sendable (SandboxReport) -> Void = { _ in }
    ) async throws -> [CommandRun] {
        var runs: [CommandRun] = []
        for (number, arguments) in commands.enumerated() {
            if number >= limits.commandCount {
                runs.append(empty(arguments, .notRun, "At most \(limits.commandCount) commands are run."))
            } else {
                let limit = Duration.seconds(limits.timeoutSeconds)
                let timeout = timeLeft().map { min(limit, max(.milliseconds(1), $0 - Self.reserve)) } ?? limit
                var invocation = ProgramInvocation(arguments, workingDirectory: folder, timeout: timeout)
                invocation.environment.merge(variables) { _, named in named }
                invocation.environment.merge(["TMPDIR": temporaryFolder, "PWD": folder]) { _, own in own }
                invocation.sandbox = sandbox.map { ProgramSandbox($0, folder: folder, scratch: temporaryFolder) }
                invocation.ran = ran
                runs.append(try await run(invocation))
            }
        }
        return runs
    }

    private func run(_ invocation: ProgramInvocation) async throws -> CommandRun {
        let arguments = invocation.arguments
        var invocation = invocation
        invocation.outputLimit = limits.tailBytes
        invocation.errorLimit = limits.tailBytes
        invocation.keeps = .end
        do {
            let result = try await runner.run(invocation)
            var run = empty(arguments, result.succeeded ? .passed : result.timedOut ? .timedOut : .failed, "")
            run.exitStatus = result.timedOut ? nil : result.exitStatus
            if case .signalled(let signal) = result.ending { run.signal = signal }
            run.durationMilliseconds = result.duration / .milliseconds(1)
            run.outputTail = Self.tail(result.standardOutput, cut: result.standardOutputTruncated)
            run.errorTail = Self.tail(result.standardError, cut: result.standardErrorTruncated)
            run.truncated = result.standardOutputTruncated || result.standardErrorTruncated
            run.sandbox = result.sandbox?.level
            run.reachedLimits = result.reachedLimits.isEmpty ? nil : result.reachedLimits
            if run.outcome != .passed { run.headline = CommandHeadline.of(run.outputTail, run.errorTail) }
            return run
        } catch let error as ProgramError where error.code != .sandbox {
            return empty(arguments, .notStarted, error.description)
        }
    }

    private func empty(_ arguments: [String], _ outcome: CommandRun.Outcome, _ error: String) -> CommandRun {
        CommandRun(
            arguments: arguments, outcome: outcome, exitStatus: nil, signal: nil,
            headline: error.isEmpty ? nil : CommandHeadline.of("", error), durationMilliseconds: 0, outputTail: "",
            errorTail: error, truncated: false)
    }

    /// The bytes as text; a character cut in two at the front is left out.
    private static func tail(_ bytes: [UInt8], cut: Bool) -> String {
        String(decoding: cut ? bytes.drop { $0 & 0xC0 == 0x80 } : bytes[...], as: UTF8.self)
    }
}
