import Support

/// Tells when nothing of a job is left but waiting for somebody: every run that could go on is suspended or in doubt, and
/// every other one needs one of those.
final class JobQuiet: Sendable {
    fileprivate struct State {
        var plan: JobPlan?
        var ends: RunEnds?
        /// The ends in the present round of each repeat; `nil` between two rounds.
        var rounds: [Int: RunEnds] = [:]
        /// By the agents' indices in the plan: the runs under way, and those of them that wait.
        var live: [Int: Int] = [:]
        var waiting: [Int: Int] = [:]
        var isTold = false
    }

    private let state = Locked(State())
    private let onQuiet: @Sendable () -> Void

    /// - Parameter onQuiet: called once.
    init(_ onQuiet: @escaping @Sendable () -> Void) { self.onQuiet = onQuiet }

    func begin(_ plan: JobPlan, ends: RunEnds) { state.withLock { ($0.plan, $0.ends) = (plan, ends) } }

    func began(_ agent: Int) { state.withLock { $0.live[agent, default: 0] += 1 } }

    func ended(_ agent: Int) {
        state.withLock { $0.live[agent, default: 0] -= 1 }
        check()
    }

    func waits(_ agent: Int) { state.withLock { $0.waiting[agent, default: 0] += 1 } }

    func wakes(_ agent: Int) { state.withLock { $0.waiting[agent, default: 0] -= 1 } }

    func round(of index: Int, began ends: RunEnds?) { state.withLock { $0.rounds[index] = ends } }

    /// Looks once more, before the job is left; if something can go on by now, it is told again later.
    func isStillQuiet() -> Bool {
        state.withLock { state in
            state.isTold = state.isQuiet
            return state.isTold
        }
    }

    /// Looks whether anything can go on by itself.
    func check() {
        let isQuiet = state.withLock { state in
            guard !state.isTold, state.isQuiet else { return false }
            state.isTold = true
            return true
        }
        if isQuiet { onQuiet() }
    }
}

extension JobQuiet.State {
    fileprivate var isQuiet: Bool {
        guard let plan, let ends, waiting.values.contains(where: { $0 > 0 }) else { return false }
        let steps = plan.steps.allSatisfy { step in
            step.member != nil || ends[step.index].current != nil || isStill(step, ends, plan)
        }
        return steps && plan.repeats.indices.allSatisfy { isStill($0, ends, plan) }
    }

    /// Whether a repeat has ended, waits for what it needs before its first round, or has come to a stand in this one.
    private func isStill(_ repeat: Int, _ ends: RunEnds, _ plan: JobPlan) -> Bool {
        let members = plan.repeats[`repeat`].members
        if members.allSatisfy({ ends[$0].current != nil }) { return true }
        guard let round = rounds[`repeat`] else {
            return plan.repeats[`repeat`].needs.contains { !isKnown($0, ends, plan) }
        }
        let open = members.filter { round[$0].current == nil }
        // A round whose agents have all ended is followed by something.
        return !open.isEmpty && open.allSatisfy { isStill(plan.steps[$0], round, plan) }
    }

    private func isStill(_ step: JobPlan.Step, _ ends: RunEnds, _ plan: JobPlan) -> Bool {
        let waits = waiting[step.index] ?? 0
        if waits > 0, waits == live[step.index] ?? 0 { return true }
        if live[step.index] ?? 0 > 0 { return false }
        if step.needs.contains(where: { !isKnown($0, ends, plan) }) { return true }
        for primary in step.primaries {
            guard let end = ends[primary].current else { return true }
            if end.callsForFallback { return false }
        }
        return false
    }

    /// Whether whoever needs an agent knows how it ended.
    private func isKnown(_ agent: Int, _ ends: RunEnds, _ plan: JobPlan) -> Bool {
        guard let end = ends[agent].current else { return false }
        guard end.callsForFallback, let fallback = plan.steps[agent].fallback else { return true }
        return isKnown(fallback, ends, plan)
    }
}
