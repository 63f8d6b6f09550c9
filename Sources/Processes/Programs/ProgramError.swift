import Glibc
import Subprocess
import Support

/// A program could not be started. The description names the object at fault: the program, its interpreter, the folder to
/// run in, a folder of ours, or a limit of the system.
package struct ProgramError: CodedError {
    /// What went wrong; more codes may come.
    package enum Code: Sendable {
        /// There was no program in the list of arguments.
        case emptyCommand
        /// The program is not in `PATH`, or not at the path given.
        case notFound
        /// The file is there and cannot be executed: it lacks the permission, is a folder, or no program of this machine.
        case notExecutable
        /// The file is there, and the interpreter or loader that it names cannot be used.
        case interpreter
        /// The folder to run in does not exist or may not be entered.
        case workingDirectory
        /// The input could not be kept in the folder for temporary files.
        case temporaryFolder
        /// The arguments and variables are longer than the system passes on.
        case tooLong
        /// A limit of this user or of the system is reached for now: of processes, open files or memory.
        case exhausted
        /// The program's file is open for writing in another process.
        case busy
        /// The program cannot be confined here as it was asked for.
        case sandbox
        /// The operating system refused to start the program for another reason, or its streams broke.
        case launchFailed
    }

    /// What went wrong.
    package let code: Code
    /// The program that was to run.
    package let program: String
    /// What is wrong, where, and what to do: the rest of a sentence about the program, and more sentences.
    package let cause: String

    package init(code: Code, program: String, cause: String) {
        self.code = code
        self.program = program
        self.cause = cause
    }

    /// Whether another attempt may help though nobody does anything.
    package var isTransient: Bool {
        switch code {
        case .exhausted, .busy, .temporaryFolder, .launchFailed: true
        case .emptyCommand, .notFound, .notExecutable, .interpreter, .workingDirectory, .tooLong, .sandbox: false
        }
    }

    package var description: String {
        code == .emptyCommand
            ? "No program to run: \(cause). Give the program as the first argument."
            : "The program \"\(ForeignText.line(program))\" \(ForeignText.line(cause))"
    }
}

extension ProgramError {
    /// - Parameters:
    ///   - number: the system's error as our folder for temporary files was used.
    ///   - folder: that folder.
    init(keepingInputOf program: String, in folder: String, errno number: Int32) {
        let remedy =
            number == ENOSPC || number == EDQUOT
            ? "Free space there, or set TMPDIR to another folder." : "Set TMPDIR to a folder that can be written."
        self.init(
            code: Self.limits[number] == nil ? .temporaryFolder : .exhausted, program: program,
            cause: Self.limits[number]
                ?? "got no input, for which a file in the folder for temporary files, \"\(folder)\", is needed: "
                + "\(SystemError(number)). \(remedy)")
    }

    /// - Parameter number: the system's error as the pipe for its input was made.
    init(noPipeFor program: String, errno number: Int32) {
        self.init(
            code: Self.limits[number] == nil ? .launchFailed : .exhausted, program: program,
            cause: Self.limits[number]
                ?? "could not be started: there is no pipe for its input: \(SystemError(number)).")
    }

    init(_ error: SubprocessError, _ invocation: ProgramInvocation, program: String) {
        let number = error.underlyingError?.rawValue ?? 0
        if error.code == .failedToChangeWorkingDirectory {
            self.init(
                code: .workingDirectory, program: program,
                cause: """
                    could not run in the folder "\(invocation.workingDirectory ?? ".")": \(SystemError(number)). Give a \
                    folder that is there and may be entered.
                    """)
        } else if let known = Self.known(number, invocation, program: program) {
            self = known
        } else {
            self.init(
                code: .launchFailed, program: program,
                cause: "could not be run: " + (number == 0 ? error.description : "\(SystemError(number))."))
        }
    }

    /// What is wrong with a limit of the system, the program's words or its file, wherever it is started; `nil` when
    /// nothing of that kind is.
    static func known(_ number: Int32, _ invocation: ProgramInvocation, program: String) -> ProgramError? {
        if let limit = limits[number] { return ProgramError(code: .exhausted, program: program, cause: limit) }
        switch number {
        case E2BIG:
            return ProgramError(
                code: .tooLong, program: program,
                cause: """
                    could not be started: its arguments and variables are longer than the system passes on, 128 KiB for \
                    one of them. Hand large inputs over on standard input or in a file.
                    """)
        case ETXTBSY:
            return ProgramError(
                code: .busy, program: program,
                cause: "could not be started: its file is open for writing in another process. Close it there.")
        default:
            return ProgramFile.fault(of: program, invocation).map {
                ProgramError(code: $0.code, program: program, cause: $0.cause)
            }
        }
    }

    /// What is said of limits that are reached for now, by the system's error.
    static let limits: [Int32: String] = [
        EAGAIN:
            "could not be started: there are as many processes as this user or container may have. End some, raise the "
            + "limit (ulimit -u), or let fewer agents run at once.",
        EMFILE:
            "could not be started: this process has as many files open as it may. Raise the limit (ulimit -n), or let "
            + "fewer agents run at once.",
        ENFILE:
            "could not be started: the system has as many files open as it may. Close some, or let fewer agents run at "
            + "once.",
        ENOMEM: "could not be started: the system has no memory left. Free some, or let fewer agents run at once.",
    ]
}
