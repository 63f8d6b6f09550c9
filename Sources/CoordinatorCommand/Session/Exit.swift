import ArgumentParser
import Coordinator

/// The exit codes of the process.
enum Exit {
    static let succeeded = ExitCode(0)
    static let failed = ExitCode(1)
    /// The invocation or the job file cannot be used; nothing was run.
    static let unusable = ExitCode(2)
    static let partial = ExitCode(3)
    /// Nothing is left of the job but waiting for somebody; it goes on when it is resumed.
    static let waiting = ExitCode(4)
    /// The job ended, or the command did its work, but not all of its files and output could be written.
    static let unwritten = ExitCode(5)
    /// Cancelled or interrupted; results are kept.
    static let cancelled = ExitCode(130)

    /// The exit code of a job whose files were all written.
    static func code(of status: JobStatus) -> ExitCode {
        switch status {
        case .succeeded: succeeded
        case .failed: failed
        case .partial: partial
        case .cancelled, .interrupted: cancelled
        case .waiting: waiting
        }
    }
}
