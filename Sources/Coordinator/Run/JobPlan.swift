/// The order of a job's agents: their needs resolved, their stages known.
struct JobPlan: Sendable {
    /// A class, since a task is large and every run of it looks at it often.
    final class Step: Sendable {
        let task: AgentTask
        let index: Int
        let needs: [Int]
        /// The agent that runs instead when this one is rejected.
        let fallback: Int?
        /// The agents that this one is the fallback of.
        let primaries: [Int]
        /// The length of the longest chain of needs before it.
        let stage: Int
        /// The position of what the agent writes in the fold of a field.
        var order: WriteOrder { WriteOrder(stage: stage, registration: index) }

        init(task: AgentTask, index: Int, needs: [Int], fallback: Int?, primaries: [Int], stage: Int) {
            self.task = task
            self.index = index
            self.needs = needs
            self.fallback = fallback
            self.primaries = primaries
            self.stage = stage
        }
    }

    let steps: [Step]

    /// - Throws: ``CoordinatorError`` for an unknown need or a cycle.
    init(_ tasks: [AgentTask]) throws(CoordinatorError) {
        // Lazy: it is needed only where a task names another agent.
        lazy var indices = Dictionary(uniqueKeysWithValues: tasks.enumerated().map { ($1.name, $0) })
        func index(of name: String, _ relation: String, _ index: Int) throws(CoordinatorError) -> Int {
            if let index = indices[name] { return index }
            throw CoordinatorError(
                .unknownAgent,
                "agent '\(tasks[index].name)' \(relation) '\(name)', which is not registered; "
                    + "registered are \(tasks.map(\.name).joined(separator: ", "))", agents: [tasks[index].name])
        }
        // By index, since each use of an element as a whole copies a large value.
        var needs: [[Int]] = []
        var fallbacks: [Int?] = []
        for task in tasks.indices {
            needs.append(
                try tasks[task].needs.map { name throws(CoordinatorError) in try index(of: name, "needs", task) })
            fallbacks.append(
                try tasks[task].fallback.map { name throws(CoordinatorError) in
                    try index(of: name, "falls back to", task)
                })
        }
        // A fallback waits for the agent it may replace.
        var waitsFor = needs
        var primaries = [[Int]](repeating: [], count: tasks.count)
        for (primary, fallback) in fallbacks.enumerated() {
            if let fallback {
                waitsFor[fallback].append(primary)
                primaries[fallback].append(primary)
            }
        }
        // An agent also waits for the fallbacks of the agents it needs: for the last one, which waits for the others.
        let lastFallbacks = Self.ends(of: fallbacks)
        for (index, direct) in needs.enumerated() {
            for need in direct {
                if let fallback = lastFallbacks[need] { waitsFor[index].append(fallback) }
            }
        }
        let stages = try Self.stages(waitsFor) { cycle in
            let isOfNeeds = zip(cycle, cycle.dropFirst()).allSatisfy { needs[$0].contains($1) }
            let names = cycle.map { tasks[$0].name }
            return CoordinatorError(
                .cycle,
                "agents \(isOfNeeds ? "need" : "wait for") each other in a circle: \(names.joined(separator: " -> "))"
                    + (isOfNeeds ? "" : "; \(Self.waits)"), agents: names)
        }
        steps = tasks.indices.map { index in
            Step(
                task: tasks[index], index: index, needs: needs[index], fallback: fallbacks[index],
                primaries: primaries[index], stage: stages[index])
        }
    }

    /// What agents wait for beside their needs, for the message of a cycle that is not of needs alone.
    private static let waits =
        "an agent waits for those it needs and for their fallbacks, and a fallback waits for the agent it may replace"

    /// Where the chain that begins at each index ends; some member of a chain that never ends.
    private static func ends(of next: [Int?]) -> [Int?] {
        var ends = next
        var isDone = [Bool](repeating: false, count: next.count)
        for start in next.indices {
            var chain: [Int] = []
            var index = start
            while !isDone[index], let following = next[index] {
                isDone[index] = true
                chain.append(index)
                index = following
            }
            isDone[index] = true
            let end = ends[index] ?? index
            for member in chain { ends[member] = end }
        }
        return ends
    }

    /// The length of the longest chain of agents before each one. A chain may be as long as the job is large, so no
    /// call waits for another.
    ///
    /// - Throws: the error of a cycle, whose first agent is its last one too.
    private static func stages(_ waitsFor: [[Int]], onCycle error: ([Int]) -> CoordinatorError) throws(CoordinatorError)
        -> [Int]
    {
        var stages = [Int](repeating: 0, count: waitsFor.count)
        var waiting = waitsFor.map(\.count)
        var dependents = [[Int]](repeating: [], count: waitsFor.count)
        for (index, others) in waitsFor.enumerated() {
            for other in others { dependents[other].append(index) }
        }
        var ready = waitsFor.indices.filter { waiting[$0] == 0 }
        while let index = ready.popLast() {
            for dependent in dependents[index] {
                stages[dependent] = max(stages[dependent], stages[index] + 1)
                waiting[dependent] -= 1
                if waiting[dependent] == 0 { ready.append(dependent) }
            }
        }
        guard var next = waiting.firstIndex(where: { $0 > 0 }) else { return stages }
        var path: [Int] = []
        var positions: [Int: Int] = [:]
        while positions[next] == nil {
            positions[next] = path.count
            path.append(next)
            next = waitsFor[next].first { waiting[$0] > 0 } ?? next
        }
        throw error(path[(positions[next] ?? 0)...] + [next])
    }

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
        let sorted = agents.sorted { (steps[$0].stage, $0) < (steps[$1].stage, $1) }
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

    /// Whether a chain of needs leads from one agent to another. Agents of the other's stage and before are not looked
    /// at: none of them needs it.
    private func reaches(_ from: Int, _ to: Int) -> Bool {
        var open = [from]
        var seen: Set<Int> = []
        while let index = open.popLast() {
            if index == to { return true }
            open += steps[index].needs.filter { need in
                (need == to || steps[need].stage > steps[to].stage) && seen.insert(need).inserted
            }
        }
        return false
    }
}
