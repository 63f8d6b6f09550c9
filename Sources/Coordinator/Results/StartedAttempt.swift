/// An attempt as far as the figures of running code need it.
protocol StartedAttempt: AnyObject, Sendable {
    /// When it started, as the time since the runtime's start, and later by the time for which it was suspended.
    var runningSince: Duration { get }
}
