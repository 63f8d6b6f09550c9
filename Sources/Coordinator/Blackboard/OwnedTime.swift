/// The time for which somebody has owned a job, from its start on: a clock that stands still between two owners.
///
/// Timeouts of jobs and runs count it. What an owner did after its last event before it died is not known, and not counted.
struct OwnedTime: Sendable {
    private var before = Duration.zero
    private var since: Timestamp?
    private var last: Timestamp?

    /// All of it until the last event.
    var total: Duration { last.map(owned(at:)) ?? .zero }

    /// - Returns: the time when the event happened.
    mutating func apply(_ event: JobEvent) -> Duration {
        switch event.payload {
        case .jobStarted where since == nil: since = event.at
        case .jobResumed:
            before = total
            since = event.at
        // May be said while nobody owns the job.
        case .signalReceived, .doubtResolved, .cancelRequested, .jobSuspended: return total
        case .contextCommitted where event.agent == nil: return total
        default: break
        }
        last = event.at
        return owned(at: event.at)
    }

    private func owned(at instant: Timestamp) -> Duration {
        guard let since, instant > since else { return before }
        return before + .nanoseconds(instant.nanosecondsSinceEpoch - since.nanosecondsSinceEpoch)
    }
}
