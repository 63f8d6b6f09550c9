/// The lengths of the longest chains before things that wait for each other.
enum Stages {
    /// Things that wait for each other in a circle; the first one is the last one too.
    struct Cycle: Error {
        let path: [Int]
    }

    /// The stages of agents, and behind them those of repeats: what waits for an agent of a repeat waits for the repeat,
    /// and the repeat for all that its agents wait for outside of it.
    ///
    /// - Parameter homes: the repeat of each agent that is in one.
    static func condensed(_ waitsFor: [[Int]], _ homes: [Int?], repeats: Int) throws(Cycle) -> [Int] {
        if repeats == 0 { return try of(waitsFor) }
        func node(_ index: Int) -> Int { homes[index].map { waitsFor.count + $0 } ?? index }
        var condensed = [[Int]](repeating: [], count: waitsFor.count + repeats)
        for (index, others) in waitsFor.enumerated() {
            condensed[node(index)] += others.map(node).filter { homes[index] == nil || $0 != node(index) }
        }
        return try of(condensed)
    }

    /// The stages of things that wait for others. A chain may be as long as the job is large, so no call waits for
    /// another.
    static func of(_ waitsFor: [[Int]]) throws(Cycle) -> [Int] {
        var stages = [Int](repeating: 0, count: waitsFor.count)
        var waiting = waitsFor.map { $0.count }
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
        throw Cycle(path: path[(positions[next] ?? 0)...] + [next])
    }
}
