/// How an attempt ended.
struct AttemptResult: Sendable {
    /// The contribution, if the agent returned one in time.
    var contribution: Contribution?
    /// What the agent waits for, if it returned to wait.
    var suspended: SuspendedCall?
    /// Why the attempt did not succeed; `nil` for a success.
    var failure: Failure?
    /// Whether its code still runs.
    var abandoned = false

    var outcome: AgentOutcome { failure?.outcome ?? .succeeded }
}

/// A call that ended because the agent waits.
///
/// A class, so that the results of all others stay small: they are passed on many times.
final class SuspendedCall: Sendable {
    let suspension: Suspension

    init(_ suspension: Suspension) { self.suspension = suspension }
}
