/// How and when a run ended, before any of it is recorded.
///
/// A class, since it is large and is passed on several times.
final class RunEnding: Sendable {
    let outcome: AgentOutcome
    let failure: Failure?
    let ended: Duration
    /// How long the run waited for slots and for its resource's rate; `nil` if it never asked for any.
    let queued: Duration?
    /// What the run's last event says.
    let event: JobEvent.AgentFinished

    /// - Parameter duration: the time from when it was ready to its end.
    init(outcome: AgentOutcome, failure: Failure?, ended: Duration, queued: Duration?, duration: Duration) {
        self.outcome = outcome
        self.failure = failure
        self.ended = ended
        self.queued = queued
        event = JobEvent.AgentFinished(
            outcome: outcome, errorType: failure?.errorType, error: failure?.message,
            durationMS: duration.inMilliseconds, queueMS: queued?.inMilliseconds ?? 0,
            rejectedRetry: failure?.isRejectedRetry == true ? true : nil)
    }
}
