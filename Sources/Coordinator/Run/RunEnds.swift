import Support

/// Where the ends of agents' runs are learned: those of the job as a whole, or those of one round of a repeat.
struct RunEnds: Sendable {
    private let plan: JobPlan
    private let job: [Latch<AgentRunOutcome>]
    /// The repeat whose round it is, and the ends of its agents by their positions in it.
    private let round: (repeat: Int, ends: [Latch<AgentRunOutcome>])?

    /// The ends of a job's agents; that of an agent of a repeat is the end of its last round.
    init(of plan: JobPlan) {
        self.plan = plan
        job = plan.steps.map { _ in Latch() }
        round = nil
    }

    /// The ends in one round of a repeat, beside those outside of it.
    init(ofRoundOf index: Int, in ends: RunEnds) {
        plan = ends.plan
        job = ends.job
        round = (index, plan.repeats[index].members.map { _ in Latch() })
    }

    /// The ends of all agents that have ended, in the order of registration.
    var all: [AgentRunOutcome] { job.compactMap { $0.current } }

    /// The end of one agent.
    subscript(index: Int) -> Latch<AgentRunOutcome> {
        if let round, let member = plan.steps[index].member, member.repeat == round.repeat {
            return round.ends[member.position]
        }
        return job[index]
    }

    /// How an agent's run ended; if the run was rejected and has a fallback, how the fallback's ended.
    nonisolated(nonsending) func outcome(of index: Int) async -> AgentRunOutcome {
        let own = await self[index].value
        guard own.callsForFallback, let fallback = plan.steps[index].fallback else { return own }
        return await outcome(of: fallback)
    }

    /// The outcome of the first need that did not succeed, once all have ended; `nil` when all did.
    nonisolated(nonsending) func unmetNeed(of step: JobPlan.Step) async -> AgentRunOutcome? {
        var unmet: AgentRunOutcome?
        for need in step.needs {
            let needed = await outcome(of: need)
            if needed.result.outcome != .succeeded, unmet == nil { unmet = needed }
        }
        return unmet
    }

    /// The agent that a fallback replaces.
    enum Replacement: Sendable {
        /// The agent is no fallback.
        case nobody
        /// The agent is a fallback that is not needed.
        case notNeeded
        case agent(String)

        var name: String? {
            if case .agent(let name) = self { name } else { nil }
        }
    }

    nonisolated(nonsending) func replacement(by step: JobPlan.Step) async -> Replacement {
        if step.primaries.isEmpty { return .nobody }
        for primary in step.primaries.map({ plan.steps[$0] }) where await self[primary.index].value.callsForFallback {
            return .agent(primary.task.name)
        }
        return .notNeeded
    }
}
