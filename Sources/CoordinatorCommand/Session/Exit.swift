import ArgumentParser

/// The exit codes of the process.
enum Exit {
    static let succeeded = ExitCode(0)
    static let failed = ExitCode(1)
    /// The invocation or the job file cannot be used.
    static let unusable = ExitCode(2)
    static let partial = ExitCode(3)
    /// Cancelled or interrupted; results are kept.
    static let cancelled = ExitCode(130)
}
