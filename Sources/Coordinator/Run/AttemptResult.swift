/// How an attempt ended.
struct AttemptResult: Sendable {
    /// What the agent returned in time.
    var contribution: Contribution?
    /// Why the attempt did not succeed; `nil` for a success.
    var failure: Failure?
    /// Whether its code still runs.
    var abandoned = false

    var outcome: AgentOutcome { failure?.outcome ?? .succeeded }
}
