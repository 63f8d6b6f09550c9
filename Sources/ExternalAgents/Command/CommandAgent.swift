import Coordinator
import Processes
import Support
import TelemetryCatalog

/// An agent that is a program in any language: the role's view as JSON on standard input, a contribution as JSON on
/// standard output, log lines on standard error.
///
/// The program is started anew for each attempt, from an argument list and never by a shell, in a process group of its
/// own and with an environment of its own. Exit status 0 means that the output counts, 75 that another attempt may
/// help, 69 that the agent is being throttled; every other status, and the end by a signal, is a permanent failure.
/// Shortly before the attempt's deadline the group gets SIGTERM; at the deadline the group and every process the
/// program left behind get SIGKILL.
public struct CommandAgent: Agent {
    /// The time between SIGTERM and SIGKILL unless said otherwise: 500 ms, or a tenth of the attempt's time where that
    /// is less.
    public static let defaultTerminationGrace = Duration.milliseconds(500)
    /// The most bytes of standard output; a program that writes more is killed. 8 MiB.
    public static let defaultOutputLimit = AgentOutput.defaultLimit
    /// The most lines of standard error that are logged for one attempt. 1,000.
    public static let logLineLimit = 1_000
    /// The most characters of the end of standard error that an error's message holds. 500.
    public static let errorTail = 500
    /// How long an attempt without a deadline may run. 24 h.
    public static let longestRun = Duration.seconds(24 * 3600)

    /// Exit statuses with a meaning beyond failure; the numbers are those of BSD's `sysexits.h`.
    public enum ExitStatus {
        /// `EX_UNAVAILABLE`: a service that the agent uses asked it to wait.
        public static let throttled: Int32 = 69
        /// `EX_TEMPFAIL`: another attempt may help.
        public static let transient: Int32 = 75
    }

    private let command: [String]
    /// How the program is confined; `nil` for one that is trusted like this process.
    package private(set) var sandbox: SandboxPolicy?
    private let folder: String?
    private let environment: ProgramEnvironment
    private let outputLimit: Int
    private let terminationGrace: Duration?
    private let runner: ProgramRunner

    /// Makes the agent.
    ///
    /// - Parameters:
    ///   - command: the program, a name in `PATH` or a path, and its arguments.
    ///   - workingDirectory: the folder it runs in, or the workspace that it gets a copy of; `nil` for this process's own.
    ///   - environment: the variables to choose from: the program gets those in ``ProgramEnvironment/passed`` and those
    ///     named in `variables`.
    ///   - variables: names of further variables that the program gets.
    ///   - outputLimit: the most bytes of standard output.
    ///   - terminationGrace: the time between SIGTERM and the deadline; at most half of an attempt's time.
    ///     `nil` for ``defaultTerminationGrace``.
    ///   - sandbox: how the program is confined; `nil` for one that is trusted like this process. Each attempt gets a copy
    ///     of the workspace, a folder in a git working tree, that is thrown away; at ``SandboxLevel/unconfined`` it runs in the
    ///     workspace itself.
    public init(
        _ command: [String], workingDirectory: String? = nil, environment: [String: String], variables: [String] = [],
        outputLimit: Int = Self.defaultOutputLimit, terminationGrace: Duration? = nil, sandbox: SandboxPolicy? = nil
    ) {
        self.init(
            command, workingDirectory: workingDirectory, environment: environment, variables: variables,
            outputLimit: outputLimit, terminationGrace: terminationGrace, sandbox: sandbox, runner: ProgramRunner())
    }

    /// - Parameter runner: starts the program.
    package init(
        _ command: [String], workingDirectory: String?, environment: [String: String], variables: [String],
        outputLimit: Int = Self.defaultOutputLimit, terminationGrace: Duration? = nil, sandbox: SandboxPolicy? = nil,
        runner: ProgramRunner
    ) {
        self.command = command
        folder = workingDirectory
        self.environment = ProgramEnvironment(environment, further: variables)
        self.outputLimit = outputLimit
        self.terminationGrace = terminationGrace
        self.sandbox = sandbox
        self.runner = runner
    }

    /// The same agent, confined by this policy.
    package func confined(by sandbox: SandboxPolicy?) -> CommandAgent {
        var agent = self
        agent.sandbox = sandbox
        return agent
    }

    /// Runs the program once.
    ///
    /// - Throws: ``AgentError``, classified by how the program ended; `CancellationError`, with no process left.
    public func run(_ view: RoleView, _ attempt: AttemptContext) async throws -> Contribution {
        guard let sandbox else { return try await run(view, attempt, in: folder, nil) }
        // Who asks for no confinement wants the program as it is without: where it stands, with what it writes kept.
        guard sandbox.level != SandboxLevel.unconfined else {
            attempt.ran(SandboxReport(level: .unconfined), writtenBy: .person)
            return try await run(view, attempt, in: folder, nil)
        }
        return try await ConfinedCopy.with(of: folder ?? ".", for: command.first ?? "", attempt, by: runner) { copy in
            try await run(
                view, attempt, in: copy.folder,
                ProgramSandbox(sandbox, folder: copy.folder, scratch: copy.scratch))
        }
    }

    private func run(
        _ view: RoleView, _ attempt: AttemptContext, in folder: String?, _ sandbox: ProgramSandbox?
    ) async throws -> Contribution {
        let remaining = attempt.remaining
        let grace = grace(remaining)
        let time = remaining.map { max(.milliseconds(1), $0 - grace) }
        var invocation = ProgramInvocation(
            command, workingDirectory: folder, environment: environment.values(attempt),
            timeout: time ?? Self.longestRun)
        invocation.standardInput = try AgentInput.bytes(view, attempt, deadline: time)
        invocation.outputLimit = outputLimit
        invocation.errorLimit = 64 << 10
        invocation.terminationGrace = grace
        invocation.endsOnExcess = true
        invocation.sandbox = sandbox
        invocation.ran = { attempt.ran($0, writtenBy: .person) }
        let log = ProgramLog(attempt)
        invocation.errorLine = { log.take($0) }
        let result: ProgramResult
        do {
            result = try await runner.run(invocation)
        } catch let error as ProgramError {
            throw AgentError(error.isTransient ? .transient : .permanent, "\(error)")
        }
        return try await contribution(result, attempt)
    }

    private func grace(_ remaining: Duration?) -> Duration {
        guard let remaining else { return terminationGrace ?? Self.defaultTerminationGrace }
        return terminationGrace.map { min($0, remaining / 2) } ?? min(Self.defaultTerminationGrace, remaining / 10)
    }

    private func contribution(_ result: ProgramResult, _ attempt: AttemptContext) async throws -> Contribution {
        let program = command.first ?? ""
        if result.exceeded {
            throw AgentError(
                .transient, errorType: ErrorType.invalidOutput,
                "\(program) was killed when it had written more than \(outputLimit) bytes to standard output; a contribution "
                    + "holds results, and logs belong on standard error")
        }
        if result.timedOut, result.exitStatus != 0 {
            // The supervisor ends the attempt at its deadline: which deadline it is decides whether it is tried again.
            try await Task.sleep(for: (attempt.remaining ?? .zero) + Self.defaultTerminationGrace)
            throw AgentError.timeout("\(program) did not end in its time")
        }
        let limits =
            result.reachedLimits.isEmpty
            ? "" : ", having reached its sandbox's \(SandboxReport.names(result.reachedLimits))"
        let tail = limits + Self.tail(result.errorText)
        switch result.ending {
        case .exited(0):
            return try AgentOutput.contribution(result.standardOutput, from: "standard output of \(program)")
        case .exited(ExitStatus.transient):
            throw AgentError(.transient, "\(program) ended with 75, so another attempt may help\(tail)")
        case .exited(ExitStatus.throttled):
            throw AgentError(
                .throttled(), errorType: ErrorType.rateLimited, "\(program) ended with 69: it was asked to wait\(tail)")
        case .exited(let status): throw AgentError(.permanent, "\(program) ended with exit status \(status)\(tail)")
        case .signalled(let signal):
            throw AgentError(
                .permanent, errorType: ErrorType.processCrash, "\(program) was ended by signal \(signal)\(tail)")
        }
    }

    /// The end of standard error, worded as the end of a message.
    private static func tail(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map { ForeignText.dotted($0) }.filter { !$0.isEmpty }
        guard !lines.isEmpty else { return "; it said nothing on standard error" }
        return ": " + lines.suffix(5).joined(separator: "; ").suffix(errorTail)
    }
}
