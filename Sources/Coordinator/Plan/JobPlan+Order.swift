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

    /// Two of the agents that may run at once; `nil` when a chain of needs orders each two of them, or one is the
    /// fallback of the other.
    ///
    /// Needs order transitively, so an agent is compared with those just before it, down to one that comes after all
    /// others.
    func unordered(among agents: [Int]) -> (Int, Int)? {
        let sorted = agents.sorted { position($0) < position($1) }
        var comesAfterAll = [true]
        for (position, agent) in sorted.enumerated().dropFirst() {
            var needsAll = true
            for before in (0..<position).reversed() {
                let other = sorted[before]
                if reaches(agent, other) {
                    if comesAfterAll[before] { break }
                } else if steps[agent].fallback == other || steps[other].fallback == agent {
                    needsAll = false
                } else {
                    return (other, agent)
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
    private func reaches(_ from: Int, _ to: Int) -> Bool {
        let goal = steps[to].member?.repeat
        if let goal, goal == steps[from].member?.repeat { return reachesInRound(from, to) }
        var open = [from]
        var seen: Set<Int> = []
        while let index = open.popLast() {
            let home = steps[index].member?.repeat
            if index == to || home.map({ $0 == goal }) ?? false { return true }
            open += (home.map { repeats[$0].needs } ?? steps[index].needs).filter { need in
                (need == to || steps[need].member.map { $0.repeat == goal } ?? false
                    || steps[need].stage > steps[to].stage) && seen.insert(need).inserted
            }
        }
        return false
    }

    private func reachesInRound(_ from: Int, _ to: Int) -> Bool {
        var open = [from]
        var seen: Set<Int> = []
        while let index = open.popLast() {
            if index == to { return true }
            open += steps[index].needs.filter { need in
                steps[need].member?.repeat == steps[to].member?.repeat && seen.insert(need).inserted
            }
        }
        return false
    }
}
