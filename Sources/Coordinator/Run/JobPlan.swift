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
    init(_ tasks: [AgentTask]) throws {
        // Lazy: it is needed only where a task names another agent.
        lazy var indices = Dictionary(uniqueKeysWithValues: tasks.enumerated().map { ($1.name, $0) })
        func index(of name: String, _ relation: String, _ index: Int) throws -> Int {
            if let index = indices[name] { return index }
            throw CoordinatorError(
                .unknownAgent,
                "agent '\(tasks[index].name)' \(relation) '\(name)', which is not registered; "
                    + "registered are \(tasks.map(\.name).joined(separator: ", "))")
        }
        // By index, since each use of an element as a whole copies a large value.
        let needs = try tasks.indices.map { task in try tasks[task].needs.map { try index(of: $0, "needs", task) } }
        let fallbacks = try tasks.indices.map { task in
            try tasks[task].fallback.map { try index(of: $0, "falls back to", task) }
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
        // An agent also waits for the fallbacks of the agents it needs.
        for (index, direct) in needs.enumerated() {
            for need in direct {
                var next = fallbacks[need]
                while let fallback = next, !waitsFor[index].contains(fallback) {
                    waitsFor[index].append(fallback)
                    next = fallbacks[fallback]
                }
            }
        }
        var stages = [Int?](repeating: nil, count: tasks.count)
        var path: [Int] = []
        func stage(of index: Int) throws -> Int {
            if let known = stages[index] { return known }
            if let start = path.firstIndex(of: index) {
                let cycle = (path[start...] + [index]).map { tasks[$0].name }.joined(separator: " -> ")
                throw CoordinatorError(.cycle, "agents need each other in a circle: \(cycle)")
            }
            path.append(index)
            defer { path.removeLast() }
            let stage = try waitsFor[index].map { try stage(of: $0) + 1 }.max() ?? 0
            stages[index] = stage
            return stage
        }
        steps = try tasks.indices.map { index in
            Step(
                task: tasks[index], index: index, needs: needs[index], fallback: fallbacks[index],
                primaries: primaries[index], stage: try stage(of: index))
        }
    }

    /// Whether a chain of needs orders two agents, or one is the fallback of the other.
    func isOrdered(_ first: Int, _ second: Int) -> Bool {
        reaches(first, second) || reaches(second, first) || steps[first].fallback == second
            || steps[second].fallback == first
    }

    private func reaches(_ from: Int, _ to: Int) -> Bool {
        var open = [from]
        var seen: Set<Int> = []
        while let index = open.popLast() {
            if index == to { return true }
            open += steps[index].needs.filter { seen.insert($0).inserted }
        }
        return false
    }
}
