/// An attempt as far as the figures of running code need it.
protocol StartedAttempt: AnyObject, Sendable {
    /// When it started, as the time since the runtime's start, and later by the time for which it was suspended.
    var runningSince: Duration { get }
    /// Whether what it used is counted, after which it may use nothing more. Read and set under the lock of the counts.
    var isCounted: Bool { get set }
}
