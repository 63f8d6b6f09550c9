import Glibc
import Subprocess
import Support

/// A program could not be started.
package struct ProgramError: CodedError {
    /// What went wrong; more codes may come.
    package enum Code: Sendable {
        /// There was no program in the list of arguments.
        case emptyCommand
        /// The program is not in `PATH`, or not at the path given.
        case notFound
        /// The folder to run in does not exist or may not be entered.
        case workingDirectory
        /// The operating system refused to start the program, or its streams broke.
        case launchFailed
    }

    /// What went wrong.
    package let code: Code
    /// The program that was to run.
    package let program: String
    /// The reason as the system gave it.
    package let cause: String

    /// The program's file was open for writing in another process.
    var isBusy = false

    package init(code: Code, program: String, cause: String) {
        self.code = code
        self.program = program
        self.cause = cause
    }

    package var description: String {
        switch code {
        case .emptyCommand: "No program to run: \(cause). Give the program as the first argument."
        case .notFound: "The program \"\(program)\" was not found. Install it, or put its folder on PATH."
        case .workingDirectory: "The program \"\(program)\" could not run in its folder: \(cause)."
        default: "The program \"\(program)\" could not be run: \(cause)."
        }
    }
}

extension ProgramError {
    init(errno number: Int32, program: String) {
        self.init(code: .launchFailed, program: program, cause: String(cString: strerror(number)))
    }

    init(_ error: SubprocessError, program: String, workingDirectory: String?) {
        let code: Code =
            switch error.code {
            case .executableNotFound: .notFound
            case .failedToChangeWorkingDirectory: .workingDirectory
            default: .launchFailed
            }
        let folder = code == .workingDirectory ? " (\(workingDirectory ?? "."))" : ""
        self.init(code: code, program: program, cause: error.description + folder)
        isBusy = error.underlyingError == .textFileBusy
    }
}
