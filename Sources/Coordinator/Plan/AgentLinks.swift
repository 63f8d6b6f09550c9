import Support

/// What the agents of a job say about each other, by their indices.
struct AgentLinks {
    private(set) var needs: [[Int]] = []
    private(set) var fallbacks: [Int?] = []
    /// The agents that each one is the fallback of.
    private(set) var primaries: [[Int]]
    /// The agents that each one waits for: those it needs and their fallbacks, and those it may replace.
    private(set) var waitsFor: [[Int]]

    /// - Throws: ``CoordinatorError`` for all agents that are named and not there.
    init(_ tasks: [AgentTask]) throws(CoordinatorError) {
        // Lazy: it is needed only where a task names another agent.
        lazy var indices = Dictionary(uniqueKeysWithValues: tasks.enumerated().map { ($1.name, $0) })
        var unknown: [CoordinatorError] = []
        func index(of name: String, _ relation: String, _ index: Int) -> Int? {
            if let index = indices[name] { return index }
            unknown.append(
                CoordinatorError(
                    .unknownAgent,
                    "agent '\(tasks[index].name)' \(relation) '\(name)', which is not registered"
                        + Suggestion.ending(for: name, among: tasks.map(\.name), known: "registered are"),
                    agents: [tasks[index].name]))
            return nil
        }
        // By index, since each use of an element as a whole copies a large value.
        for task in tasks.indices {
            needs.append(tasks[task].needs.compactMap { index(of: $0, "needs", task) })
            fallbacks.append(tasks[task].fallback.flatMap { index(of: $0, "falls back to", task) })
        }
        if let fault = CoordinatorError(unknown) { throw fault }
        // A fallback waits for the agent it may replace.
        waitsFor = needs
        primaries = [[Int]](repeating: [], count: tasks.count)
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
    }

    /// The error of a cycle.
    ///
    /// - Parameter path: the agents, and behind their indices the repeats; the first one is the last one too.
    func cycle(_ path: [Int], of tasks: [AgentTask], _ repeats: [Repeat]) -> CoordinatorError {
        let isOfNeeds = zip(path, path.dropFirst()).allSatisfy { tasks.indices.contains($0) && needs[$0].contains($1) }
        let agents = path.filter(tasks.indices.contains).map { tasks[$0].name }
        let looping = path.filter { !tasks.indices.contains($0) }.map { repeats[$0 - tasks.count].name }
        let names = path.map {
            tasks.indices.contains($0) ? tasks[$0].name : "repeat '\(repeats[$0 - tasks.count].name)'"
        }
        var message =
            "agents \(isOfNeeds ? "need" : "wait for") each other in a circle: \(names.joined(separator: " -> "))"
        if !isOfNeeds { message += "; " + (looping.isEmpty ? Self.waits : Self.waitsOfRepeats) }
        return CoordinatorError(.cycle, message, agents: agents, repeats: looping)
    }

    /// What agents wait for beside their needs, for the message of a cycle that is not of needs alone.
    private static let waits =
        "an agent waits for those it needs and for their fallbacks, and a fallback waits for the agent it may replace"
    private static let waitsOfRepeats =
        "the agents of a repeat start together, once all that any of them needs outside of it has ended, and an agent "
        + "that needs one of them waits for the end of the repeat"

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
}
