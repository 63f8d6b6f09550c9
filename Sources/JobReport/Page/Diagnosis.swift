import Coordinator
import Support

/// What an on-call reader asks first: which agent failed, when, why, and what followed from it.
struct Diagnosis {
    struct Trouble {
        let index: Int
        let agent: AgentResult
        /// When the agent ended, in milliseconds since the job's start; `nil` if it never started.
        let atMS: Double?
    }

    /// The failure that came first; a cancellation only if nothing else went wrong.
    let first: Trouble?
    /// The other failures, in order of time.
    let others: [Trouble]
    /// Agents that did not run since another one failed.
    let held: [AgentResult]
    /// Agents that succeeded, though not at the first attempt.
    let recovered: [AgentResult]

    init(_ result: JobResult, _ timeline: Timeline) {
        var troubles: [Trouble] = []
        for (index, row) in timeline.rows.enumerated() where Self.isTrouble(row.agent) {
            let ended = max(row.span?.endMS ?? 0, row.lane.attempts.last?.span.endMS ?? 0)
            let atMS = row.span == nil && row.lane.attempts.isEmpty ? nil : ended
            troubles.append(Trouble(index: index, agent: row.agent, atMS: atMS))
        }
        func rank(_ trouble: Trouble) -> (Int, Double, Int) {
            (trouble.agent.outcome == .cancelled ? 1 : 0, trouble.atMS ?? .infinity, trouble.index)
        }
        troubles.sort { rank($0) < rank($1) }
        first = troubles.first
        others = Array(troubles.dropFirst())
        held = result.agents.filter { $0.outcome == .skipped && $0.errorType != nil || Self.isCasualty($0) }
        recovered = result.agents.filter { $0.outcome == .succeeded && $0.hasRetried }
    }

    /// The number of agents with each outcome, in words, and what they do not show.
    static func sentence(_ result: JobResult) -> String {
        let agents = agents(result)
        guard result.status == .succeeded, result.validation?.passed == false else { return agents }
        return agents + " The validation failed."
    }

    private static func agents(_ result: JobResult) -> String {
        let total = result.agents.count
        guard total > 0 else { return "The job had no agents." }
        let counts = AgentOutcome.allCases.map { outcome in
            (outcome, result.agents.count { $0.outcome == outcome })
        }
        let good = counts.first { $0.0 == .succeeded }?.1 ?? 0
        if good == total {
            let retried = result.agents.count(where: \.hasRetried)
            let all = total == 1 ? "The only agent succeeded" : "All \(total) agents succeeded"
            return retried == 0 ? "\(all)." : "\(all), \(retried) of them after retries."
        }
        let rest = counts.filter { $0.0 != .succeeded && $0.1 > 0 }.map {
            "\($0.1) \($0.0 == .timeout ? "timed out" : $0.0.rawValue)"
        }
        return "\(good) of \(Counted.text(total, "agent")) succeeded; \(rest.joined(separator: ", "))."
    }

    private static func isCasualty(_ agent: AgentResult) -> Bool {
        agent.errorType == "dependency_failed" && agent.allAttempts.isEmpty
    }

    private static func isTrouble(_ agent: AgentResult) -> Bool {
        switch agent.outcome {
        case .succeeded, .skipped: false
        case .failed, .timeout, .cancelled, .rejected: !isCasualty(agent)
        }
    }
}
