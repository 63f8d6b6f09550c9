// Which of a job's agents may run at once.

extension JobPlan {
    /// An agent of each list, of which neither is the fallback of the other; `nil` when there are no two such.
    func unrelated(_ first: [Int], _ second: [Int]) -> (Int, Int)? {
        // Few agents are related to one, so that few are passed before one is found that is not.
        for agent in first {
            for other in second
            where agent != other && steps[agent].fallback != other && steps[other].fallback != agent {
                return (agent, other)
            }
        }
        return nil
    }

    /// An agent of each list, of which neither comes after the other by a chain of needs, nor is the fallback of the other;
    /// `nil` when there are no two such.
    ///
    /// Needs order transitively, so an agent is compared with those just before it, down to one that comes after all
    /// others.
    ///
    /// - Parameters:
    ///   - first: agents.
    ///   - second: the same agents, or none of them.
    ///   - budget: what looking for them may cost; when it is spent, the answer says nothing.
    func unordered(_ first: [Int], _ second: [Int], _ budget: inout PlanCheckBudget) -> (Int, Int)? {
        let isOfOne = first == second
        let members = first.map { ($0, false) } + (isOfOne ? [] : second.map { ($0, true) })
        let sorted = members.sorted { position($0.0) < position($1.0) }
        var comesAfterAll = [true]
        for (position, (agent, side)) in sorted.enumerated().dropFirst() {
            var needsAll = true
            for before in (0..<position).reversed() {
                let (other, otherSide) = sorted[before]
                if reaches(agent, other, &budget) {
                    if comesAfterAll[before] { break }
                } else if budget.isSpent {
                    return nil
                } else if steps[agent].fallback == other || steps[other].fallback == agent
                    || (!isOfOne && side == otherSide)
                {
                    needsAll = false
                } else {
                    return side ? (other, agent) : (agent, other)
                }
            }
            comesAfterAll.append(needsAll)
        }
        return nil
    }

    private func position(_ agent: Int) -> (stage: Int, stageInRound: Int, index: Int) {
        (steps[agent].stage, steps[agent].member?.stage ?? 0, agent)
    }

    /// Whether a chain of needs leads from one agent to another; from and to agents of a repeat, one of its agents'
    /// stands for all. Agents of the other's stage and before are not looked at: none of them needs it.
    private func reaches(_ from: Int, _ to: Int, _ budget: inout PlanCheckBudget) -> Bool {
        let goal = steps[to].member?.repeat
        if let goal, goal == steps[from].member?.repeat { return reachesInRound(from, to, &budget) }
        var open = [from]
        var seen: Set<Int> = []
        while let index = open.popLast(), !budget.isSpent {
            let home = steps[index].member?.repeat
            if index == to || home.map({ $0 == goal }) ?? false { return true }
            let needs = home.map { repeats[$0].needs } ?? steps[index].needs
            budget.spend(1 + needs.count)
            open += needs.filter { need in
                (need == to || steps[need].member.map { $0.repeat == goal } ?? false
                    || steps[need].stage > steps[to].stage) && seen.insert(need).inserted
            }
        }
        return false
    }

    private func reachesInRound(_ from: Int, _ to: Int, _ budget: inout PlanCheckBudget) -> Bool {
        var open = [from]
        var seen: Set<Int> = []
        while let index = open.popLast(), !budget.isSpent {
            if index == to { return true }
            budget.spend(1 + steps[index].needs.count)
            open += steps[index].needs.filter { need in
                steps[need].member?.repeat == steps[to].member?.repeat && seen.insert(need).inserted
            }
        }
        return false
    }
}
