/// Finds agents that refer to each other in a circle.
struct AgentCycles {
    private let agents: [AgentDraft]
    /// The agents that each agent refers to, with the reference.
    private let edges: [[(target: Int, reference: Located<String>)]]

    /// The most cycles reported; each is one mistake, and a file with more shows the rest once these are corrected.
    private static let reportLimit = 20

    init(_ agents: [AgentDraft], references: (AgentDraft) -> [Located<String>]) {
        let indices = Dictionary(
            agents.enumerated().compactMap { index, agent in agent.name.map { ($0.value, index) } },
            uniquingKeysWith: { first, _ in first })
        self.agents = agents
        edges = agents.map { agent in
            references(agent).compactMap { reference in indices[reference.value].map { ($0, reference) } }
        }
    }

    /// Reports each circle at the reference of its first agent: `a -> b -> a`.
    ///
    /// - Returns: whether there is one.
    func report(_ what: String) -> Bool {
        var remaining = Set(agents.indices)
        var isCircular = false
        for _ in 0..<Self.reportLimit {
            remaining = withoutEnds(remaining)
            guard let start = remaining.min() else { break }
            isCircular = true
            let cycle = cycle(from: start, in: remaining)
            let names = (cycle + cycle.prefix(1)).map { agents[$0].name?.value ?? "?" }
            let next = cycle.count > 1 ? cycle[1] : cycle[0]
            edges[cycle[0]].first { $0.target == next }?.reference.cursor
                .report("\(what) in a circle: \(names.joined(separator: " -> "))")
            remaining.subtract(cycle)
        }
        return isCircular
    }

    /// Removes agents that refer to no remaining agent, until every agent left refers to another one.
    private func withoutEnds(_ agents: Set<Int>) -> Set<Int> {
        var remaining = agents
        var counts = edges.map { edges in edges.count { agents.contains($0.target) } }
        var referrers: [Int: [Int]] = [:]
        for agent in agents {
            for edge in edges[agent] { referrers[edge.target, default: []].append(agent) }
        }
        var ends = agents.filter { counts[$0] == 0 }
        while let end = ends.popFirst() {
            remaining.remove(end)
            for referrer in referrers[end] ?? [] {
                counts[referrer] -= 1
                if counts[referrer] == 0 { ends.insert(referrer) }
            }
        }
        return remaining
    }

    /// Follows references until an agent is met twice; the cycle begins with the agent that is first in the file.
    private func cycle(from start: Int, in remaining: Set<Int>) -> [Int] {
        var way: [Int] = []
        var positions: [Int: Int] = [:]
        var agent = start
        while positions[agent] == nil {
            positions[agent] = way.count
            way.append(agent)
            guard let next = edges[agent].first(where: { remaining.contains($0.target) }) else { return way }
            agent = next.target
        }
        let circle = Array(way[(positions[agent] ?? 0)...])
        let first = circle.indices.min { circle[$0] < circle[$1] } ?? 0
        return Array(circle[first...] + circle[..<first])
    }
}
