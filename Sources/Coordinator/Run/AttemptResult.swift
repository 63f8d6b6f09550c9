/// How an attempt ended.
struct AttemptResult: Sendable {
    /// The contribution, if the agent returned one in time.
    var contribution: Contribution?
    /// What the agent waits for, if it returned to wait.
    var suspension: Suspension?
    /// Why the attempt did not succeed; `nil` for a success.
    var failure: Failure?
    /// Whether its code still runs.
    var abandoned = false
    /// What the agent used before it threw, where its error says so.
    var usedBeforeFailure: Contribution.Usage?

    var outcome: AgentOutcome { failure?.outcome ?? .succeeded }
}
