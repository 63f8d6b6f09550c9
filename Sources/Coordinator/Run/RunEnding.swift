/// How and when a run ended, before any of it is recorded.
struct RunEnding: Sendable {
    let outcome: AgentOutcome
    let failure: Failure?
    let ended: Duration
    /// How long the run waited for slots and for its resource's rate; `nil` if it never asked for any.
    let queued: Duration?
    /// The time from when it was ready to its end.
    let duration: Duration

    /// What the run's last event says.
    var event: JobEvent.AgentFinished {
        JobEvent.AgentFinished(
            outcome: outcome, errorType: failure?.errorType, error: failure?.message,
            durationMS: duration.inMilliseconds, queueMS: queued?.inMilliseconds ?? 0)
    }
}
