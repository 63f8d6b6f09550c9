extension JobStatus {
    /// The job's status from its agents' outcomes; an agent whose fallback ran counts with the fallback's outcome.
    ///
    /// - Parameter successes: agents that succeeded, a fallback counted once.
    static func of(
        _ results: [AgentRunOutcome], successes: Int, limits: JobLimits, interruption: Interruption?
    ) -> JobStatus {
        if let quorum = limits.quorum, successes >= quorum { return .succeeded }
        let required = results.filter { $0.result.required && !$0.isNeutral }
        let failed = required.contains { $0.isFailure && $0.result.outcome != .cancelled }
        if limits.failFast, failed { return .failed }
        // A cancellation that came too late to end any agent changes nothing.
        if case .cancelled = interruption, results.contains(where: { $0.result.outcome == .cancelled }) {
            return .cancelled
        }
        if limits.quorum != nil { return .failed }
        let met = required.count { $0.result.outcome == .succeeded }
        if met == required.count { return .succeeded }
        return met > 0 ? .partial : .failed
    }
}
