/// The order of agents by their needs, while some of them may not be registered yet.
struct NeedsGraph {
    enum Order {
        case ordered
        case unordered
        /// The order depends on agents that are not registered yet, or on more agents than are looked at here.
        case unknown
    }

    /// The most agents that one search visits.
    static let searchLimit = 1_000

    private var needs: [String: [String]] = [:]
    private(set) var repeats = RepeatIndex()

    mutating func add(_ task: AgentTask) { needs[task.name] = task.needs }

    mutating func add(_ definition: Repeat) throws(CoordinatorError) { try repeats.add(definition) }

    mutating func remove(_ task: AgentTask) { needs[task.name] = nil }

    /// Whether `needs` puts one agent before the other, or one is the fallback of the other.
    func order(_ left: AgentTask, _ right: AgentTask) -> Order {
        if left.fallback == right.name || right.fallback == left.name { return .ordered }
        // The agent asked about first is the later one as a rule, whose needs lead to the other in a few steps, while a
        // search that finds nothing visits all that stand before its agent.
        let forward = reaches(from: left.name, to: right.name)
        if case .ordered = forward { return .ordered }
        let backward = reaches(from: right.name, to: left.name)
        if case .unordered = backward { return forward }
        return backward
    }

    private func reaches(from start: String, to goal: String) -> Order {
        let round = repeats.members(with: start)
        let isWithinRound = round.contains(goal)
        var open = [start]
        var seen: Set<String> = []
        var answer = Order.unordered
        while let name = open.popLast() {
            if name == goal { return .ordered }
            guard let needs = needs[name], seen.count < Self.searchLimit else {
                answer = .unknown
                continue
            }
            // Outside of a round each agent of a repeat stands for all of them.
            let next = isWithinRound ? needs.filter(round.contains) : needs + repeats.members(with: name)
            open += next.filter { seen.insert($0).inserted }
        }
        return answer
    }
}
