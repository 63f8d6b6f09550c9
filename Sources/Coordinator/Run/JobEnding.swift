import Support
import TelemetryCatalog

/// How a job ended, and why if it did not succeed: a pure function of its agents' outcomes, its limits and the blackboard.
struct JobEnding {
    let status: JobStatus
    /// Why the job failed or was cancelled; `nil` otherwise.
    let failure: Failure?

    /// - Parameters:
    ///   - results: the agents' own outcomes.
    ///   - counted: the outcomes that the status counts, in the same order: a fallback's where it replaced the agent.
    ///   - agents: the agents in the same order.
    ///   - blackboard: what stands on it when every agent has ended.
    init(
        _ results: [AgentRunOutcome], counted: [AgentRunOutcome], limits: JobLimits, interruption: Interruption?,
        agents: @autoclosure () -> [AgentTask], blackboard: @autoclosure () -> ContextSnapshot
    ) {
        let successes = results.count { $0.result.outcome == .succeeded }
        let own = JobStatus.of(counted, successes: successes, limits: limits, interruption: interruption)
        let failure = Self.failure(own, results, interruption)
        let gaps = failure == nil ? limits.require?.gaps(in: blackboard()) ?? [] : []
        if gaps.isEmpty {
            (status, self.failure) = (own, failure)
        } else {
            let unwritten = Self.unwritten(gaps, agents(), results)
            status = .failed
            self.failure = Failure(
                failureClass: .permanent, errorType: ErrorType.conditionUnmet, message: Self.text(gaps) + unwritten)
        }
    }

    /// The end of a job whose journal does not keep what happens: whatever its agents did, it stops there.
    init(stoppedBy interruption: Interruption) {
        (status, failure) = (interruption.stoppedStatus ?? .failed, interruption.failure)
    }

    private static func failure(
        _ status: JobStatus, _ results: [AgentRunOutcome], _ interruption: Interruption?
    ) -> Failure? {
        switch status {
        case .succeeded, .partial: return nil
        case .cancelled, .waiting, .interrupted:
            return (interruption ?? .cancelled("the job was cancelled")).failure
        case .failed:
            let failures = results.filter(\.isFailure)
            // An agent that was cancelled because another one failed says less than that one.
            let first = (failures.first { $0.result.outcome != .cancelled } ?? failures.first)?.result
            return Failure(
                failureClass: .permanent, errorType: first?.errorType ?? ErrorType.other,
                message: first.map { "agent '\($0.name)': \($0.error ?? $0.outcome.rawValue)" } ?? "the job failed")
        }
    }

    /// The most parts of a condition, and the most agents, that a message names.
    private static let named = 3

    private static func text(_ gaps: [Condition.Gap]) -> String {
        guard gaps.count > 1 else {
            return gaps.first.map { "\($0.found); limits.require wants \($0.wanted)" } ?? ""
        }
        let parts = gaps.prefix(named).map { "\($0.found), not \($0.wanted)" }
        let more = gaps.count - parts.count
        return "limits.require does not hold: \(parts.joined(separator: "; "))" + (more > 0 ? "; and \(more) more" : "")
    }

    /// Which agents might have written what is missing, and how they ended.
    private static func unwritten(
        _ gaps: [Condition.Gap], _ agents: [AgentTask], _ results: [AgentRunOutcome]
    ) -> String {
        let missing = gaps.prefix(named).compactMap(\.missing)
        guard !missing.isEmpty else { return "" }
        let writers = zip(agents, results).filter { agent, _ in
            agent.role.writes.contains { pattern in missing.contains { pattern.match($0.segments) != .outside } }
        }
        guard !writers.isEmpty else { return "; no agent of this job may write there" }
        let ended = writers.prefix(named).map { agent, result in
            result.result.outcome == .succeeded
                ? "agent '\(agent.name)' did not write it"
                : "agent '\(agent.name)', which may write it, ended as \(result.result.outcome.rawValue)"
        }
        let more = writers.count - ended.count
        return "; " + ended.joined(separator: "; ") + (more > 0 ? "; and \(Counted.text(more, "more agent"))" : "")
    }
}
