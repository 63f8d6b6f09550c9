/// How an agent's run ended, with what its dependents and the job's status need to know.
///
/// A class, since it is large and is passed on several times.
final class AgentRunOutcome: Sendable {
    let result: AgentResult
    /// Whether a condition, not a failure, kept it from running.
    let isNeutral: Bool
    /// Whether the agent's fallback is to run.
    let callsForFallback: Bool

    init(result: AgentResult, isNeutral: Bool = false, callsForFallback: Bool = false) {
        self.result = result
        self.isNeutral = isNeutral
        self.callsForFallback = callsForFallback
    }

    var isFailure: Bool { result.outcome != .succeeded && !isNeutral }
}
