import Support

/// A program to run by ``ProgramRunner``: arguments, never a shell line.
package struct ProgramInvocation: Sendable {
    /// Which part of a stream is kept when it is longer than its limit.
    package enum Kept: Sendable, Hashable { case start, end }

    /// The program (a name to look up in `PATH`, or a path) followed by its arguments.
    package var arguments: [String]
    /// The folder to run in; `nil` is this process's own.
    package var workingDirectory: String?
    /// All variables that the program gets. Default ``ProgramVariables/passed``.
    package var environment: [String: String]
    /// Bytes for the program's standard input; after them it is closed.
    package var standardInput: [UInt8] = []
    /// The reading end of a pipe that is the program's standard input in place of ``standardInput``; it stays the caller's to
    /// close. `nil`, the default, for none.
    package var inputDescriptor: Int32?
    /// Receives standard output piece by piece as it comes; no more is read until it returns. What it got is kept too, up to
    /// ``outputLimit``.
    package var outputPiece: (@Sendable (UnsafeRawBufferPointer) -> Void)?
    /// How long the program may run before its whole process group is ended. Default 60 s.
    package var timeout: Duration
    /// How long the group has between SIGTERM and SIGKILL, at its timeout and when it is cancelled. Zero, the default,
    /// sends SIGKILL alone.
    package var terminationGrace: Duration = .zero
    /// The most bytes of standard output to keep; bytes beyond it are read and discarded. Default 64 MiB.
    package var outputLimit = 64 << 20
    /// The most bytes of standard error to keep. Default 1 MiB.
    package var errorLimit = 1 << 20
    /// Which part of the streams is kept when they are longer than their limits. Default ``Kept/start``.
    package var keeps: Kept = .start
    /// Whether the program is ended as soon as it writes more than ``outputLimit``. Default `false`: it goes on.
    package var endsOnExcess = false
    /// Receives each line of standard error as it comes, without its line end and cut to ``errorLineLimit`` bytes.
    package var errorLine: (@Sendable (String) -> Void)?
    /// How the program is confined; `nil`, the default, for a program of the machine that is trusted like this process.
    package var sandbox: ProgramSandbox?
    /// Receives how the program was confined, once it has run and ended, also where the run was cancelled. Not called for a
    /// program without ``sandbox``, nor for one that was not started.
    package var ran: (@Sendable (SandboxReport) -> Void)?

    /// The folder for programs that work on nothing around them. Version managers put programs of their own in place of
    /// interpreters and compilers, and those choose what they start by files of the folder they are in: in a workspace,
    /// by files that are not the user's.
    package static let neutralFolder = "/"

    /// The longest line that ``errorLine`` gets, in bytes.
    package static let errorLineLimit = 4 << 10

    /// Makes an invocation; `arguments` must not be empty.
    package init(
        _ arguments: [String], workingDirectory: String? = nil, environment: [String: String] = ProgramVariables.passed,
        timeout: Duration = .seconds(60)
    ) {
        self.arguments = arguments
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.timeout = timeout
    }
}

/// How a program run by ``ProgramRunner`` ended, and what it wrote.
package struct ProgramResult: Sendable, Hashable {
    /// How the program itself ended.
    package enum Ending: Sendable, Hashable {
        /// It exited with this status.
        case exited(Int32)
        /// A signal of this number ended it.
        case signalled(Int32)
    }

    /// How the program ended.
    package var ending: Ending
    /// Whether it was ended because ``ProgramInvocation/timeout`` passed.
    package var timedOut: Bool
    /// Whether it was ended because it wrote more than ``ProgramInvocation/outputLimit``.
    package var exceeded = false
    /// What it wrote to standard output, up to the limit.
    package var standardOutput: [UInt8]
    /// What it wrote to standard error, up to the limit.
    package var standardError: [UInt8]
    /// Whether standard output was longer than the limit.
    package var standardOutputTruncated: Bool
    /// Whether standard error was longer than the limit.
    package var standardErrorTruncated: Bool
    /// How long the run took, from start to the last byte read.
    package var duration: Duration
    /// How the program was confined; `nil` where its invocation asked for nothing.
    package var sandbox: SandboxReport?
    /// The limits of its sandbox that it ran into, as far as the system tells.
    package var reachedLimits: [SandboxReport.Limit] = []

    /// Whether it exited with status 0 in time.
    package var succeeded: Bool { ending == .exited(0) && !timedOut }
    /// The exit status; `nil` when a signal ended the program.
    package var exitStatus: Int32? { if case .exited(let status) = ending { status } else { nil } }
    /// Standard output as text; bytes that are not UTF-8 become U+FFFD.
    package var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
    /// Standard error as text; bytes that are not UTF-8 become U+FFFD.
    package var errorText: String { String(decoding: standardError, as: UTF8.self) }
}
