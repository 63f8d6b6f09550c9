/// How an attempt ended, for its run.
///
/// A class, since it is large and is passed on several times.
final class AttemptEnd: Sendable {
    let record: AttemptRecord
    /// Why it did not succeed; `nil` for a success.
    let failure: Failure?
    /// How the run ended with it, if the run's end was kept together with the attempt's.
    let runEnding: RunEnding?

    init(record: AttemptRecord, failure: Failure?, runEnding: RunEnding? = nil) {
        self.record = record
        self.failure = failure
        self.runEnding = runEnding
    }
}

/// How a call of an attempt's agent came out.
enum AttemptExit: Sendable {
    case ended(AttemptEnd)
    /// The attempt waits, to be called again.
    case suspended(SuspendedAttempt)
    /// The attempt has succeeded as soon as its journal says so; it needs nothing any more until then.
    case handedOver(PendingSuccess)
}

/// An attempt between two calls of its agent.
///
/// A class, since it is large and is passed on several times.
final class SuspendedAttempt: Sendable {
    let attempt: SupervisedAttempt
    let suspension: Suspension
    /// When it gave back what it held.
    let since: Duration
    /// What it has used so far, and waited for its journal.
    let figures: SupervisedAttempt.Figures
    /// What its journal keeps of the wait, where another process began it.
    let kept: KeptWait?

    init(
        _ attempt: SupervisedAttempt, _ suspension: Suspension, since: Duration, figures: SupervisedAttempt.Figures,
        kept: KeptWait? = nil
    ) {
        self.attempt = attempt
        self.suspension = suspension
        self.since = since
        self.figures = figures
        self.kept = kept
    }

    /// When the suspension's own timeout passes; `nil` for never.
    var due: Duration? { kept.map(\.due) ?? suspension.timeout.map { since + $0 } }

    /// What the attempt's event says.
    var event: JobEvent.AttemptSuspended {
        JobEvent.AttemptSuspended(
            state: suspension.state, reason: suspension.reason, timeoutMS: suspension.timeout?.inMilliseconds,
            usage: figures.usage, sandbox: attempt.sandbox)
    }
}

/// What an attempt knows of its suspensions when its agent is called again.
///
/// A class, since most attempts have none.
final class AttemptResumption: Sendable {
    let resumption: Resumption
    /// From when the attempt waited until somebody let it go on, and then for slots.
    let suspended: Duration
    let queued: Duration
    /// What its earlier calls used, and waited for the journal.
    let figures: SupervisedAttempt.Figures

    init(
        _ resumption: Resumption, suspended: Duration, queued: Duration, figures: SupervisedAttempt.Figures
    ) {
        self.resumption = resumption
        self.suspended = suspended
        self.queued = queued
        self.figures = figures
    }
}
