/// How an agent ended, with what its dependents and the job's status need to know.
///
/// A class, since it passes through several hands and is large.
final class AgentSettlement: Sendable {
    let result: AgentResult
    let required: Bool
    /// Whether a condition, not a failure, kept it from running.
    let isNeutral: Bool

    private let isTurnedAway: Bool

    init(result: AgentResult, required: Bool, isNeutral: Bool, isTurnedAway: Bool = false) {
        self.result = result
        self.required = required
        self.isNeutral = isNeutral
        self.isTurnedAway = isTurnedAway
    }

    /// Whether a fallback runs in its place: it was turned away, before its first attempt or before a retry.
    var callsForFallback: Bool { result.outcome == .rejected || isTurnedAway }

    var isFailure: Bool { result.outcome != .succeeded && !isNeutral }
}

extension JobStatus {
    /// The job's status from its agents' outcomes, each judged by its fallback where that ran.
    ///
    /// - Parameter successes: agents that succeeded, a fallback counted once.
    static func of(
        _ results: [AgentSettlement], successes: Int, limits: JobLimits, interruption: Interruption?
    ) -> JobStatus {
        if let quorum = limits.quorum, successes >= quorum { return .succeeded }
        let required = results.filter { $0.required && !$0.isNeutral }
        let failed = required.contains { $0.isFailure && $0.result.outcome != .cancelled }
        if limits.failFast, failed { return .failed }
        // A cancellation that came too late to touch anyone changes nothing.
        if case .cancelled = interruption, results.contains(where: { $0.result.outcome == .cancelled }) {
            return .cancelled
        }
        if limits.quorum != nil { return .failed }
        let met = required.count { $0.result.outcome == .succeeded }
        if met == required.count { return .succeeded }
        return met > 0 ? .partial : .failed
    }
}
